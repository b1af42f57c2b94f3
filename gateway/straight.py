"""How is a plain read answered without detours?

Most of what is asked is a read of which everything is known at the start: its path, its parameters, its
caller, the shape of its answer. Litestar's way to the handler and back (a request, dependencies, a response,
each made for the call) costs several times what such a read does. So plain reads are found, checked and
answered here, with the same operation, checks and encoding; everything else goes to the router. Who calls,
limits and headers belong to the edge, which asks here before it asks the router.

What was asked lately is not taken apart again, and an answer that is the very same object as before (because
whoever made it kept it while it holds) is not encoded again.
"""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Iterator
from http import HTTPStatus
from typing import Any, Final, NamedTuple, get_origin

import msgspec
from litestar import Litestar
from litestar.constants import RESERVED_KWARGS
from litestar.enums import HttpMethod
from litestar.handlers import HTTPRouteHandler
from litestar.routes import HTTPRoute
from msgspec import Struct

from canonical.caller import Caller
from experience_apis.made import Made
from gateway.access import allow, read_query
from gateway.answers import Whole
from gateway.errors import GatewayError
from gateway.operations import Operation, operation_of
from gateway.values import Check, check_of

LATELY: Final = 10_000
"""How many different paths with their queries are remembered, each with what it asks for."""
LONGEST: Final = 1_024
"""Longer ones go the router's way: they are looked at before it is known who asks, and kept."""
_CALLER, _GET = "caller", "GET"
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
    ask: Callable[..., Awaitable[Any]]
    operation: Operation
    check: Check
    named: bool
    """Whether the function wants to know who calls."""
    lasting: bool
    """Whether its answer may be the same object several times."""


class Asked(NamedTuple):
    """A plain read with the values it is asked with, each of its own type; as how many calls it counts."""

    read: Read
    values: dict[str, Any]
    weight: int


class Straight:
    """Finds plain reads and answers them. `weigh` says as how many calls one of a method and path counts."""

    def __init__(self, router: Litestar, weigh: Callable[[str, str], int] = lambda method, path: 1) -> None:
        self._reads = Signposts(plain_reads(router))
        self._weigh = weigh
        self._lately: dict[tuple[str, bytes], Asked] = {}
        self._kept = Made(_whole)

    def find(self, path: str, query: bytes) -> Asked | None:
        """What a GET asks for; None leaves it to the router, to find out what is there or what is wrong."""
        asked = self._lately.get((path, query))
        if asked is None and len(path) + len(query) <= LONGEST and (asked := self._understood(path, query)):
            if len(self._lately) >= LATELY:
                del self._lately[next(iter(self._lately))]
            self._lately[path, query] = asked
        return asked

    async def answer(self, asked: Asked, caller: Caller | None) -> tuple[object, Whole]:
        """What the operation says to this caller, and how it is sent.

        Raises what the operation raises; NoCredentials, NotAllowed.
        """
        read = asked.read
        allow(read.operation, caller)
        answer = await (read.ask(**asked.values, caller=caller) if read.named else read.ask(**asked.values))
        return answer, (self._kept if read.lasting else _whole)(answer)

    def _understood(self, path: str, query: bytes) -> Asked | None:
        pieces = path.split("/")
        if (read := self._reads.find(pieces)) is None:
            return None
        given: dict[str, Any] = {name: pieces[place] for place, name in read.parameters}
        try:
            values = read.check({**given, **read_query(read.operation, query)})
        except GatewayError:
            return None
        return Asked(read, values, self._weigh(_GET, path))


def _whole(answer: object) -> Whole:
    return Whole(_encode(answer))


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
        ask=handler.fn,
        operation=operation,
        check=check_of(operation.parameters),
        named=_CALLER in handler.parsed_fn_signature.parameters,
        lasting=_shape(handler).__struct_config__.weakref,
    )


def _shape(handler: HTTPRouteHandler) -> Any:
    """The type of the answer, without what it is a list or a part of."""
    answered = handler.parsed_fn_signature.return_type.annotation
    return get_origin(answered) or answered


def _is_plain(handler: HTTPRouteHandler, operation: Operation) -> bool:
    """A read whose answer follows from its path, its query and its caller alone."""
    asked = handler.parsed_fn_signature.parameters.keys()
    shape = _shape(handler)
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
