"""How is a plain read answered without detours?

Most of what is asked is a read of which everything is known at the start: its path, its parameters, its
caller, the shape of its answer. Litestar's way to the handler and back (a request, dependencies, a response,
each made for the call) costs several times what such a read does. So plain reads are found, checked and
answered here, with the same operation, checks and encoding; everything else goes on to the router. Who calls,
limits and headers belong to the edge, which stands before both.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from http import HTTPStatus
from typing import Any, NamedTuple, get_origin

import msgspec
from litestar import Litestar
from litestar.constants import RESERVED_KWARGS
from litestar.enums import HttpMethod, ScopeType
from litestar.handlers import HTTPRouteHandler
from litestar.routes import HTTPRoute
from litestar.types import ASGIApp, HTTPScope, Receive, Scope, Send
from msgspec import Struct

from gateway.access import CALLER, allow, read_query
from gateway.errors import Header
from gateway.lists import link_of
from gateway.operations import Operation, operation_of
from gateway.values import Check, check_of

_JSON: Header = (b"content-type", b"application/json")
_CALLER = "caller"
_OWN_LAYERS = 1
"""How many middlewares stand before every handler: `Access`, whose checks are made here too."""
_NOT_PLAIN = (
    "resolve_guards",
    "resolve_before_request",
    "resolve_after_response",
    "resolve_response_headers",
    "resolve_response_cookies",
    "resolve_return_dto",
)
"""What makes a handler more than a function of its parameters, by the name of Litestar's question for it."""
_encode = msgspec.json.Encoder().encode


class Read(NamedTuple):
    """A plain read: where it stands, what it expects, and the function that knows the answer."""

    template: str
    parameters: tuple[tuple[int, str], ...]
    handler: HTTPRouteHandler
    operation: Operation
    check: Check
    named: bool
    """Whether the function wants to know who calls."""


class Straight:
    """Answers plain reads itself and hands everything else to the router."""

    def __init__(self, router: Litestar) -> None:
        self._router: ASGIApp = router
        self._reads = Signposts(plain_reads(router))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Raises what the operation raises; NoCredentials, NotAllowed, WrongParameters, WrongValues."""
        if scope["type"] == ScopeType.HTTP and scope["method"] == HttpMethod.GET:
            pieces = scope["path"].split("/")
            if (read := self._reads.find(pieces)) is not None:
                await _answer(read, pieces, scope, send)
                return
        await self._router(scope, receive, send)


class Signposts:
    """Which read stands at a path: looked up by the pieces that do not change."""

    def __init__(self, reads: Iterable[Read]) -> None:
        found: dict[int, dict[tuple[int, ...], dict[tuple[str, ...], Read]]] = defaultdict(dict)
        for read in reads:
            pieces = read.template.split("/")
            variable = {place for place, _ in read.parameters}
            fixed = tuple(place for place in range(len(pieces)) if place not in variable)
            found[len(pieces)].setdefault(fixed, {})[_at(pieces, fixed)] = read
        # A word that is written out goes before one that may be any.
        self._by_length = {
            length: sorted(posts.items(), key=lambda post: len(post[0]), reverse=True)
            for length, posts in found.items()
        }

    def find(self, pieces: list[str]) -> Read | None:
        """The read at this path; None leaves it to the router to find out what is there."""
        for fixed, reads in self._by_length.get(len(pieces), ()):
            if (read := reads.get(_at(pieces, fixed))) is not None:
                return read if all(pieces[place] for place, _ in read.parameters) else None
        return None


def _at(pieces: list[str], places: tuple[int, ...]) -> tuple[str, ...]:
    return tuple([pieces[place] for place in places])


async def _answer(read: Read, pieces: list[str], scope: HTTPScope, send: Send) -> None:
    scope["path_template"] = read.template
    caller = scope["state"][CALLER]
    allow(read.operation, caller)
    given: dict[str, Any] = {name: pieces[place] for place, name in read.parameters}
    if query := scope["query_string"]:
        given |= read_query(read.operation, query)
    values = read.check(given)
    if read.named:
        values[_CALLER] = caller
    answer = await read.handler.fn(**values)
    body = _encode(answer)
    headers = [_JSON, (b"content-length", b"%d" % len(body))]
    if link := link_of(answer, scope):
        headers.append((b"link", link.encode()))
    await send({"type": "http.response.start", "status": HTTPStatus.OK, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": False})


def plain_reads(router: Litestar) -> Iterator[Read]:
    """The routes of this router whose answers follow from their path, their query and their caller alone."""
    for route in router.routes:
        if isinstance(route, HTTPRoute) and all(
            isinstance(one, str) or one.type is str for one in route.path_components
        ):
            for handler in route.route_handlers:
                operation = operation_of(handler, route.path_parameters)
                if _is_plain(handler, operation):
                    yield _read(route, handler, operation)


def _read(route: HTTPRoute, handler: HTTPRouteHandler, operation: Operation) -> Read:
    return Read(
        template=route.path_format,
        parameters=tuple(
            (place, piece[1:-1])
            for place, piece in enumerate(route.path_format.split("/"))
            if piece.startswith("{")
        ),
        handler=handler,
        operation=operation,
        check=check_of(operation.parameters),
        named=_CALLER in handler.parsed_fn_signature.parameters,
    )


def _is_plain(handler: HTTPRouteHandler, operation: Operation) -> bool:
    """A read whose answer follows from its path, its query and its caller alone."""
    asked = handler.parsed_fn_signature.parameters.keys()
    answered = handler.parsed_fn_signature.return_type.annotation
    shape = get_origin(answered) or answered
    return (
        handler.http_methods == {HttpMethod.GET}
        and not handler.has_sync_callable
        and not asked & RESERVED_KWARGS
        and asked & handler.resolve_dependencies().keys() <= {_CALLER}
        and all(one.place in {"path", "query"} for one in operation.parameters)
        and isinstance(shape, type)
        and issubclass(shape, Struct)
        and handler.status_code == HTTPStatus.OK
        and len(handler.resolve_middleware()) == _OWN_LAYERS
        and not any(getattr(handler, question)() for question in _NOT_PLAIN)
    )
