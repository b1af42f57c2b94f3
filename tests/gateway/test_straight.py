"""Is a plain read answered straight just as the router would have answered it?"""

import time
from datetime import date
from enum import StrEnum
from typing import Annotated, Any

import httpx
import msgspec
import pytest
from litestar import Litestar, Request, Response, Router, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, FromQuery, QueryParameter
from msgspec import Meta, Struct

from canonical.caller import Caller
from gateway import app, contracts
from gateway.access import Access
from gateway.api import Api, Audience
from gateway.app import House, the_caller
from gateway.callers import Callers
from gateway.issuer import EmbeddedIssuer
from gateway.limits import Limits
from gateway.lists import Linked
from gateway.published import PUBLISHED
from gateway.reception import Pass, Reception
from gateway.straight import LONGEST, Asked, Signposts, Straight, plain_reads
from tests.gateway.things import ANNA, Visit


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


SEEING = Api(
    document="seeing.v1",
    title="Seeing",
    about="What a handler was given.",
    prefix="/seen",
    audience=Audience.CUSTOMERS,
    routers=(Router("/", route_handlers=[see, see_all], tags=["Seeing"]),),
)
OWN = ("request-id", "traceparent", "ratelimit", "date")
"""Headers that no two answers have alike."""


class Nowhere(Straight):
    """Finds no read: everything goes to the router."""

    def find(self, path: str, query: bytes) -> Asked | None:
        return None


@pytest.fixture
async def ways(
    house: House, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> tuple[httpx.AsyncClient, httpx.AsyncClient]:
    """The same house twice: in one of them all is answered by the router."""
    apis = (*house.apis, SEEING)
    contracts.write(apis, house.documents)
    straight = await visit(apis=apis)
    monkeypatch.setattr(app, "Straight", Nowhere)
    return straight, await visit(apis=apis)


LARGE = {"accept-encoding": "gzip"}
ASKED: list[tuple[str, dict[str, str]]] = [
    ("/seen/blue", {}),
    ("/seen/all", {}),
    ("/seen/bl%C3%BCe%20sky", {}),
    ("/seen/blue?on=2026-02-03&shade=light&how-many=7&sure=true", {}),
    ("/seen/blue?how-many=1", {"if-none-match": "*"}),
    ("/seen/blue", {"if-none-match": '"other"'}),
    ("/seen/" + "x" * 700, LARGE),
    ("/seen/" + "x" * 700, {"accept-encoding": "identity"}),
    ("/seen/" + "x" * 700, {**LARGE, "if-none-match": "*"}),
    ("/seen/" + "x" * 2000, LARGE),
    ("/seen/blue?how-many=0", {}),
    ("/seen/blue?unknown=1", {}),
    ("/seen/blue?on=&sure=maybe", {}),
    ("/seen/", {}),
    ("/seen//", {}),
    ("/seen", {}),
    ("//seen/blue", {}),
    ("/seen/blue/red", {}),
    ("/", {}),
    ("/nowhere", {}),
    ("/things/v1/things/gone", {}),
    ("/things/v1/things/busy", {}),
    ("/things/v1/things/bug", {}),
    ("/things/v1/secret", {}),
    ("/things/v1/forgotten", {}),
    ("/things/v1/things/x", {"x-large": "x" * 40_000}),
    ("/things/v1/things/x", {"x-api-key": "another"}),
    ("/things/v1/things/x", {"authorization": "Bearer nonsense"}),
    ("/things/v1/things/x", {"authorization": ""}),
    ("/livez", {}),
]


@pytest.mark.parametrize(("path", "headers"), ASKED)
async def test_the_answer_is_the_same_either_way(
    ways: tuple[httpx.AsyncClient, httpx.AsyncClient], path: str, headers: dict[str, str]
) -> None:
    for _ in range(3):  # what was asked lately, and who asked, is remembered
        straight, long_way = [await door.get(path, headers=headers) for door in ways]
        assert straight.status_code == long_way.status_code
        assert _plain(straight) == _plain(long_way)
        told = [
            {name: value for name, value in answer.headers.items() if name not in OWN}
            for answer in (straight, long_way)
        ]
        assert told[0] == told[1]
        assert straight.headers.keys() == long_way.headers.keys()


def _plain(answer: httpx.Response) -> object:
    """The body, without the trace that a problem names."""
    if answer.is_error:
        return {name: value for name, value in answer.json().items() if name != "trace_id"}
    return answer.content


async def test_two_people_with_one_question_get_their_own_answers(
    ways: tuple[httpx.AsyncClient, httpx.AsyncClient], issuer: EmbeddedIssuer
) -> None:
    straight, _ = ways
    for subject in ("anna", "bert", "anna"):
        token = issuer.mint(msgspec.structs.replace(ANNA, subject=subject))
        answer = await straight.get("/seen/blue", headers={"authorization": f"Bearer {token}"})
        assert answer.json()["what"]["by"] == repr(subject)


async def test_a_token_that_has_ended_is_not_believed_any_longer(house: House, keyholder: Caller) -> None:
    limits = Limits(house.plans)
    reception = Reception(Callers(house.issuers), limits)
    for until, believed in ((time.time() + 60, True), (time.time() - 0.001, False)):
        reception._remember(
            [(b"authorization", b"Bearer x")], Pass(keyholder, limits.purse_of(keyholder), until)
        )
        assert (reception.remembered({b"authorization": b"Bearer x"}) is not None) is believed
    assert reception.remembered({b"authorization": b"Bearer y"}) is None
    assert reception.remembered({}) is None


async def test_no_more_is_remembered_than_there_is_room_for(
    house: House, keyholder: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateway.reception.REMEMBERED", 3)
    monkeypatch.setattr("gateway.straight.LATELY", 3)
    limits = Limits(house.plans)
    reception, straight = Reception(Callers(house.issuers), limits), Straight(_a_router())
    for number in range(10):
        said = [(b"authorization", b"Bearer %d" % number)]
        reception._remember(said, Pass(keyholder, limits.purse_of(keyholder), time.time() + 60))
        assert straight.find(f"/seen/{number}", b"")
    assert len(reception._passes) == len(straight._lately) == 3
    assert straight.find("/seen/" + "x" * LONGEST, b"") is None
    assert straight.find("/seen/x", b"shade=light&shade=" + b"x" * LONGEST) is None


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
