"""How does Zendesk cut a list into pages?

By cursor when `page[size]`, `page[after]` or `page[before]` is asked for: `meta.has_more` ends it, while
`links.next` is there on the last page too. Else by offset (`page`, `per_page`, `next_page`, `count`), which
ends at ten thousand records. (developer.zendesk.com/api-reference/introduction/pagination)
"""

import base64
from typing import Any

from aiohttp import web

from sandbox.zendesk.desk import NUMBER
from sandbox.zendesk.errors import OFFSET_DEPTH, invalid, too_deep

Json = dict[str, Any]
MOST = 100
EXPORT_MOST = 1_000


def page(request: web.Request, name: str, records: list[Json], most: int = MOST) -> Json:
    """One page of `records` under `name`, in the way the caller asked for."""
    if any(asked.startswith("page[") for asked in request.query):
        return by_cursor(request, name, records, most)
    return by_offset(request, name, records)


def by_cursor(request: web.Request, name: str, records: list[Json], most: int = MOST) -> Json:
    size = whole(request, "page[size]", most, most)
    after, before = request.query.get("page[after]"), request.query.get("page[before]")
    if before is not None:
        end = place_of(before, records)
        start, more = max(0, end - size), end - size > 0
    else:
        start = place_of(after, records) + 1 if after is not None else 0
        end, more = start + size, len(records) > start + size
    shown = records[start:end]
    return {name: shown, "meta": meta(shown, more), "links": links(request, shown)}


def meta(shown: list[Json], more: bool) -> Json:
    return {
        "has_more": more,
        "after_cursor": cursor_of(shown[-1]) if shown else None,
        "before_cursor": cursor_of(shown[0]) if shown else None,
    }


def links(request: web.Request, shown: list[Json]) -> Json:
    """Both ways, also where nothing lies that way: only `has_more` tells."""
    if not shown:
        return {"prev": None, "next": None}
    return {
        "prev": address(request, {"page[before]": cursor_of(shown[0])}, ("page[after]",)),
        "next": address(request, {"page[after]": cursor_of(shown[-1])}, ("page[before]",)),
    }


def by_offset(request: web.Request, name: str, records: list[Json], depth: int = OFFSET_DEPTH) -> Json:
    number = whole(request, "page", 1)
    size = min(whole(request, "per_page", MOST), MOST)
    if number * size > depth and number > 1:
        raise too_deep()
    more = len(records) > number * size
    return {
        name: records[(number - 1) * size : number * size],
        "next_page": address(request, {"page": str(number + 1)}) if more else None,
        "previous_page": address(request, {"page": str(number - 1)}) if number > 1 else None,
        "count": len(records),
    }


def whole(request: web.Request, name: str, usual: int, most: int | None = None) -> int:
    """A number of at least 1 from the query, or Zendesk's 400."""
    value = request.query.get(name, str(usual))
    if not NUMBER.fullmatch(value) or int(value) < 1 or (most and int(value) > most):
        raise invalid(f"{name} must be a number from 1" + (f" to {most}" if most else ""))
    return int(value)


def cursor_of(record: Json) -> str:
    """Opaque to callers: which record it stands at."""
    return base64.urlsafe_b64encode(mark(record).encode()).decode()


def mark(record: Json) -> str:
    return f"{record.get('result_type', '')}:{record['id']}"


def place_of(cursor: str, records: list[Json]) -> int:
    try:
        wanted = base64.b64decode(cursor, altchars=b"-_", validate=True)
        return next(place for place, one in enumerate(records) if mark(one).encode() == wanted)
    except (ValueError, StopIteration) as error:
        raise invalid("page[after] and page[before] must be cursors of this list") from error


def address(request: web.Request, change: dict[str, str], drop: tuple[str, ...] = ()) -> str:
    """The address of this call with other paging."""
    query = {name: value for name, value in request.query.items() if name not in drop}
    return str(request.url.with_query({**query, **change}))
