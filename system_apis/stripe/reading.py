"""How are Stripe's objects and lists read?"""

from collections.abc import Mapping
from typing import Any, Final, Protocol, TypeVar

from msgspec import Struct

from system_apis.stripe.mapping import Seen
from system_apis.stripe.wire import Listed
from system_apis.transport import Answer, Transport

MOST: Final = 100


class Identified(Protocol):
    """Whatever stands in a list has an id."""

    id: str


R = TypeVar("R", bound=Identified)
T = TypeVar("T")


class Read(Struct, frozen=True):
    """When objects were seen, and the cursor behind them: the id of the last one, if there are more."""

    seen: Seen
    next: str | None


class Reading:
    """Questions to one Stripe account, below `/v1`."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def one(self, path: str, id: str, returns: type[T], *, expand: str | None = None) -> tuple[T, Seen]:
        """One object by its id, with one reference in it expanded."""
        answer = await self._transport.call(
            "GET",
            f"/v1/{path}/{{id}}",
            ids={"id": id},
            params={"expand[]": expand} if expand else None,
            returns=returns,
        )
        return answer.value, self._seen(answer)

    async def found(
        self, path: str, params: Mapping[str, str], returns: type[Listed[T]]
    ) -> tuple[Listed[T], Seen]:
        """The first page of a search."""
        answer = await self._transport.call("GET", f"/v1/{path}", params=params, returns=returns)
        return answer.value, self._seen(answer)

    async def page(
        self,
        path: str,
        returns: type[Listed[R]],
        params: Mapping[str, str | int],
        *,
        cursor: str | None = None,
        ids: Mapping[str, str] | None = None,
    ) -> tuple[tuple[R, ...], Read]:
        """One page of a list, behind the object of a cursor."""
        behind = {} if cursor is None else {"starting_after": cursor}
        answer = await self._transport.call(
            "GET", f"/v1/{path}", ids=ids, params={**params, **behind}, returns=returns
        )
        listed = answer.value
        next = listed.data[-1].id if listed.has_more and listed.data else None
        return listed.data, Read(self._seen(answer), next)

    async def whole(
        self,
        inner: Listed[R],
        returns: type[Listed[R]],
        path: str,
        params: Mapping[str, str] | None = None,
        *,
        ids: Mapping[str, str] | None = None,
    ) -> tuple[R, ...]:
        """All of a list that stands inside an object, which holds only the first ones of a long one."""
        objects = inner.data
        cursor = objects[-1].id if inner.has_more and objects else None
        while cursor is not None:
            asked: dict[str, str | int] = {**(params or {}), "limit": MOST}
            further, read = await self.page(path, returns, asked, cursor=cursor, ids=ids)
            objects, cursor = objects + further, read.next
        return objects

    def _seen(self, answer: Answer[Any]) -> Seen:
        return Seen(self._transport.connection, answer.observed_at)
