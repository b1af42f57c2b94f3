"""Does an operation cost what it weighs, however its path is written?"""

import msgspec
import pytest
from litestar import Litestar, Router, get, post
from litestar.params import FromPath

from gateway import contracts
from gateway.app import House
from gateway.paths import plain
from gateway.weights import Weights
from tests.gateway.things import THINGS, Thing, Visit


@get("/heavy/{thing_id:str}", operation_id="Heavy", summary="Heavy", opt={"weight": 4})
async def heavy(thing_id: FromPath[str]) -> Thing:
    """Ask for something that takes long."""
    return Thing(name=thing_id, of="anybody")


@get("/light", operation_id="Light", summary="Light")
async def light() -> Thing:
    """Ask for something that takes no time."""
    return Thing(name="light", of="anybody")


@post("/heavy", operation_id="Heaviest", summary="Heaviest", opt={"weight": 9})
async def heaviest() -> Thing:
    """Do something that takes very long."""
    return Thing(name="heaviest", of="anybody")


ROUTER = Router("/w/v1", route_handlers=[heavy, light, heaviest], opt={"scopes": ["portal:read"]})


@pytest.mark.parametrize(
    ("method", "path", "weight"),
    [
        ("GET", "/w/v1/heavy/a", 4),
        ("GET", "/w/v1/heavy/a/", 4),
        ("GET", "//w/v1///heavy/a", 4),
        ("GET", "/w/v1/heavy/a\n", 4),
        ("POST", "/w/v1/heavy", 9),
        ("GET", "/w/v1/heavy", 1),
        ("GET", "/w/v1/heavy/a/b", 1),
        ("GET", "/w/v1/light", 1),
        ("DELETE", "/w/v1/heavy/a", 1),
        ("GET", "/", 1),
        ("GET", "", 1),
    ],
)
def test_a_request_weighs_what_the_operation_does_that_it_reaches(
    method: str, path: str, weight: int
) -> None:
    assert (
        Weights(Litestar([ROUTER], openapi_config=None, logging_config=None)).of(method, plain(path))
        == weight
    )


def test_where_nothing_is_heavy_everything_weighs_one() -> None:
    assert Weights(Litestar([light], openapi_config=None, logging_config=None)).of("GET", "/light") == 1


def test_a_weight_below_one_is_refused_at_the_start() -> None:
    free = Router("/", route_handlers=[light], opt={"weight": 0})
    with pytest.raises(ValueError, match="Light weighs 0"):
        Weights(Litestar([free], openapi_config=None, logging_config=None))


async def test_the_answer_tells_what_a_heavy_operation_cost(house: House, visit: Visit) -> None:
    api = msgspec.structs.replace(THINGS, document="w.v1", prefix="/w/v1", routers=(ROUTER,))
    contracts.write([*house.apis, api], house.documents)
    door = await visit(apis=(*house.apis, api), plans={"default": "6/minute"})
    statuses = [
        (await door.get(path)).status_code for path in ("/w/v1/light", "/w/v1/heavy/a", "/w/v1/heavy/b")
    ]
    assert statuses == [200, 200, 429]
    answer = await door.head("/w/v1/light")
    assert answer.headers["ratelimit"].startswith('"default";r=0;')
