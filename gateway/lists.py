"""How does a list name its next page to a program that follows links?"""

from typing import Any, TypeVar
from urllib.parse import parse_qsl, urlencode

from litestar import Litestar, Request, Response
from litestar.response.base import ASGIResponse
from litestar.types import Scope

T = TypeVar("T")


class Linked(Response[T]):
    """An answer that, when it says `next_cursor`, also says `Link: <...>; rel="next"` (RFC 8288)."""

    def to_asgi_response(
        self, app: Litestar | None, request: Request[Any, Any, Any], **kwargs: Any
    ) -> ASGIResponse:
        if link := link_of(self.content, request.scope):
            self.headers["Link"] = link
        return super().to_asgi_response(app, request, **kwargs)


def link_of(content: object, scope: Scope) -> str | None:
    """The `Link` to the page after this one; None when it is no page, or the last."""
    cursor = getattr(content, "next_cursor", None)
    return f'<{_next(scope, cursor)}>; rel="next"' if isinstance(cursor, str) else None


def _next(scope: Scope, cursor: str) -> str:
    """The same question from the cursor on; without a host it is right behind every proxy (RFC 3986, 4.2)."""
    asked = [(name, value) for name, value in parse_qsl(scope["query_string"].decode()) if name != "cursor"]
    return f"{scope['path']}?{urlencode([*asked, ('cursor', cursor)])}"
