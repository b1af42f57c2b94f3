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
        cursor = getattr(self.content, "next_cursor", None)
        if isinstance(cursor, str):
            self.headers["Link"] = f'<{_next(request.scope, cursor)}>; rel="next"'
        return super().to_asgi_response(app, request, **kwargs)


def _next(scope: Scope, cursor: str) -> str:
    """The same question from the cursor on; without a host it is right behind every proxy (RFC 3986, 4.2)."""
    asked = [(name, value) for name, value in parse_qsl(scope["query_string"].decode()) if name != "cursor"]
    return f"{scope['path']}?{urlencode([*asked, ('cursor', cursor)])}"
