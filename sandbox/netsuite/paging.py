"""Which page of a collection is asked for, and how does NetSuite frame it?

Oracle's "Collection Paging" (section_156414087576): `limit` at most 1000, `offset` a multiple of it.
"""

from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

from aiohttp import web

from sandbox.netsuite.errors import bad_parameter

MAX_LIMIT: Final = 1000
MOST_DIGITS: Final = 9


@dataclass(frozen=True, slots=True)
class Window:
    """`limit` items after the first `offset`, of the collection at `url` (without query)."""

    url: str
    limit: int
    offset: int
    kept: tuple[tuple[str, str], ...] = ()

    def href(self, offset: int) -> str:
        """The address of the page that begins there, with the other parameters kept."""
        query = [*self.kept, ("limit", str(self.limit)), ("offset", str(offset))]
        return self.url + "?" + "&".join(f"{name}={quote(value)}" for name, value in query)


def window(request: web.Request, origin: str, *kept: str) -> Window:
    """The window asked for, or a refusal; `kept` names the parameters that the links repeat."""
    limit = _number(request, "limit", MAX_LIMIT)
    offset = _number(request, "offset", 0)
    if not 1 <= limit <= MAX_LIMIT:
        raise bad_parameter(
            "limit", f"Invalid value for the parameter limit: {limit}. Provide 1 to {MAX_LIMIT}."
        )
    if offset % limit:
        raise bad_parameter(
            "offset",
            f"Invalid value for the parameter offset: {offset}. The offset must be divisible by the limit.",
        )
    repeated = tuple((name, request.query[name]) for name in kept if name in request.query)
    return Window(origin + request.path.rstrip("/"), limit, offset, repeated)


def framed(window: Window, items: list[dict[str, Any]], total: int) -> dict[str, Any]:
    """The collection envelope around one page of `total` items."""
    return {
        "links": _links(window, total),
        "count": len(items),
        "hasMore": window.offset + len(items) < total,
        "items": items,
        "offset": window.offset,
        "totalResults": total,
    }


def _links(window: Window, total: int) -> list[dict[str, str]]:
    last = max(0, (total - 1) // window.limit * window.limit)
    pages = {"self": window.offset}
    if window.offset + window.limit < total:
        pages = {"next": window.offset + window.limit, "last": last} | pages
    if window.offset > 0:
        pages |= {"previous": window.offset - window.limit, "first": 0}
    return [{"rel": rel, "href": window.href(offset)} for rel, offset in pages.items()]


def _number(request: web.Request, name: str, default: int) -> int:
    text = request.query.get(name)
    if text is None:
        return default
    if not (text.isascii() and text.isdecimal() and len(text) <= MOST_DIGITS):
        raise bad_parameter(name, f"Invalid value for the parameter {name}: {text}. Provide a whole number.")
    return int(text)
