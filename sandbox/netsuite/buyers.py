"""How is a customer entered, and with which subsidiaries may they do business?"""

from sandbox.netsuite.desk import Desk, Sheet
from sandbox.netsuite.objections import already_there, bad_value
from sandbox.netsuite.shapes import Choice, Field, Line, Reference

_NO_TERMS = "0"


def enter_customer(desk: Desk, sheet: Sheet) -> list[Line]:
    """A customer: a number of our own, the currency of the subsidiary unless another is said."""
    fields, books = sheet.fields, desk.books
    subsidiary = sheet.pointer("subsidiary")
    assert subsidiary
    home = books.at((subsidiary.type, subsidiary.id))
    assert home
    currency = fields["currency"] = fields.get("currency") or home.fields["currency"]
    fields["dateCreated"] = sheet.old.fields["dateCreated"] if sheet.old else desk.now
    for name, usual in _USUAL.items():
        fields[name] = usual if fields.get(name) is None else fields[name]
    parent = sheet.pointer("parent")
    if sheet.old and parent and parent.id == sheet.old.id:
        raise bad_value("parent", "parent")
    lines = sheet.sublists
    known = [line["currency"] for line in lines.setdefault("currencyList", [])]
    if currency not in known:
        lines["currencyList"] = [{"currency": currency}, *lines["currencyList"]]
    lines["addressBook"] = _addresses(lines.get("addressBook", []), fields["companyName"])
    registrations = lines.setdefault("taxRegistration", [])
    fields["defaultTaxReg"] = _default(registrations)
    return []


def enter_relationship(desk: Desk, sheet: Sheet) -> list[Line]:
    """One more subsidiary for a customer."""
    who, subsidiary = sheet.pointer("entity"), sheet.pointer("subsidiary")
    assert who
    assert subsidiary
    shared = desk.books.users((who.type, who.id), "customerSubsidiaryRelationship")
    others = [record for record in (desk.customer(who), *shared) if record is not sheet.old]
    if any(record.fields["subsidiary"] == subsidiary for record in others):
        raise already_there(entity=False)
    sheet.fields["isPrimarySub"] = False
    return []


_USUAL: dict[str, Field] = {
    "taxable": True,
    "isPerson": False,
    "isInactive": False,
    "creditHoldOverride": Choice("AUTO", "Auto"),
}


def _addresses(lines: list[Line], name: Field) -> list[Line]:
    """The address book: the first entry is for bills and goods unless another one says so."""
    for flag in ("defaultBilling", "defaultShipping"):
        if lines and not any(line.get(flag) for line in lines):
            lines = [line | {flag: place == 0} for place, line in enumerate(lines)]
    return [
        line
        | {
            "label": line.get("label") or line.get("addr1"),
            "addressee": line.get("addressee") or name,
            "defaultBilling": bool(line.get("defaultBilling")),
            "defaultShipping": bool(line.get("defaultShipping")),
        }
        for line in lines
    ]


def _default(registrations: list[Line]) -> Reference | None:
    """The first registration is the default, shown as its number."""
    number = next((line.get("taxRegistrationNumber") for line in registrations), None)
    return Reference("customerTaxRegistration", 1, str(number)) if number else None
