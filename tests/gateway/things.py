"""What do the gateway's tests ask? (a small API that needs nobody below)"""

from collections.abc import Awaitable, Callable
from typing import Annotated

import httpx
from litestar import Response, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter
from msgspec import Meta, Struct

from canonical.caller import Caller
from canonical.identity import AccountId
from gateway.api import Api, Audience
from gateway.issuer import Minted
from process_apis.errors import NotFound
from system_apis.errors import Busy

Visit = Callable[..., Awaitable[httpx.AsyncClient]]
Serve = Callable[..., Awaitable[str]]

ISSUER, AUDIENCE = "https://issuer.example", "https://api.example"
ACCOUNT = "acc_0123456789abcdefghij"
ANNA = Minted(subject="anna", client="portal", scopes=("portal:read",), accounts=(ACCOUNT,), children=True)


class Thing(Struct, kw_only=True):
    """A thing of somebody's."""

    name: str
    of: str


class Things(Struct, kw_only=True):
    """A page of things."""

    data: list[Thing]
    next_cursor: str | None = None


class Check(Struct, kw_only=True, forbid_unknown_fields=True):
    """One question."""

    account: AccountId
    count: Annotated[int, Meta(ge=1, le=9)]


class Checks(Struct, kw_only=True, forbid_unknown_fields=True):
    """Several questions."""

    checks: Annotated[list[Check], Meta(max_length=5)]


@get("/things", operation_id="ListThings", summary="List things")
async def list_things(
    caller: NamedDependency[Caller],
    cursor: FromQuery[str | None] = None,
    limit: Annotated[int, Meta(ge=1, le=50), QueryParameter(name="limit")] = 10,
) -> Things:
    """List things, a few at a time."""
    return Things(data=[Thing(name="a", of=caller.subject)] * limit, next_cursor=None if cursor else "n&x")


@get("/things/{thing_id:str}", operation_id="ShowThing", summary="Show a thing")
async def show_thing(
    caller: NamedDependency[Caller], thing_id: FromPath[Annotated[str, Meta(max_length=20)]]
) -> Thing:
    """Show one thing."""
    if thing_id == "gone":
        raise NotFound("thing")
    if thing_id == "busy":
        raise Busy("crm-eu", "secret upstream words", retry_after=7)
    if thing_id == "bug":
        raise RuntimeError("secret inner words")
    return Thing(name=thing_id, of=caller.subject)


@post("/checks", operation_id="CheckThings", summary="Check things", status_code=200)
async def check_things(data: JSONBody[Checks]) -> Things:
    """Check things."""
    return Things(data=[])


@get("/secret", operation_id="ShowSecret", summary="Show a secret", opt={"scopes": ["operations:read"]})
async def show_secret() -> Thing:
    """Show what only operators may see."""
    return Thing(name="secret", of="operators")


@get("/forgotten", operation_id="Forgotten", summary="Nobody said who may", opt={"scopes": []})
async def forgotten() -> Response[str]:
    """An operation whose author forgot to say who may call it."""
    return Response("open")


THINGS = Api(
    document="things.v1",
    title="Things",
    about="Things.",
    prefix="/things/v1",
    audience=Audience.CUSTOMERS,
    routers=(
        Router(
            "/things/v1",
            route_handlers=[list_things, show_thing, check_things, show_secret, forgotten],
            opt={"scopes": ["portal:read"]},
            tags=["Things"],
        ),
    ),
)
