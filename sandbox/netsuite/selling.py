"""What do the lines of an order, an invoice or a credit memo come to, and what do they do to the ledger?

An invoice is a receivable against deferred revenue (or revenue, where the item's rule is not over time) and
tax; a credit memo is the same the other way round; an order does nothing to the ledger.
"""

from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from sandbox.netsuite.company import DEFERRED_REVENUE, RECEIVABLE, REVENUE, SALES_TAX
from sandbox.netsuite.desk import ZERO, Desk, Sheet, number
from sandbox.netsuite.objections import applied_too_much, bad_value, not_set, user_error
from sandbox.netsuite.settling import settle
from sandbox.netsuite.shapes import Choice, Field, Line, Record, Reference
from sandbox.netsuite.transactions import APPLIED, OPEN, ORDER_STATUSES, PAID, posted, signed

# Rules that recognise revenue at once; under every other it is deferred first.
_AT_ONCE: Final = ("at_once", "point_in_time")


def enter_order(desk: Desk, sheet: Sheet) -> list[Line]:
    """A sales order."""
    _sold(desk, sheet)
    status = sheet.fields.get("orderStatus") or ORDER_STATUSES["pending_fulfilment"]
    assert isinstance(status, Choice)
    lines = sheet.sublists["item"]
    if all(line.get("isClosed") for line in lines):
        status = ORDER_STATUSES["closed"]
    sheet.fields |= {"orderStatus": status, "status": Choice(status.name, status.name)}
    return []


def enter_invoice(desk: Desk, sheet: Sheet) -> list[Line]:
    """An invoice: what was paid of it stays paid, and the rest is open."""
    customer = _sold(desk, sheet)
    fields = sheet.fields
    terms = fields.get("terms") or customer.fields.get("terms")
    fields["terms"], fields["dueDate"] = terms, fields.get("dueDate") or _due(desk, fields["tranDate"], terms)
    total, paid = sheet.amount("total"), sheet.amount("amountPaid")
    if paid > total:
        raise applied_too_much("item")
    fields |= {"amountPaid": paid, "amountRemaining": total - paid}
    _mark(fields, OPEN if total > paid else PAID)
    return _postings(desk, sheet, 1)


def enter_credit_memo(desk: Desk, sheet: Sheet) -> list[Line]:
    """A credit memo, applied to invoices as far as its lines say; the rest stays open for the customer."""
    _sold(desk, sheet)
    settle(desk, sheet, sheet.amount("total"))
    _mark(sheet.fields, OPEN if sheet.amount("unapplied") else APPLIED)
    return _postings(desk, sheet, -1)


def settled_invoice(invoice: Record, by: Decimal) -> dict[str, Field]:
    """The fields of an invoice of which so much more (or less, when negative) has been settled."""
    paid = number(invoice.fields["amountPaid"]) + by
    remaining = number(invoice.fields["amountRemaining"]) - by
    fields: dict[str, Field] = {"amountPaid": paid, "amountRemaining": remaining}
    _mark(fields, OPEN if remaining else PAID)
    return fields


def _sold(desk: Desk, sheet: Sheet) -> Record:
    """Price the lines and add them up; the customer they are sold to."""
    entity = sheet.pointer("entity")
    assert entity
    customer = desk.customer(entity)
    desk.stand(sheet, customer)
    lines = sheet.sublists.get("item") or []
    if not lines:
        raise user_error("You must enter at least one line item for this transaction.", "item")
    sheet.sublists["item"] = [_priced(sheet, place, line) for place, line in enumerate(lines, start=1)]
    subtotal = sum((number(line["amount"]) for line in sheet.sublists["item"]), ZERO)
    tax = _tax(sheet)
    if subtotal + tax < 0:
        raise user_error("The total of this transaction cannot be negative.", "item")
    sheet.fields |= {"subtotal": subtotal, "taxTotal": tax, "total": subtotal + tax}
    return customer


