"""How does a transaction stand in SuiteQL: head, lines, links and ledger lines? (pure)

One table for all types (Oracle, "Transaction" in the Records Catalog). In `transactionline` the main line
carries the total and the others the opposite signs: what is sold is a credit, so its quantity and amount
are negative. `status` is one letter; `BUILTIN.DF(status)` is `Invoice : Open`.
"""

from decimal import Decimal
from typing import Final

from sandbox.netsuite.schema import ORDER_CHOICES
from sandbox.netsuite.shapes import Choice, Field, Line, Record, Reference
from sandbox.netsuite.transactions import (
    APPLIED,
    APPROVED,
    DEPOSITED,
    OPEN,
    ORDER_STATUSES,
    PAID,
    UNDEPOSITED,
    signed,
)

# Record type: its code in `type`, and how it is called.
TYPES: Final = {
    "salesOrder": Choice("SalesOrd", "Sales Order"),
    "invoice": Choice("CustInvc", "Invoice"),
    "customerPayment": Choice("CustPymt", "Payment"),
    "creditMemo": Choice("CustCred", "Credit Memo"),
    "customerRefund": Choice("CustRfnd", "Customer Refund"),
    "deposit": Choice("Deposit", "Deposit"),
    "journalEntry": Choice("Journal", "Journal"),
}
_STATUSES: Final = (*ORDER_STATUSES.values(), OPEN, PAID, DEPOSITED, UNDEPOSITED, APPLIED, APPROVED)
_LETTERS: Final = {name: id for id, name in ORDER_CHOICES} | {status.name: status.id for status in _STATUSES}
# Of these the sums are on the lines alone, or the lines are those of the ledger.
_BY_LEDGER: Final = ("journalEntry", "customerRefund", "deposit")
_STATUSLESS: Final = ("customerRefund", "deposit")
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
    "custbody_tieline_dunning": ("custbody_tieline_dunning",),
    "custbody_tieline_run": ("custbody_tieline_run",),
}
ZERO: Final = Decimal(0)


def transaction(record: Record) -> Line:
    """The head of a transaction."""
    return _head(record)


def transaction_lines(record: Record) -> list[Line]:
    """The main line of a transaction and its other lines."""
    return _lines(record)


def links(record: Record) -> list[Line]:
    """Which documents a transaction settled, by how much, and which order an invoice was made from."""
    settled: list[Line] = [
        {
            "previousdoc": line["doc"],
            "previousline": 0,
            "nextdoc": record.id,
            "nextline": line["line"],
            "linktype": "Payment",
            "foreignamount": line["amount"],
        }
        for line in record.sublists.get("apply", ())
    ]
    order = record.fields.get("createdFrom")
    if record.type != "invoice" or order is None:
        return settled
    return [
        {
            "previousdoc": order,
            "previousline": 0,
            "nextdoc": record.id,
            "nextline": 0,
            "linktype": "OrdBill",
            "foreignamount": record.fields["total"],
        }
    ]


def accounting_lines(record: Record) -> list[Line]:
    """What a transaction does to the accounts of the ledger."""
    return [
        {
            "transaction": record.id,
            "transactionline": place,
            "accountingbook": 1,
            "account": line["account"],
            "debit": line["debit"],
            "credit": line["credit"],
            "amount": signed(line),
            "posting": True,
        }
        for place, line in enumerate(record.postings)
    ]


def _head(record: Record) -> Line:
    fields = record.fields
    row: Line = {
        column: next((fields[name] for name in names if fields.get(name) is not None), None)
        for column, names in _HEAD.items()
    }
    return row | {
        "id": record.id,
        "type": TYPES[record.type],
        "recordtype": record.type.lower(),
        "status": _status(record),
        "exchangerate": Decimal(1),
        "posting": record.type != "salesOrder",
        "voided": False,
    }


def _status(record: Record) -> Choice | None:
    if record.type in _STATUSLESS:
        return None
    status = record.fields.get("status")
    name = status.name if isinstance(status, Choice) else APPROVED.name
    return Choice(_LETTERS[name], f"{TYPES[record.type].name} : {name}")


def _lines(record: Record) -> list[Line]:
    """A journal has no main line; every other transaction begins with one."""
    if record.type in _BY_LEDGER:
        main = record.type != "journalEntry"
        amounts: list[tuple[Decimal, Line]] = [
            (signed(line), {"mainline": main and place == 0, "memo": line.get("memo")})
            for place, line in enumerate(record.postings)
        ]
    else:
        sign = -1 if record.type == "creditMemo" else 1
        owed = sign * _decimal(record.fields["total"])
        amounts = [(owed, {"mainline": True}), *_others(record, sign)]
    return [_line(record, place, value, more) for place, (value, more) in enumerate(amounts)]


def _others(record: Record, sign: int) -> list[tuple[Decimal, Line]]:
    """The lines below the main one: what was sold and its tax, or the receivable that a payment lowers."""
    if record.type == "customerPayment":
        return [(-_decimal(record.fields["total"]), {})]
    lines: list[tuple[Decimal, Line]] = [
        (
            -sign * _decimal(line["amount"]),
            {"item": line["item"], "quantity": -sign * _decimal(line["quantity"]), "rate": line["rate"]},
        )
        for line in record.sublists["item"]
    ]
    tax = sign * _decimal(record.fields.get("taxTotal"))
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
