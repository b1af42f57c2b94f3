"""How much of which open document does a payment, credit memo or refund settle?"""

from decimal import Decimal
from typing import Final

from sandbox.netsuite.desk import ZERO, Desk, Sheet, number
from sandbox.netsuite.ledger import TYPES
from sandbox.netsuite.objections import applied_too_much, bad_value, no_such_value, not_set
from sandbox.netsuite.shapes import Key, Line, Record, Reference

# What each settles: money and credit settle what is owed to us, a refund what we owe.
_SETTLES: Final = {
    "customerPayment": ("invoice",),
    "creditMemo": ("invoice",),
    "customerRefund": ("creditMemo", "customerPayment"),
}


def settle(desk: Desk, sheet: Sheet, available: Decimal) -> None:
    """Check the `apply` lines against what is open and what there is to settle with; set what is left."""
    already = settled_by(sheet.old) if sheet.old else {}
    lines = [
        _line(desk, sheet, place, line, already)
        for place, line in enumerate(_wanted(sheet.sublists.get("apply", [])))
    ]
    applied = sum((number(line["amount"]) for line in lines), ZERO)
    # A credit memo or a payment may itself be settled by a refund: that much of it is gone.
    refunded = sheet.amount("applied") - sum(already.values(), ZERO) if sheet.old else ZERO
    if applied + refunded > available:
        raise applied_too_much()
    sheet.sublists["apply"] = lines
    sheet.fields |= {"applied": applied + refunded, "unapplied": available - applied - refunded}


def settled_by(record: Record) -> dict[Key, Decimal]:
    """How much of each document a record settles."""
    settled: dict[Key, Decimal] = {}
    for line in record.sublists.get("apply", ()):
        doc = line["doc"]
        if isinstance(doc, Reference):
            settled[doc.type, doc.id] = settled.get((doc.type, doc.id), ZERO) + number(line["amount"])
    return settled


def _wanted(lines: list[Line]) -> list[Line]:
    """The lines that are ticked; one without a tick settles nothing."""
    return [line for line in lines if line.get("apply") is not False]


def _line(desk: Desk, sheet: Sheet, place: int, line: Line, already: dict[Key, Decimal]) -> Line:
    path = f"apply.items[{place}]"
    pointed = line.get("doc")
    if not isinstance(pointed, Reference):
        raise not_set(["Apply: Document"])
    doc = desk.books.at((pointed.type, pointed.id))
    if doc is None or not _fits(sheet, doc):
        raise no_such_value(str(pointed.id), "doc", f"{path}.doc")
    left = open_amount(doc) + already.get(doc.key, ZERO)
    amount = sheet.rounded(number(line["amount"])) if line.get("amount") is not None else left
    if amount <= 0:
        raise bad_value("amount", f"{path}.amount")
    if amount > left:
        raise applied_too_much(f"{path}.amount")
    return {
        "line": place + 1,
        "apply": True,
        "doc": pointed,
        "type": TYPES[doc.type].name,
        "refNum": doc.fields["tranId"],
        "total": doc.fields["total"],
        "amount": amount,
    }


def _fits(sheet: Sheet, doc: Record) -> bool:
    """Whether it is of a type that can be settled so, of the same customer, subsidiary and currency."""
    who = sheet.pointer("customer") or sheet.pointer("entity")
    theirs = doc.fields.get("customer") or doc.fields.get("entity")
    same = all(doc.fields[name] == sheet.fields[name] for name in ("subsidiary", "currency"))
    of_them = isinstance(theirs, Reference) and who is not None and theirs.id == who.id
    return doc.type in _SETTLES[sheet.type] and of_them and same


def open_amount(doc: Record) -> Decimal:
    """What is still open of a document."""
    return number(doc.fields["amountRemaining" if doc.type == "invoice" else "unapplied"])
