"""How is a query asked, and how are its further pages?"""

from sandbox.salesforce.cursors import Result, batch_size
from sandbox.salesforce.errors import Refused
from sandbox.salesforce.exchange import Answer, Ask
from sandbox.salesforce.selection import select


def query(ask: Ask) -> Answer:
    """`/query?q=`: the first page of what a statement selects."""
    return _first(ask, with_deleted=False)


def query_all(ask: Ask) -> Answer:
    """`/queryAll?q=`: the same among deleted rows too."""
    return _first(ask, with_deleted=True)


def _first(ask: Ask, *, with_deleted: bool) -> Answer:
    text = ask.query.get("q")
    if not text:
        raise Refused(400, "MALFORMED_QUERY", "A query string has to be specified")
    selected = select(ask.org, text, ask.version, ask.now, with_deleted=with_deleted)
    result = Result(selected.records, batch_size(ask.headers.get("Sforce-Query-Options")))
    page = ask.cursors.first(result, ask.version)
    return Answer(page | {"totalSize": selected.size})


def more(ask: Ask) -> Answer:
    """`/query/{locator}`: a further page."""
    return Answer(ask.cursors.following(ask.names["locator"], ask.version))
