"""Which tables and columns does SuiteQL see?

The names of Oracle's Records Catalog for the SuiteAnalytics data source, as far as the practice company
fills them: a record's column is its field in lower case. Transactions are in `ledger.py`.
"""

from dataclasses import dataclass
from typing import Final

from sandbox.netsuite.books import Books
from sandbox.netsuite.ledger import links, transaction_accounting_lines, transaction_lines, transactions
from sandbox.netsuite.shapes import Field, Line, Record

LINK_COLUMNS: Final = ("previousdoc", "previousline", "nextdoc", "nextline", "linktype", "foreignamount")
COLUMNS: Final[dict[str, tuple[str, ...]]] = {
    "account": ("id", "acctnumber", "acctname", "accttype", "isinactive"),
    "accountingperiod": (
        *("id", "periodname", "startdate", "enddate", "closed", "alllocked", "arlocked"),
        *("isquarter", "isyear", "isadjust", "isinactive"),
    ),
    "contact": (
        *("id", "entityid", "firstname", "lastname", "email", "title", "company"),
        *("isinactive", "lastmodifieddate"),
    ),
    "currency": ("id", "symbol", "name", "currencyprecision", "exchangerate", "isbasecurrency", "isinactive"),
    "customer": (
        *("id", "entityid", "companyname", "externalid", "email", "url", "parent", "subsidiary", "currency"),
        *("terms", "defaulttaxreg", "taxable", "isperson", "isinactive", "datecreated", "lastmodifieddate"),
    ),
    "customeraddressbook": (
        *("entity", "internalid", "label", "addressbookaddress", "defaultbilling", "defaultshipping"),
    ),
    "customeraddressbookentityaddress": (
        *("nkey", "addressee", "addr1", "addr2", "city", "state", "zip", "country"),
    ),
    "customersubsidiaryrelationship": ("id", "entity", "subsidiary", "isprimarysub"),
    "item": ("id", "itemid", "displayname", "externalid", "itemtype", "isinactive"),
    "nexttransactionlinelink": LINK_COLUMNS,
    "previoustransactionlinelink": LINK_COLUMNS,
    "subsidiary": (
        *("id", "name", "fullname", "legalname", "externalid", "country", "currency"),
        *("iselimination", "isinactive"),
    ),
    "term": ("id", "name", "daysuntilnetdue", "isinactive"),
    "transaction": (
        *("id", "tranid", "externalid", "type", "recordtype", "entity", "trandate", "duedate", "status"),
        *("currency", "exchangerate", "foreigntotal", "foreignamountunpaid", "foreignamountpaid"),
        *("foreignpaymentamountunused", "otherrefnum", "postingperiod", "posting", "voided"),
        *("createddate", "lastmodifieddate", "memo"),
    ),
    "transactionaccountingline": (
        *("transaction", "transactionline", "accountingbook", "account"),
        *("amount", "debit", "credit", "posting"),
    ),
    "transactionline": (
        *("transaction", "id", "linesequencenumber", "item", "quantity", "rate", "foreignamount"),
        *("netamount", "mainline", "taxline", "subsidiary", "entity", "memo"),
    ),
}
_RECORD_TABLES: Final = {
    "account": "account",
    "accountingperiod": "accountingPeriod",
    "contact": "contact",
    "currency": "currency",
    "customer": "customer",
    "item": "serviceSaleItem",
    "subsidiary": "subsidiary",
    "term": "term",
}
# Every column that points to a record or holds a choice: `BUILTIN.DF` shows its name.
NAMED: Final = frozenset(
    (
        *("account", "accttype", "company", "country", "currency", "defaulttaxreg", "entity", "item"),
        *(
            "itemtype",
            "nextdoc",
            "parent",
            "postingperiod",
            "previousdoc",
            "status",
            "subsidiary",
            "terms",
            "transaction",
            "type",
        ),
    )
)
# More than any customer has, so that each has a key of its own.
ADDRESSES: Final = 10
# Every column that holds a date: a text compared with one is read as a date.
DATES: Final = frozenset(
    ("createddate", "datecreated", "duedate", "enddate", "lastmodifieddate", "startdate", "trandate")
)


@dataclass(frozen=True)
class Table:
    """A table with its rows; a column without a value in a row is null there."""

    name: str
    columns: tuple[str, ...]
    rows: list[Line]


def tables(books: Books) -> list[Table]:
    """All tables of the current books."""
    links_between = links(books)
    rows = {name: [_row(record) for record in books.records(type)] for name, type in _RECORD_TABLES.items()}
    addresses = [entry for customer in books.records("customer") for entry in _addresses(customer)]
    rows |= {
        "customeraddressbook": addresses,
        "customeraddressbookentityaddress": addresses,
        "customersubsidiaryrelationship": [_relationship(record) for record in books.records("customer")],
        "nexttransactionlinelink": links_between,
        "previoustransactionlinelink": links_between,
        "transaction": transactions(books),
        "transactionaccountingline": transaction_accounting_lines(books),
        "transactionline": transaction_lines(books),
    }
    return [Table(name, columns, rows[name]) for name, columns in COLUMNS.items()]


def _row(record: Record) -> Line:
    return {"id": record.id} | {name.lower(): field for name, field in record.fields.items()}


def _addresses(customer: Record) -> list[Line]:
    """The address book of a customer: what stands in the book and what in the address behind it, together."""
    entity = customer.reference(str(customer.fields["companyName"]))
    return [
        {name.lower(): field for name, field in line.items()}
        | {"entity": entity, "internalid": key, "addressbookaddress": key, "nkey": key}
        for key, line in enumerate(customer.sublists["addressBook"], start=customer.id * ADDRESSES)
    ]


def _relationship(customer: Record) -> Line:
    subsidiary: Field = customer.fields["subsidiary"]
    entity = customer.reference(str(customer.fields["companyName"]))
    return {"id": customer.id, "entity": entity, "subsidiary": subsidiary, "isprimarysub": True}
