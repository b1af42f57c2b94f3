"""How do we ask NetSuite's books? (SuiteQL, a read-only SQL-92 and Oracle dialect; table and column names
as in the Records Catalog)
"""

from collections.abc import Iterable
from typing import Final

from msgspec import Struct

_DAY: Final = "'YYYY-MM-DD'"
_MOMENT: Final = "'YYYY-MM-DD HH24:MI:SS'"
_DIGITS: Final = 18
LAST_ID: Final = "9" * 15
"""Behind every id that there is."""


class Question(Struct, frozen=True):
    """Which columns of which tables, which of their rows at most (`only`), and how they are ordered.

    The order must be total: pages are cut by position, and rows that tie could be shown twice or never.
    """

    columns: str
    tables: str
    order: str
    only: tuple[str, ...] = ()

    def where(self, *conditions: str, order: str | None = None) -> str:
        """The query for the rows of which all conditions hold, in order. Values are quoted by then."""
        return f"{self.among(*conditions)} ORDER BY {order or self.order}"

    def among(self, *conditions: str) -> str:
        """The same in no order, as a query inside another wants it."""
        clauses = ["SELECT", self.columns, "FROM", self.tables]
        if every := [*self.only, *conditions]:
            clauses += ["WHERE", " AND ".join(every)]
        return " ".join(clauses)


def text(value: str) -> str:
    """A string literal: a quote inside is doubled, nothing else is special (Oracle SQL, text literals)."""
    return "'" + value.replace("'", "''") + "'"


def is_number(words: str) -> bool:
    """Whether words can be an internal id (64-bit whole numbers), and so stand in a query as they are."""
    return words.isascii() and words.isdigit() and len(words) <= _DIGITS


def one_of(column: str, ids: Iterable[str]) -> str:
    """That a column holds one of these internal ids."""
    return f"{column} IN ({', '.join(ids)})"


CUSTOMERS: Final = Question(
    columns="c.id AS id, c.externalid AS externalid, c.companyname AS companyname, c.entityid AS entityid,"
    " c.email AS email, c.url AS url, c.parent AS parent,"
    " s.externalid AS subsidiary_code, s.country AS subsidiary_country,"
    f" TO_CHAR(c.lastmodifieddate, {_MOMENT}) AS modified",
    tables="customer c LEFT JOIN subsidiary s ON s.id = c.subsidiary",
    order="c.id",
)

_FIRST_ORDER: Final = Question(
    columns=f"TO_CHAR(MIN(t.trandate), {_DAY})",
    tables="transaction t",
    order="t.id",
    only=("t.type = 'SalesOrd'", "t.entity = c.id"),
)
# A customer may have several addresses; invoices go to the one marked for billing. `BUILTIN.DF` shows the
# number of a tax registration (SuiteTax); without SuiteTax the number stands elsewhere.
BILLING_DETAILS: Final = Question(
    columns="c.id AS id, a.addr1 AS addr1, a.addr2 AS addr2, a.city AS city, a.state AS state,"
    " a.zip AS zip, a.country AS country, m.daysuntilnetdue AS days,"
    " BUILTIN.DF(c.defaulttaxreg) AS tax_number, c.taxable AS taxable,"
    f" ({_FIRST_ORDER.among()}) AS first_ordered,"
    f" TO_CHAR(c.lastmodifieddate, {_MOMENT}) AS modified",
    tables="customer c LEFT JOIN customeraddressbook b ON b.entity = c.id AND b.defaultbilling = 'T'"
    " LEFT JOIN customeraddressbookentityaddress a ON a.nkey = b.addressbookaddress"
    " LEFT JOIN term m ON m.id = c.terms",
    order="c.id",
)

SUBSIDIARIES: Final = Question(
    columns="s.id AS id, s.externalid AS externalid, s.name AS name, s.country AS country,"
    " u.symbol AS currency",
    tables="subsidiary s LEFT JOIN currency u ON u.id = s.currency",
    # Elimination subsidiaries exist for consolidation only: nobody buys from them.
    only=("s.isinactive = 'F'", "s.iselimination = 'F'"),
    order="s.id",
)

# The subsidiary of a transaction stands on its main line.
_TRANSACTION: Final = (
    "transaction t JOIN currency u ON u.id = t.currency"
    " JOIN transactionline m ON m.transaction = t.id AND m.mainline = 'T'"
    " LEFT JOIN subsidiary s ON s.id = m.subsidiary"
)
_HEADER: Final = (
    "t.id AS id, t.tranid AS tranid, t.entity AS entity, t.externalid AS externalid,"
    f" TO_CHAR(t.trandate, {_DAY}) AS trandate, u.symbol AS currency, t.foreigntotal AS foreigntotal,"
    " s.externalid AS subsidiary_code, s.country AS subsidiary_country,"
    f" TO_CHAR(t.lastmodifieddate, {_MOMENT}) AS modified"
)

_PERIOD: Final = "TO_CHAR(p.startdate, 'YYYY-MM') AS period"

ORDERS: Final = Question(
    columns=f"{_HEADER}, t.status AS status, t.otherrefnum AS otherrefnum",
    tables=_TRANSACTION,
    only=("t.type = 'SalesOrd'",),
    order="t.trandate DESC, t.id DESC",
)

ORDER_LINES: Final = Question(
    columns="l.transaction AS transaction, i.itemid AS sku, l.memo AS memo, l.quantity AS quantity,"
    " l.rate AS rate, l.foreignamount AS foreignamount",
    tables="transactionline l LEFT JOIN item i ON i.id = l.item",
    only=("l.mainline = 'F'", "l.taxline = 'F'"),
    order="l.transaction, l.linesequencenumber, l.id",
)


