"""How do the world's orders, receivables, payments and postings stand in NetSuite? (pure)"""

from datetime import UTC, datetime, time
from decimal import Decimal

from sandbox.ids import netsuite_id, stripe_id
from sandbox.netsuite.company import BANK, RECEIVABLE, Company
from sandbox.netsuite.customers import customer_pointer
from sandbox.netsuite.money import amount
from sandbox.netsuite.shapes import Choice, Field, Line, Record, Reference
from sandbox.world import Line as Sold
from sandbox.world import Order, Payment, Posting, Receivable, World

ORDER_STATUSES = {
    "pending_fulfilment": Choice("B", "Pending Fulfillment"),
    "partially_fulfilled": Choice("D", "Partially Fulfilled"),
    "billed": Choice("G", "Billed"),
    "closed": Choice("H", "Closed"),
}
OPEN, PAID = Choice("A", "Open"), Choice("B", "Paid In Full")
DEPOSITED, UNDEPOSITED = Choice("C", "Deposited"), Choice("B", "Not Deposited")
APPLIED = Choice("B", "Fully Applied")
APPROVED = Choice("B", "Approved for Posting")


def sales_orders(world: World, company: Company) -> list[Record]:
    """Every order of a customer the ERP knows."""
    return [
        _sales_order(world, company, order, customer)
        for order in world.orders.values()
        if (customer := customer_pointer(world, order.account))
    ]


def invoices(world: World, company: Company) -> list[Record]:
    """Every receivable of a customer the ERP knows."""
    return [
        _invoice(world, company, receivable, customer)
        for receivable in world.receivables.values()
        if (customer := customer_pointer(world, receivable.account))
    ]


def customer_payments(world: World, company: Company) -> list[Record]:
    """Every succeeded payment of an invoice that the ERP has, applied as far as that one is paid there."""
    receivables = {receivable.invoice: receivable for receivable in world.receivables.values()}
    settled = {
        number: receivable.total - receivable.open_amount for number, receivable in receivables.items()
    }
    records = []
    for payment in sorted(world.payments.values(), key=lambda payment: payment.at):
        receivable = receivables.get(payment.invoice)
        customer = customer_pointer(world, payment.account)
        if payment.status != "succeeded" or receivable is None or customer is None:
            continue
        applied = max(0, min(payment.amount, settled[payment.invoice]))
        settled[payment.invoice] -= applied
        records.append(_customer_payment(company, payment, receivable, customer, applied))
    return records


def journal_entries(world: World, company: Company) -> list[Record]:
    """Every posting, balanced, with the receivable it is behind in the memo.

    What an invoice of the seeded company does to the ledger stands here and not in the invoice itself.
    """
    return [_journal_entry(world, company, posting) for posting in world.postings.values()]


def item_lines(company: Company, lines: list[Sold], currency: str) -> list[Line]:
    """Sold lines as the `item` sublist shows them: quantities and amounts positive."""
    return [
        {
            "line": place,
            "item": company.item(line.sku),
            "quantity": line.quantity,
            "rate": amount(line.unit_amount, currency),
            "amount": amount(line.quantity * line.unit_amount, currency),
            "taxDetailsReference": str(place),
        }
        for place, line in enumerate(lines, start=1)
    ]


def _sales_order(world: World, company: Company, order: Order, customer: Reference) -> Record:
    contract = world.contracts[order.contract]
    lines = item_lines(company, order.lines, order.currency)
    status = ORDER_STATUSES[order.status]
    total = amount(sum(line.quantity * line.unit_amount for line in order.lines), order.currency)
    fields: dict[str, Field] = {
        "externalId": f"so-{contract.reference}",
        "tranId": order.reference,
        "otherRefNum": contract.reference,
        "entity": customer,
        "tranDate": order.ordered_on,
        "startDate": contract.start,
        "endDate": contract.end,
        "subsidiary": company.subsidiary(order.entity),
        "currency": company.currency(order.currency),
        "orderStatus": status,
        "status": Choice(status.name, status.name),
        "subtotal": total,
        "total": total,
        "createdDate": datetime.combine(order.ordered_on, time(), UTC),
        "lastModifiedDate": order.changed,
    }
    return Record("salesOrder", netsuite_id("salesOrder", order.number), fields, {"item": lines})


