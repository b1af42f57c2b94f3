"""How does a version announce its age, and what does it answer when its time is over?"""

import html
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import NamedTuple

from gateway.api import Api, Deprecation
from gateway.errors import Header, VersionEnded

Now = Callable[[], datetime]

PAGE = "/versions"
"""Where a person reads which versions there are and until when."""


def wall() -> datetime:
    """Versions end by wall time: a demonstration that moves business time ends none."""
    return datetime.now(UTC)


class _Ageing(NamedTuple):
    """A version on its way out, and what each of its answers says about that."""

    document: str
    prefix: str
    sunset: datetime
    announced: list[Header]


class Versions:
    """The versions on their way out, by the paths they answer under."""

    def __init__(self, apis: Iterable[Api], now: Now = wall) -> None:
        known = tuple(apis)
        self._now = now
        self._ageing = tuple(_ageing(api, api.deprecation, known) for api in known if api.deprecation)
        self._prefixes = tuple(f"{one.prefix}/" for one in self._ageing)

    def announced(self, path: str) -> list[Header]:
        """What every answer under this path says of the age of its version, a refusal too."""
        return self._of(path).announced if path.startswith(self._prefixes) else []

    def check(self, path: str) -> None:
        """Raises VersionEnded under the paths of a version whose time is over."""
        if path.startswith(self._prefixes) and self._now() >= (one := self._of(path)).sunset:
            raise VersionEnded(f"{one.document} ended on {one.sunset:%Y-%m-%d}.")

    def _of(self, path: str) -> _Ageing:
        return next(one for one in self._ageing if path.startswith(f"{one.prefix}/"))


def _ageing(api: Api, deprecation: Deprecation, known: Iterable[Api]) -> _Ageing:
    successor = next(one for one in known if one.document == deprecation.successor)
    return _Ageing(api.document, api.prefix, deprecation.sunset, _announced(deprecation, successor.prefix))


def _announced(deprecation: Deprecation, successor: str) -> list[Header]:
    """`Deprecation` is a structured date (RFC 9745), `Sunset` an HTTP date (RFC 8594)."""
    sunset = format_datetime(deprecation.sunset.astimezone(UTC), usegmt=True)
    links = f'<{successor}>; rel="successor-version", <{PAGE}>; rel="deprecation"; type="text/html"'
    return [
        (b"deprecation", b"@%d" % deprecation.since.timestamp()),
        (b"sunset", sunset.encode()),
        (b"link", links.encode()),
    ]


def page(apis: Iterable[Api]) -> str:
    """The table of all versions, as a fragment of HTML."""
    heads = _cells("th", ("API", "Paths", "State", "Ends", "Instead"))
    rows = "".join(_cells("td", _row(api)) for api in apis)
    return f"<main><h1>Versions</h1><table><thead>{heads}</thead><tbody>{rows}</tbody></table></main>"


def _cells(tag: str, texts: Iterable[str]) -> str:
    return f"<tr>{''.join(f'<{tag}>{html.escape(text)}</{tag}>' for text in texts)}</tr>"


def _row(api: Api) -> tuple[str, ...]:
    ends, instead = "", ""
    if api.deprecation:
        ends, instead = f"{api.deprecation.sunset:%Y-%m-%d %H:%M} UTC", api.deprecation.successor
    return f"{api.title} ({api.document})", api.prefix, api.state, ends, instead
