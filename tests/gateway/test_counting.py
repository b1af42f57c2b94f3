"""Is every use of an operation counted, once and for the right client?"""

from datetime import UTC, datetime

import httpx
import msgspec
import pytest

from gateway import app
from gateway.api import Api, Deprecation
from gateway.straight import Straight
from tests.gateway.test_straight import Nowhere
from tests.gateway.things import ANNA, THINGS, Visit

Use = tuple[str, str, str, bool]
PLANS = {"default": "9/minute", "once": "1/minute"}
ENDED: Api = msgspec.structs.replace(
    THINGS,
    deprecation=Deprecation(
        since=datetime(2020, 1, 1, tzinfo=UTC),
        sunset=datetime(2021, 1, 1, tzinfo=UTC),
        successor="things.v1",
    ),
)


@pytest.fixture
def uses() -> list[Use]:
    return []


@pytest.fixture
async def door(visit: Visit, uses: list[Use]) -> httpx.AsyncClient:
    return await visit(count=lambda *use: uses.append(use))


async def test_a_use_is_counted_with_client_version_and_operation(
    door: httpx.AsyncClient, uses: list[Use]
) -> None:
    await door.get("/things/v1/things/x")
    await door.head("/things/v1/things?limit=1")
    await door.post("/things/v1/checks", json={"checks": []})
    assert uses == [
        ("portal", "things.v1", "ShowThing", False),
        ("portal", "things.v1", "ListThings", False),
        ("portal", "things.v1", "CheckThings", False),
    ]


@pytest.mark.parametrize(
    "path", ["/things/v1/things/gone", "/things/v1/things/busy", "/things/v1/things/bug"]
)
async def test_a_use_that_came_to_nothing_is_one(door: httpx.AsyncClient, uses: list[Use], path: str) -> None:
    await door.get(path)
    assert uses == [("portal", "things.v1", "ShowThing", False)]


async def test_what_is_refused_is_no_use(door: httpx.AsyncClient, uses: list[Use]) -> None:
    await door.get("/things/v1/secret")  # the caller lacks its scope
    await door.get("/things/v1/things", headers={"authorization": "Bearer nonsense"})
    await door.get("/nowhere")
    await door.delete("/things/v1/things")
    await door.options("/things/v1/things")
    assert uses == []


@pytest.mark.parametrize("found", [Straight, Nowhere])
async def test_who_is_refused_before_an_operation_uses_none(
    visit: Visit, uses: list[Use], monkeypatch: pytest.MonkeyPatch, found: type[Straight]
) -> None:
    """However it would have been answered: straight, or by the router."""
    monkeypatch.setattr(app, "Straight", found)
    told = {"count": lambda *use: uses.append(use)}
    slow = await visit(msgspec.structs.replace(ANNA, plan="once"), plans=PLANS, **told)
    statuses = [(await slow.get("/things/v1/things/x")).status_code for _ in range(3)]
    assert (statuses, len(uses)) == ([200, 429, 429], 1)
    uses.clear()
    ended = await visit(apis=(ENDED,), **told)
    assert (await ended.get("/things/v1/things/x")).status_code == 410
    assert (await ended.get("/things/v1/things/x", headers={"host": "a b"})).status_code == 400
    assert uses == []


async def test_the_front_doors_own_routes_are_not_counted(door: httpx.AsyncClient, uses: list[Use]) -> None:
    for path in ("/livez", "/readyz", "/docs", "/versions", "/openapi/things.v1.json"):
        await door.get(path)
    assert uses == []


async def test_the_use_of_an_ageing_version_is_counted_as_such(visit: Visit, uses: list[Use]) -> None:
    ageing: Api = msgspec.structs.replace(
        THINGS,
        deprecation=Deprecation(
            since=datetime(2026, 11, 1, tzinfo=UTC),
            sunset=datetime(2100, 1, 1, tzinfo=UTC),
            successor="things.v1",
        ),
    )
    door = await visit(apis=(ageing,), count=lambda *use: uses.append(use))
    await door.get("/things/v1/things/x")
    assert uses == [("portal", "things.v1", "ShowThing", True)]