def _invoice(world: World, company: Company, receivable: Receivable, customer: Reference) -> Record:
    currency = receivable.currency
    billed = world.invoices[receivable.invoice]
    status = OPEN if receivable.open_amount else PAID
    # The total is the ERP's own figure; what the lines do not explain is in its tax.
    tax = receivable.total - billed.subtotal
    fields: dict[str, Field] = {
        "externalId": stripe_id("invoice", receivable.invoice),
        "tranId": receivable.reference,
        "otherRefNum": billed.reference,
        "entity": customer,
        "tranDate": receivable.posted_on,
        "dueDate": receivable.due_on,
        "postingPeriod": company.period(receivable.period),
        "subsidiary": company.subsidiary(receivable.entity),
        "currency": company.currency(currency),
        "status": Choice(status.name, status.name),
        "subtotal": amount(billed.subtotal, currency),
        "taxTotal": amount(tax, currency),
        "total": amount(receivable.total, currency),
        "amountPaid": amount(receivable.total - receivable.open_amount, currency),
        "amountRemaining": amount(receivable.open_amount, currency),
        "createdDate": datetime.combine(receivable.posted_on, time(), UTC),
        "lastModifiedDate": receivable.changed,
    }
    lines = item_lines(company, billed.lines, currency)
    return Record("invoice", netsuite_id("invoice", receivable.number), fields, {"item": lines})


def _customer_payment(
    company: Company, payment: Payment, receivable: Receivable, customer: Reference, applied: int
) -> Record:
    currency = payment.currency
    paid, used = amount(payment.amount, currency), amount(applied, currency)
    fields: dict[str, Field] = {
        "externalId": f"py-{stripe_id('payment_intent', payment.number)}",
        "tranId": f"PYMT{payment.number}",
        "customer": customer,
        "account": company.account(BANK),
        "tranDate": payment.at.date(),
        "postingPeriod": company.period(payment.at.strftime("%Y-%m")),
        "subsidiary": company.subsidiary(receivable.entity),
        "currency": company.currency(currency),
        "status": Choice(DEPOSITED.name, DEPOSITED.name),
        "payment": paid,
        "total": paid,
        "applied": used,
        "unapplied": paid - used,
        "createdDate": payment.at,
        "lastModifiedDate": payment.at,
    }
    invoice = Reference("invoice", netsuite_id("invoice", receivable.number), receivable.reference)
    line: Line = {
        "line": 1,
        "apply": True,
        "doc": invoice,
        "type": "Invoice",
        "refNum": receivable.reference,
        "total": amount(receivable.total, currency),
        "amount": used,
    }
    number = netsuite_id("customerPayment", payment.number)
    postings = [
        posted(company.account(BANK), debit=paid),
        posted(company.account(RECEIVABLE), credit=paid),
    ]
    return Record("customerPayment", number, fields, {"apply": [line] if applied else []}, postings)


def _journal_entry(world: World, company: Company, posting: Posting) -> Record:
    receivable = world.receivables.get(posting.receivable)
    fields: dict[str, Field] = {
        "externalId": f"je-{posting.number}",
        "tranId": f"JE{posting.number:05d}",
        "tranDate": posting.posted_on,
        "postingPeriod": company.period(posting.period),
        "subsidiary": company.subsidiary(posting.entity),
        "currency": company.currency(posting.currency),
        "approved": True,
        "memo": receivable.reference if receivable else None,
        "createdDate": datetime.combine(posting.posted_on, time(), UTC),
        "lastModifiedDate": datetime.combine(posting.posted_on, time(), UTC),
    }
    lines = [
        _journal_line(company, posting, place, line) for place, line in enumerate(posting.lines, start=1)
    ]
    fields["total"] = amount(sum(debit for _, debit, _ in posting.lines), posting.currency)
    number = netsuite_id("journalEntry", posting.number)
    return Record("journalEntry", number, fields, {"line": lines}, lines)


def _journal_line(company: Company, posting: Posting, place: int, line: tuple[str, int, int]) -> Line:
    account, debit, credit = line
    currency = posting.currency
    return {
        "line": place,
        "account": company.account(account),
        "debit": amount(debit, currency) if debit else None,
        "credit": amount(credit, currency) if credit else None,
        "memo": str(posting.number),
    }


def posted(
    account: Reference, *, debit: Decimal | None = None, credit: Decimal | None = None, memo: Field = None
) -> Line:
    """A line of the ledger."""
    return {"account": account, "debit": debit, "credit": credit, "memo": memo}


def signed(line: Line) -> Decimal:
    """What a journal line adds to its account: a debit positive, a credit negative."""
    debit, credit = line["debit"], line["credit"]
    return (debit if isinstance(debit, Decimal) else Decimal(0)) - (
        credit if isinstance(credit, Decimal) else Decimal(0)
    )
