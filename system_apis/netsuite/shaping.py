"""How do our projections become NetSuite's records? (pure; names as in Oracle's REST API Browser)"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final

from msgspec import Struct

from canonical.customer import Address
from canonical.money import Money
from canonical.projections import ErpCreditNote, ErpCustomer, ErpInvoice, ErpPayment, ErpPayout, ErpRefund
from canonical.sales import Line

Body = dict[str, Any]

BILLING: Final = "Billing"
"""What the address that we write is called in a customer's address book."""
OTHER: Final = "Discounts and rounding"
_PLACES: Final = Decimal("0.0001")


class Books(Struct, frozen=True, kw_only=True):
    """In whose books, and in which currency, by internal ids."""

    subsidiary: str
    currency: str


class Items(Struct, frozen=True):
    """The items of an account by SKU, and the one for what has no SKU, such as a discount of the whole."""

    by_sku: Mapping[str, str]
    other: str | None

    def of(self, sku: str | None) -> str:
        """Raises `ValueError` when there is none for it."""
        if (id := self.by_sku.get(sku) if sku else self.other) is None:
            raise ValueError("a line without a SKU, and no item is set for those")
        return id

    def of_the_rest(self) -> str:
        """What lines do not explain: without an item of its own, it is of what was sold first."""
        return self.other or next(iter(self.by_sku.values()), None) or self.of(None)


def customer(one: ErpCustomer, references: Body, tax_country: str | None) -> Body:
    """What is set of a customer; `references` are the internal ids among it."""
    body: Body = {"companyName": one.name, **references}
    if isinstance(one.billing_address, Address):
        body["addressBook"] = listed(_address(one.billing_address))
    if tax_country is not None:
        registration = {"nexusCountry": {"id": tax_country}, "taxRegistrationNumber": one.tax_id}
        body["taxRegistration"] = listed(registration)
    return body


def invoice(one: ErpInvoice, books: Books, items: Items) -> Body:
    """An invoice; the number that billing gave it stands beside NetSuite's own."""
    return {
        **_head(one.posted_on, books, one.note),
        "entity": ref(one.customer),
        "otherRefNum": one.number,
        **({"dueDate": one.due_on.isoformat()} if one.due_on else {}),
        **_sold(one.lines, one.total, one.tax, items),
    }


def credit_note(
    one: ErpCreditNote, books: Books, items: Items, applied_to: str | None, applied: Decimal
) -> Body:
    """A credit memo, applied to its invoice as far as something is owed there."""
    return {
        **_head(one.posted_on, books, one.note),
        "entity": ref(one.customer),
        "otherRefNum": one.number,
        **_sold(one.lines, one.total, one.tax, items),
        **_applied(applied_to, applied),
    }


def payment(one: ErpPayment, books: Books, applied_to: str | None, account: str | None) -> Body:
    """A payment, applied to its invoice; into undeposited funds when no account is set."""
    return {
        **_head(one.posted_on, books, one.note),
        "customer": ref(one.customer),
        "payment": one.amount.major,
        **({"account": ref(account)} if account else {}),
        **_applied(applied_to, one.amount.major),
    }


def refund(one: ErpRefund, books: Books, paid_out: str | None, account: str | None) -> Body:
    """Money that went back, out of a credit memo where there is one."""
    return {
        **_head(one.posted_on, books, one.note),
        "customer": ref(one.customer),
        "total": one.amount.major,
        **({"account": ref(account)} if account else {}),
        **_applied(paid_out, one.amount.major),
    }


def payout(one: ErpPayout, books: Books, *, bank: str, clearing: str, fees: str) -> Body:
    """What reached the bank: gross out of clearing, less the fees; or into clearing what left the bank."""
    if one.gross - one.fees != one.net:
        raise ValueError("gross less fees is not net")
    into, out_of, amount = (bank, clearing, one.gross) if one.net.minor >= 0 else (clearing, bank, -one.net)
    kept_back = {"account": ref(fees), "amount": one.fees.major, "memo": "Fees"}
    return {
        **_head(one.posted_on, books, one.note),
        "account": ref(into),
        "other": listed({"account": ref(out_of), "amount": amount.major}),
        **({"cashBack": listed(kept_back)} if one.fees.minor else {}),
    }


def _head(posted_on: date, books: Books, note: str | None) -> Body:
    return {
        "tranDate": posted_on.isoformat(),
        "subsidiary": ref(books.subsidiary),
        "currency": ref(books.currency),
        **({"memo": note} if note else {}),
    }


def _sold(lines: tuple[Line, ...], total: Money, tax: Money, items: Items) -> Body:
    """The lines, their tax as billing worked it out, and what else makes the total: discounts, rounding.

    The override is said of no tax, too: without it SuiteTax works a tax out by itself when it saves.
    """
    sold = [_line(line, items) for line in lines]
    net = total - tax
    explained = sum((line.amount for line in lines), Money(minor=0, currency=total.currency))
    if rest := (net - explained).minor:
        amount = Money(minor=rest, currency=total.currency).major
        sold.append({"item": ref(items.of_the_rest()), "description": OTHER, "quantity": 1, "amount": amount})
    for place, line in enumerate(sold, start=1):
        line["line"], line["taxDetailsReference"] = place, str(place)
    body: Body = {"item": listed(*sold), "taxDetailsOverride": True}
    if tax.minor:
        # Billing says the tax of the whole, so it stands on the first line, over all of it.
        detail = {"taxDetailsReference": "1", "taxBasis": net.major, "taxAmount": tax.major}
        if net.minor:
            detail["taxRate"] = (tax.major * 100 / net.major).quantize(_PLACES)
        body["taxDetails"] = listed(detail)
    return body


def _line(line: Line, items: Items) -> Body:
    return {
        "item": ref(items.of(line.sku)),
        **({"description": line.description} if line.description else {}),
        "quantity": line.quantity,
        "rate": line.unit_price.major,
        "amount": line.amount.major,
    }


def _applied(document: str | None, amount: Decimal) -> Body:
    if document is None or not amount:
        return {}
    return {"apply": listed({"doc": ref(document), "apply": True, "amount": amount})}


def _address(one: Address) -> Body:
    first, _, second = (one.street or "").partition("\n")
    said = {
        "addr1": first or None,
        "addr2": second.replace("\n", ", ") or None,
        "city": one.city,
        "state": one.state,
        "zip": one.postal_code,
        "country": {"id": one.country} if one.country else None,
    }
    return {
        "label": BILLING,
        "defaultBilling": True,
        "addressBookAddress": {name: value for name, value in said.items() if value is not None},
    }


def ref(id: str) -> Body:
    """A record that is pointed to."""
    return {"id": id}


def listed(*lines: Body) -> Body:
    """The lines of a sublist."""
    return {"items": list(lines)}
