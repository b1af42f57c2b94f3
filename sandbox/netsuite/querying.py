"""What does a posted SuiteQL query answer?

Oracle, "Executing SuiteQL Queries Through REST Web Services" (section_157909186990): `Prefer: transient` is
required, values are texts, and a column without a value is left out of its row.
"""

import json
import math
from decimal import Decimal
from typing import Any, Final

from aiohttp import web

from sandbox.netsuite import dates
from sandbox.netsuite.database import Database, Row, Value
from sandbox.netsuite.errors import Refused, bad_query
from sandbox.netsuite.paging import framed, window
from sandbox.netsuite.reads import origin
from sandbox.netsuite.suiteql import understood

_DECIMALS: Final = 8
"""A difference or a product of amounts is exact to far more places than any currency has."""


async def asked(request: web.Request) -> str:
    """The query in the body, or `Refused`."""
    preferences = {part.strip().lower() for part in request.headers.get("Prefer", "").split(",")}
    if "transient" not in preferences:
        raise Refused(
            400, "Invalid value for the HTTP header Prefer. Provide Prefer: transient.", "INVALID_HEADER"
        )
    try:
        body = json.loads(await request.read())
    except (ValueError, RecursionError) as error:
        raise Refused(400, "Invalid content in the request body.", "INVALID_CONTENT") from error
    q = body.get("q") if isinstance(body, dict) else None
    if not isinstance(q, str) or not q.strip():
        raise bad_query("The query is missing.")
    return q


def page(database: Database, q: str, request: web.Request) -> dict[str, Any]:
    """One page of the rows a query selects."""
    asked_for = window(request, origin(request))
    query = understood(q)
    rows = database.rows(query.sql)
    items = [_item(query.columns, row) for row in rows[asked_for.offset : asked_for.offset + asked_for.limit]]
    return framed(asked_for, items, len(rows))


def _item(columns: tuple[str, ...], row: Row) -> dict[str, Any]:
    texts = {name: _text(value) for name, value in zip(columns, row, strict=True) if value is not None}
    return {"links": []} | texts


def _text(value: Value) -> str:
    if isinstance(value, float):
        return _number(value)
    return dates.shown(value) if isinstance(value, str) and dates.is_stored(value) else str(value)


def _number(value: float) -> str:
    """A number without an exponent and without zeros at its end: `2010`, `100.5`."""
    if not math.isfinite(value):
        return str(value)
    return f"{Decimal(repr(round(value, _DECIMALS))).normalize() + 0:f}"
