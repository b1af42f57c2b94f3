"""How do transactions stand in SuiteQL: heads, lines, links and ledger lines?

One table for all types (Oracle, "Transaction" in the Records Catalog). In `transactionline` the main line
carries the total and every other line the opposite sign: what is sold is a credit, so its quantity and
amount are negative. `status` is one letter; `BUILTIN.DF(status)` is `Invoice : Open`.
"""

from decimal import Decimal
from typing import Final

from sandbox.netsuite.books import Books
from sandbox.netsuite.shapes import Choice, Field, Line, Record, Reference
from sandbox.netsuite.transactions import APPROVED, DEPOSITED, OPEN, ORDER_STATUSES, PAID, signed

# Record type: its code in `type`, and how it is called.
TYPES: Final = {
    "salesOrder": Choice("SalesOrd", "Sales Order"),
    "invoice": Choice("CustInvc", "Invoice"),
    "customerPayment": Choice("CustPymt", "Payment"),
    "journalEntry": Choice("Journal", "Journal"),
}
_LETTERS: Final = {
    status.name: status.id for status in (*ORDER_STATUSES.values(), OPEN, PAID, DEPOSITED, APPROVED)
}
# Column: the record fields it comes from, the first that is set.
_HEAD: Final = {
    "tranid": ("tranId",),
    "externalid": ("externalId",),
    "entity": ("entity", "customer"),
    "trandate": ("tranDate",),
    "duedate": ("dueDate",),
    "currency": ("currency",),
    "foreigntotal": ("total",),
    "foreignamountunpaid": ("amountRemaining",),
    "foreignamountpaid": ("amountPaid",),
    "foreignpaymentamountunused": ("unapplied",),
    "otherrefnum": ("otherRefNum",),
    "postingperiod": ("postingPeriod",),
    "createddate": ("createdDate",),
    "lastmodifieddate": ("lastModifiedDate",),
    "memo": ("memo",),
}
ZERO: Final = Decimal(0)


def transactions(books: Books) -> list[Line]:
    """The head of every transaction."""
    return [_head(record) for type in TYPES for record in books.records(type)]


def transaction_lines(books: Books) -> list[Line]:
    """The main line and the lines of every transaction."""
    return [line for type in TYPES for record in books.records(type) for line in _lines(record)]


def links(books: Books) -> list[Line]:
    """Which payment paid how much of which invoice."""
    return [
        {
            "previousdoc": line["doc"],
            "previousline": 0,
            "nextdoc": payment.id,
            "nextline": line["line"],
            "linktype": "Payment",
            "foreignamount": line["amount"],
        }
        for payment in books.records("customerPayment")
        for line in payment.sublists["apply"]
    ]


def transaction_accounting_lines(books: Books) -> list[Line]:
    """What each journal line does to its account."""
    return [
        {
            "transaction": journal.id,
            "transactionline": place,
            "accountingbook": 1,
            "account": line["account"],
            "debit": line["debit"],
            "credit": line["credit"],
            "amount": signed(line),
            "posting": True,
        }
        for journal in books.records("journalEntry")
        for place, line in enumerate(journal.sublists["line"])
    ]


def _head(record: Record) -> Line:
    fields = record.fields
    row: Line = {
        column: next((fields[name] for name in names if fields.get(name) is not None), None)
        for column, names in _HEAD.items()
    }
    if record.type == "journalEntry":
        row["foreigntotal"] = sum((max(ZERO, signed(line)) for line in record.sublists["line"]), ZERO)
    return row | {
        "id": record.id,
        "type": TYPES[record.type],
        "recordtype": record.type.lower(),
        "status": _status(record),
        "exchangerate": Decimal(1),
        "posting": record.type != "salesOrder",
        "voided": False,
    }


def _status(record: Record) -> Choice:
    status = record.fields.get("status")
    name = status.name if isinstance(status, Choice) else APPROVED.name
    return Choice(_LETTERS[name], f"{TYPES[record.type].name} : {name}")


def _lines(record: Record) -> list[Line]:
    """A journal has no main line; every other transaction begins with one."""
    if record.type == "journalEntry":
        amounts: list[tuple[Decimal, Line]] = [(signed(line), {}) for line in record.sublists["line"]]
    else:
        amounts = [(_decimal(record.fields["total"]), {"mainline": True}), *_others(record)]
    return [_line(record, place, value, more) for place, (value, more) in enumerate(amounts)]


def _others(record: Record) -> list[tuple[Decimal, Line]]:
    """The lines below the main one: what was sold and its tax, or the receivable that a payment lowers."""
    if record.type == "customerPayment":
        return [(-_decimal(record.fields["total"]), {})]
    lines: list[tuple[Decimal, Line]] = [
        (
            -_decimal(line["amount"]),
            {"item": line["item"], "quantity": -_decimal(line["quantity"]), "rate": line["rate"]},
        )
        for line in record.sublists["item"]
    ]
    tax = _decimal(record.fields.get("taxTotal"))
    return [*lines, (-tax, {"taxline": True})] if tax else lines


def _line(record: Record, place: int, value: Decimal, more: Line) -> Line:
    title = f"{TYPES[record.type].name} #{record.fields['tranId']}"
    line: Line = {
        "transaction": Reference(record.type, record.id, title),
        "id": place,
        "linesequencenumber": place,
        "foreignamount": value,
        "netamount": value,
        "mainline": False,
        "taxline": False,
        "subsidiary": record.fields["subsidiary"],
        "entity": record.fields.get("entity") or record.fields.get("customer"),
        "memo": record.fields.get("memo"),
    }
    return line | more


def _decimal(field: Field) -> Decimal:
    return Decimal(field) if isinstance(field, int | Decimal) else ZERO