def receivables(dunning: str | None) -> Question:
    """How invoices are asked for; `dunning` is the custom field that says how their collection stands."""
    return Question(
        columns=f"{_HEADER}, TO_CHAR(t.duedate, {_DAY}) AS duedate,"
        f" t.foreignamountunpaid AS foreignamountunpaid, {_PERIOD}"
        + (f", t.{dunning} AS dunning" if dunning else ""),
        tables=f"{_TRANSACTION} LEFT JOIN accountingperiod p ON p.id = t.postingperiod",
        only=("t.type = 'CustInvc'",),
        order="t.trandate DESC, t.id DESC",
    )


OLDEST_DUE_FIRST: Final = "t.duedate, t.id"


_CUSTOMERS_OF_NUMBERED: Final = Question(
    columns="t.entity", tables="transaction t", order="t.id", only=("t.type IN ('SalesOrd', 'CustInvc')",)
)
_COMPANIES_OF_CONTACTS: Final = Question(columns="p.company", tables="contact p", order="p.id")


def owed(*more: str) -> Question:
    """What is still owed on invoices, with more columns of them."""
    return Question(
        columns=", ".join(("t.id AS id", "t.foreignamountunpaid AS foreignamountunpaid", *more)),
        tables="transaction t",
        only=("t.type = 'CustInvc'",),
        order="t.id",
    )


# Whatever posts: some types have no customer, and some no main line.
ENTRIES: Final = Question(
    columns=f"t.id AS id, TO_CHAR(t.trandate, {_DAY}) AS trandate, u.symbol AS currency,"
    " t.foreigntotal AS foreigntotal, t.foreignpaymentamountunused AS unused, t.memo AS memo,"
    f" {_PERIOD}, s.externalid AS subsidiary_code, s.country AS subsidiary_country,"
    f" TO_CHAR(t.lastmodifieddate, {_MOMENT}) AS modified",
    tables="transaction t JOIN currency u ON u.id = t.currency"
    " LEFT JOIN transactionline m ON m.transaction = t.id AND m.mainline = 'T'"
    " LEFT JOIN subsidiary s ON s.id = m.subsidiary"
    " LEFT JOIN accountingperiod p ON p.id = t.postingperiod",
    order="t.id",
)

# Months only: quarters, years and adjustments are periods, too. Newest first.
PERIODS: Final = Question(
    columns=f"TO_CHAR(p.startdate, 'YYYY-MM') AS name, TO_CHAR(p.startdate, {_DAY}) AS start_on,"
    f" TO_CHAR(p.enddate, {_DAY}) AS end_on, p.closed AS closed, p.arlocked AS locked",
    tables="accountingperiod p",
    only=("p.isquarter = 'F'", "p.isyear = 'F'", "p.isadjust = 'F'", "p.isinactive = 'F'"),
    order="p.startdate DESC, p.id DESC",
)

CUSTOMER_STANDING: Final = Question(
    columns="c.id AS id, c.subsidiary AS subsidiary", tables="customer c", order="c.id"
)
RELATIONSHIPS: Final = Question(columns="r.id AS id", tables="customersubsidiaryrelationship r", order="r.id")


class Watched(Struct, frozen=True):
    """Records whose changes are asked for: `alias` is their table's, `question` has them by time and id."""

    alias: str
    question: Question

    def after(self, moment: str, id: str, until: str) -> str:
        """Those that changed after a record of that moment and id, and by `until` (account time)."""
        at, modified = _moment(moment), f"{self.alias}.lastmodifieddate"
        return self.question.where(
            f"({modified} > {at} OR ({modified} = {at} AND {self.alias}.id > {id}))",
            f"{modified} <= {_moment(until)}",
        )


def _moment(written: str) -> str:
    return f"TO_DATE({text(written)}, {_MOMENT})"


CHANGED_CUSTOMERS: Final = Watched(
    "c",
    Question(
        columns=f"c.id AS id, TO_CHAR(c.lastmodifieddate, {_MOMENT}) AS modified",
        tables="customer c",
        order="c.lastmodifieddate, c.id",
    ),
)
CHANGED_TRANSACTIONS: Final = Watched(
    "t",
    Question(
        columns=f"t.id AS id, TO_CHAR(t.lastmodifieddate, {_MOMENT}) AS modified,"
        " t.recordtype AS recordtype, t.entity AS entity",
        tables="transaction t",
        only=("t.type IN ('SalesOrd', 'CustInvc', 'CustPymt', 'CustCred', 'CustRfnd')",),
        order="t.lastmodifieddate, t.id",
    ),
)


def found(words: str) -> str:
    """That a customer goes by these words.

    By name, number, e-mail address (its own or a contact's), web address, id or external id, or as the
    customer of an order or invoice of this number or external id. A `%` or `_` in the words finds more
    than itself, never less.
    """
    said, anywhere = text(words), text(f"%{words}%")
    ways = [
        f"UPPER(c.companyname) LIKE UPPER({anywhere})",
        f"UPPER(c.entityid) = UPPER({said})",
        f"UPPER(c.email) = UPPER({said})",
        f"c.externalid = {said}",
        f"c.id IN ({_CUSTOMERS_OF_NUMBERED.among(f'(t.tranid = {said} OR t.externalid = {said})')})",
        f"c.id IN ({_COMPANIES_OF_CONTACTS.among(f'UPPER(p.email) = UPPER({said})')})",
    ]
    if is_number(words):
        ways.append(f"c.id = {words}")
    if "." in words:
        ways += [f"LOWER(c.url) LIKE LOWER({text(before + words + '%')})" for before in ("%/", "%.")]
    return f"({' OR '.join(ways)})"
