"""May a page of another origin read our answers? (CORS, as the Fetch standard asks for it)"""

from collections.abc import Iterable, Mapping
from typing import Final

from litestar.types import HTTPScope

from gateway.api import BROWSING, Api
from gateway.errors import Header

ASKS_METHODS: Final = "-"
"""Under which method, that nobody has, OPTIONS goes in."""

_EXPOSED = (
    b"ETag, Link, RateLimit, RateLimit-Policy, Retry-After, Request-Id, traceparent, Deprecation, Sunset, "
    b"WWW-Authenticate"
)
_METHODS = b"GET, HEAD, POST, PUT, PATCH, DELETE"
_SENT = b"Authorization, Content-Type, If-Match, If-None-Match, Idempotency-Key, Request-Id, traceparent"
_REMEMBER = b"600"
_VARY: Header = (b"vary", b"Origin")


class Browsers:
    """Pages of which origins may ask, and what they are told. No origin: no page of anybody else may.

    Tokens travel in a header that a page must set itself, so nothing is ever allowed with cookies.
    """

    def __init__(self, origins: Iterable[str], apis: Iterable[Api]) -> None:
        self._origins = frozenset(origin.encode() for origin in origins)
        self._prefixes = tuple(f"{api.prefix}/" for api in apis if api.audience in BROWSING)

    def answers(self, path: str, headers: Mapping[bytes, bytes]) -> list[Header]:
        """What an answer under this path says to a browser: nothing to an origin that is not known."""
        if not self._origins or not path.startswith(self._prefixes):
            return []
        origin = headers.get(b"origin")
        if origin not in self._origins:
            return [_VARY]  # with another origin the answer differs
        return [_VARY, (b"access-control-allow-origin", origin), (b"access-control-expose-headers", _EXPOSED)]

    def may_ask(self, scope: HTTPScope, headers: Mapping[bytes, bytes]) -> list[Header]:
        """The answer to a preflight of a known origin; nothing for any other request."""
        if (
            scope["method"] != ASKS_METHODS
            or b"access-control-request-method" not in headers
            or headers.get(b"origin") not in self._origins
            or not scope["path"].startswith(self._prefixes)
        ):
            return []
        return [
            (b"access-control-allow-methods", _METHODS),
            (b"access-control-allow-headers", _SENT),
            (b"access-control-max-age", _REMEMBER),
        ]