def _priced(sheet: Sheet, place: int, line: Line) -> Line:
    """A line with its amount: what was said, or quantity times rate."""
    path = f"item.items[{place - 1}]"
    if line.get("item") is None:
        raise not_set(["Item"])
    quantity = number(line["quantity"]) if line.get("quantity") is not None else Decimal(1)
    if line.get("amount") is None and line.get("rate") is None:
        raise bad_value("amount", f"{path}.amount")
    rate = line.get("rate")
    amount = number(line["amount"]) if line.get("amount") is not None else quantity * number(rate)
    if rate is None:
        rate = amount / quantity if quantity else amount
    return line | {
        "line": place,
        "quantity": quantity,
        "rate": rate,
        "amount": sheet.rounded(amount),
        "taxDetailsReference": line.get("taxDetailsReference") or str(place),
    }


def _tax(sheet: Sheet) -> Decimal:
    """The sum of the tax details, each of which belongs to a line."""
    details = sheet.sublists.setdefault("taxDetails", [])
    if details and sheet.fields.get("taxDetailsOverride") is not True:
        raise user_error("You must set Tax Details Override to enter tax details.", "taxDetailsOverride")
    known = {line["taxDetailsReference"] for line in sheet.sublists["item"]}
    for place, detail in enumerate(details):
        if detail.get("taxDetailsReference") not in known:
            raise bad_value("taxDetailsReference", f"taxDetails.items[{place}].taxDetailsReference")
        detail["taxAmount"] = sheet.rounded(number(detail.get("taxAmount")))
    if not details and sheet.old and not sheet.old.sublists.get("taxDetails"):
        # An invoice from before tax details were kept: its tax stays as it was.
        return number(sheet.old.fields.get("taxTotal"))
    return sum((number(detail["taxAmount"]) for detail in details), ZERO)


def _due(desk: Desk, day: Field, terms: Field) -> date:
    """The day by which it is to be paid, by the customer's terms."""
    assert isinstance(day, date)
    term = desk.books.at((terms.type, terms.id)) if isinstance(terms, Reference) else None
    days = term.fields["daysUntilNetDue"] if term else 0
    return day + timedelta(days=days if isinstance(days, int) else 0)


def _postings(desk: Desk, sheet: Sheet, sign: int) -> list[Line]:
    """The balanced lines of the ledger: a debit on the receivable for an invoice, the reverse for a credit.

    What a seeded invoice did to the ledger stands in the journal entry beside it: changed, it posts the
    difference.
    """
    effect = _effect(desk, sheet.fields, sheet.sublists["item"], sign)
    if old := sheet.old:
        for account, value in _effect(desk, old.fields, old.sublists["item"], sign).items():
            effect[account] = effect.get(account, ZERO) - value
        for line in old.postings:
            account = desk.account_number(line)
            effect[account] = effect.get(account, ZERO) + signed(line)
    return [_side(desk, account, value) for account, value in effect.items() if value]


def _effect(desk: Desk, fields: Line, lines: list[Line], sign: int) -> dict[str, Decimal]:
    """By account: what is owed, what is earned (or will be), the tax office's. It adds up to nothing."""
    effect = {RECEIVABLE: sign * number(fields["total"])}
    for line in lines:
        account = _revenue_account(desk, line)
        effect[account] = effect.get(account, ZERO) - sign * number(line["amount"])
    return effect | {SALES_TAX: -sign * number(fields["taxTotal"])}


def _side(desk: Desk, account: str, value: Decimal) -> Line:
    where = desk.account(account)
    return posted(where, debit=value) if value > 0 else posted(where, credit=-value)


def _revenue_account(desk: Desk, line: Line) -> str:
    item = line["item"]
    assert isinstance(item, Reference)
    record = desk.books.at((item.type, item.id))
    rule = record.fields["revenueRecognitionRule"] if record else None
    at_once = isinstance(rule, Reference) and rule.name in _AT_ONCE
    return REVENUE if at_once else DEFERRED_REVENUE


def _mark(fields: dict[str, Field], status: Choice) -> None:
    fields["status"] = Choice(status.name, status.name)
