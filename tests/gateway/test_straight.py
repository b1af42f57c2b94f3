"""Is a plain read answered straight just as the router would have answered it?"""

from datetime import date
from enum import StrEnum
from typing import Annotated, Any

import httpx
import pytest
from litestar import Litestar, Request, Response, Router, get, post
from litestar.di import NamedDependency, Provide
from litestar.enums import ScopeType
from litestar.params import FromPath, FromQuery, QueryParameter
from litestar.types import ASGIApp, Receive, Scope, Send
from msgspec import Meta, Struct

from canonical.caller import Caller
from gateway.access import CALLER, Access
from gateway.app import the_caller
from gateway.lists import Linked
from gateway.published import PUBLISHED
from gateway.straight import Signposts, Straight, plain_reads
from tests.gateway.things import Serve, Visit


class Shade(StrEnum):
    """A choice of words."""

    DARK = "dark"
    LIGHT = "light"


class Seen(Struct, kw_only=True):
    """What a handler was given, as it was given."""

    what: dict[str, str]
    next_cursor: str | None = None


@get("/seen/{word:str}", operation_id="See", opt={"scopes": ["portal:read"]})
async def see(
    caller: NamedDependency[Caller],
    word: FromPath[str],
    on: FromQuery[date | None] = None,
    shade: FromQuery[Shade] = Shade.DARK,
    many: Annotated[int, Meta(ge=1), QueryParameter(name="how-many")] = 3,
    sure: FromQuery[bool] = False,
) -> Seen:
    """Tell the values and their types."""
    given = {"word": word, "on": on, "shade": shade, "many": many, "sure": sure, "by": caller.subject}
    return Seen(what={name: repr(value) for name, value in given.items()}, next_cursor=word)


@get("/seen/all", operation_id="SeeAll", opt={"public": True})
async def see_all() -> Seen:
    """A word that is written out."""
    return Seen(what={"all": "of it"})


def _a_router(*others: Router) -> Litestar:
    return Litestar(
        [see, see_all, *others],
        dependencies={"caller": Provide(the_caller)},
        middleware=[Access],
        response_class=Linked,
        openapi_config=None,
        logging_config=None,
    )


def _behind_the_edge(app: ASGIApp, caller: Caller) -> ASGIApp:
    """What the edge leaves for whoever answers."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == ScopeType.HTTP:
            scope["state"] = {CALLER: caller}
        await app(scope, receive, send)

    return answer


@pytest.mark.parametrize(
    "path",
    [
        "/seen/blue",
        "/seen/all",
        "/seen/bl%C3%BCe%20sky",
        "/seen/blue?on=2026-02-03&shade=light&how-many=7&sure=true",
        "/seen/blue?how-many=1",
    ],
)
async def test_the_answer_is_the_same_either_way(serve: Serve, keyholder: Caller, path: str) -> None:
    ways = (_a_router(), Straight(_a_router()))
    doors = [await serve(_behind_the_edge(way, keyholder)) for way in ways]
    async with httpx.AsyncClient(trust_env=False) as client:
        long_way, straight = [await client.get(door + path) for door in doors]
    assert straight.status_code == long_way.status_code == 200
    assert straight.content == long_way.content
    for name in ("content-type", "content-length", "link"):
        assert straight.headers.get(name) == long_way.headers.get(name), name


@pytest.mark.parametrize(
    "path", ["/seen/", "/seen//", "/seen", "//seen/blue", "/seen/blue/red", "/", "/nowhere"]
)
async def test_a_path_at_which_no_read_stands_is_the_routers_to_answer(
    serve: Serve, keyholder: Caller, path: str
) -> None:
    ways = (_a_router(), Straight(_a_router()))
    doors = [await serve(_behind_the_edge(way, keyholder)) for way in ways]
    async with httpx.AsyncClient(trust_env=False) as client:
        long_way, straight = [await client.get(door + path) for door in doors]
    assert (straight.status_code, straight.content) == (long_way.status_code, long_way.content)


def test_a_word_that_is_written_out_goes_before_one_that_may_be_any() -> None:
    signposts = Signposts(plain_reads(_a_router()))
    found = [signposts.find(path.split("/")) for path in ("/seen/all", "/seen/any")]
    assert [read and read.template for read in found] == ["/seen/all", "/seen/{word}"]


def test_only_what_follows_from_path_query_and_caller_is_answered_straight() -> None:
    @get("/request")
    async def wants_the_request(request: Request[Any, Any, Any]) -> Seen:
        return Seen(what={"path": request.url.path})

    @get("/response")
    async def says_how() -> Response[Seen]:
        return Response(Seen(what={}), status_code=203)

    @get("/elsewhere", status_code=203)
    async def another_status() -> Seen:
        return Seen(what={})

    @get("/header")
    async def wants_a_header(agent: Annotated[str, Meta()], port: NamedDependency[int]) -> Seen:
        return Seen(what={"agent": agent, "port": str(port)})

    @post("/write")
    async def writes() -> Seen:
        return Seen(what={})

    others = Router(
        "/others",
        route_handlers=[wants_the_request, says_how, another_status, wants_a_header, writes],
        dependencies={"port": Provide(the_port)},
    )
    reads = {read.template for read in plain_reads(_a_router(others))}
    assert reads == {"/seen/all", "/seen/{word}"}


async def the_port() -> int:
    return 1


async def test_who_may_not_ask_is_refused_before_the_read(visit: Visit) -> None:
    stranger, known = await visit(person=None), await visit()
    assert (await stranger.get("/things/v1/things/x")).status_code == 401
    assert (await known.get("/things/v1/secret")).status_code == 403


async def test_an_error_of_a_read_names_what_is_wrong_and_hides_the_rest(visit: Visit) -> None:
    door = await visit()
    wrong = (await door.get("/things/v1/things?limit=99")).json()
    bug = await door.get("/things/v1/things/bug")
    assert (wrong["status"], wrong["errors"][0]["parameter"]) == (422, "limit")
    assert bug.status_code == 500
    assert "secret" not in bug.text


def test_the_reads_that_people_wait_for_are_answered_straight() -> None:
    agent, portal = "/agent/v1/accounts/{account_id}", "/portal/v2"
    waited_for = {agent, f"{agent}/entitlements/{{feature}}", f"{portal}/account", f"{portal}/invoices"}
    assert waited_for <= _templates()


def _templates() -> set[str]:
    router = Litestar(
        [router for api in PUBLISHED for router in api.routers],
        dependencies={"caller": Provide(the_caller), "connections": Provide(the_port)},
        middleware=[Access],
        openapi_config=None,
        logging_config=None,
    )
    return {read.template for read in plain_reads(router)}
