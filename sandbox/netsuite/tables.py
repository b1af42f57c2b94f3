"""Which tables and columns does SuiteQL see?

The names of Oracle's Records Catalog for the SuiteAnalytics data source, as far as the practice company
fills them: a record's column is its field in lower case. Transactions are in `ledger.py`.
"""

from typing import Final

from sandbox.netsuite.ledger import TYPES, accounting_lines, links, transaction, transaction_lines
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
        *("custbody_tieline_dunning", "custbody_tieline_run"),
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
    "accountingPeriod": "accountingperiod",
    "contact": "contact",
    "currency": "currency",
    "customer": "customer",
    "customerSubsidiaryRelationship": "customersubsidiaryrelationship",
    "serviceSaleItem": "item",
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


# Every column that holds a number; all others hold text. A number is found by its text too.
NUMBERS: Final = frozenset(
    (
        *("account", "accountingbook", "addressbookaddress", "company", "currency", "currencyprecision"),
        *(
            "daysuntilnetdue",
            "defaulttaxreg",
            "entity",
            "exchangerate",
            "id",
            "internalid",
            "item",
            "nextdoc",
        ),
        *(
            "nextline",
            "nkey",
            "parent",
            "postingperiod",
            "previousdoc",
            "previousline",
            "subsidiary",
            "terms",
        ),
        *("transaction", "transactionline", "linesequencenumber", "quantity", "rate", "amount", "debit"),
        *("credit", "foreignamount", "foreignamountpaid", "foreignamountunpaid", "foreigntotal"),
        *("foreignpaymentamountunused", "netamount"),
    )
)
# By which column the rows of one record are found in a table; in every other table it is `id`.
OWNERS: Final = {
    "customeraddressbook": "internalid",
    "customeraddressbookentityaddress": "nkey",
    "nexttransactionlinelink": "nextdoc",
    "previoustransactionlinelink": "nextdoc",
    "transactionaccountingline": "transaction",
    "transactionline": "transaction",
}
_ADDRESS_TABLES: Final = ("customeraddressbook", "customeraddressbookentityaddress")
_TRANSACTION_TABLES: Final = (
    *("transaction", "transactionline", "transactionaccountingline"),
    *("nexttransactionlinelink", "previoustransactionlinelink"),
)


def tables_of(type: str) -> tuple[str, ...]:
    """The tables in which a record of a type has rows."""
    if type in TYPES:
        return _TRANSACTION_TABLES
    more = ("customersubsidiaryrelationship", *_ADDRESS_TABLES) if type == "customer" else ()
    return (_RECORD_TABLES[type], *more)


def owned(table: str, id: int) -> tuple[int, int]:
    """The first and the last value of the owner's column that a record with this id has."""
    return (id * ADDRESSES, id * ADDRESSES + ADDRESSES - 1) if table in _ADDRESS_TABLES else (id, id)


def rows(record: Record) -> dict[str, list[Line]]:
    """The rows of one record by table."""
    if record.type in TYPES:
        linked = links(record)
        return {
            "transaction": [transaction(record)],
            "transactionline": transaction_lines(record),
            "transactionaccountingline": accounting_lines(record),
            "nexttransactionlinelink": linked,
            "previoustransactionlinelink": linked,
        }
    own = {_RECORD_TABLES[record.type]: [_row(record)]}
    if record.type != "customer":
        return own
    addresses = _addresses(record)
    return own | {
        "customersubsidiaryrelationship": [_primary(record)],
        **dict.fromkeys(_ADDRESS_TABLES, addresses),
    }


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


def _primary(customer: Record) -> Line:
    """The relationship with the primary subsidiary, which every customer has; others are records."""
    subsidiary: Field = customer.fields["subsidiary"]
    entity = customer.reference(str(customer.fields["companyName"]))
    return {"id": customer.id, "entity": entity, "subsidiary": subsidiary, "isprimarysub": True}
