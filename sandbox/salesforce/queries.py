"""How is a query asked, and how are its further pages?"""

from sandbox.salesforce.cursors import Result, batch_size
from sandbox.salesforce.errors import Refused
from sandbox.salesforce.exchange import Answer, Ask
from sandbox.salesforce.selection import select


def query(ask: Ask) -> Answer:
    """`/query?q=` and `/queryAll?q=`: the first page. Nothing is ever deleted here, so both find the same."""
    text = ask.query.get("q")
    if not text:
        raise Refused(400, "MALFORMED_QUERY", "A query string has to be specified")
    selected = select(ask.org, text, ask.version, ask.now)
    result = Result(selected.records, batch_size(ask.headers.get("Sforce-Query-Options")))
    page = ask.cursors.first(result, ask.version)
    return Answer(page | {"totalSize": selected.size})


def more(ask: Ask) -> Answer:
    """`/query/{locator}`: a further page."""
    return Answer(ask.cursors.following(ask.names["locator"], ask.version))
