"""Does a version on its way out say so in time, and end when it said it would?"""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path

import msgspec
import pytest

from gateway import contracts
from gateway.api import Api, Deprecation, State
from gateway.published import PUBLISHED
from tests.gateway.things import THINGS, Visit

SINCE = datetime(2026, 11, 1, tzinfo=UTC)
SUNSET = datetime(2028, 12, 31, 23, 59, 59, tzinfo=UTC)
OLD = msgspec.structs.replace(
    THINGS, deprecation=Deprecation(since=SINCE, sunset=SUNSET, successor="things.v2")
)
NEW = msgspec.structs.replace(THINGS, document="things.v2", prefix="/things/v2", routers=())
AGEING = (
    "/things/v1/things/x",
    "/things/v1/things/gone",
    "/things/v1/things?unknown=1",
    "/things/v1/secret",
    "/things/v1/nowhere",
)


class Wall:
    """A clock on the wall that a test moves."""

    def __init__(self) -> None:
        self.time = SUNSET - timedelta(seconds=1)

    def __call__(self) -> datetime:
        return self.time


@pytest.fixture
def both(tmp_path: Path) -> tuple[Api, ...]:
    contracts.write([OLD, NEW], tmp_path / "openapi")
    return OLD, NEW


@pytest.mark.parametrize("path", AGEING)
async def test_every_answer_of_an_ageing_version_says_until_when(
    visit: Visit, both: tuple[Api, ...], path: str
) -> None:
    answer = await (await visit(apis=both, now=Wall())).get(path)
    assert answer.status_code != 410
    assert answer.headers["deprecation"] == f"@{int(SINCE.timestamp())}"
    assert answer.headers["sunset"] == "Sun, 31 Dec 2028 23:59:59 GMT"
    assert parsedate_to_datetime(answer.headers["sunset"]) == SUNSET
    assert answer.links["successor-version"]["url"] == "/things/v2"
    assert answer.links["deprecation"]["url"] == "/versions"


async def test_who_is_refused_at_the_door_hears_it_too(visit: Visit, both: tuple[Api, ...]) -> None:
    door = await visit(None, apis=both, now=Wall())
    answer = await door.get("/things/v1/things", headers={"authorization": "Bearer nonsense"})
    assert (answer.status_code, "sunset" in answer.headers) == (401, True)


async def test_the_next_page_is_linked_beside_the_next_version(visit: Visit, both: tuple[Api, ...]) -> None:
    answer = await (await visit(apis=both, now=Wall())).get("/things/v1/things?limit=1")
    assert {"next", "successor-version", "deprecation"} <= answer.links.keys()


async def test_a_version_that_stays_says_nothing(visit: Visit) -> None:
    answer = await (await visit()).get("/things/v1/things/x")
    assert not {"deprecation", "sunset", "link"} & answer.headers.keys()


async def test_after_its_end_a_version_is_gone_and_names_its_successor(
    visit: Visit, both: tuple[Api, ...]
) -> None:
    wall = Wall()
    door = await visit(apis=both, now=wall)
    assert (await door.get("/things/v1/things/x")).status_code == 200
    wall.time = SUNSET
    for method in ("GET", "HEAD", "POST", "OPTIONS"):
        answer = await door.request(method, "/things/v1/things/x")
        assert answer.status_code == 410, method
        assert answer.links["successor-version"]["url"] == "/things/v2"
    problem = (await door.get("/things/v1/things/x")).json()
    assert (problem["code"], problem["detail"]) == ("version_ended", "things.v1 ended on 2028-12-31.")
    assert (await door.get("/problems/version_ended")).status_code == 200
    assert (await door.get("/livez")).status_code == 200


async def test_what_has_ended_is_gone_for_strangers_too_and_costs_a_call(
    visit: Visit, both: tuple[Api, ...]
) -> None:
    wall = Wall()
    wall.time = SUNSET
    stranger, anna = await visit(None, apis=both, now=wall), await visit(apis=both, now=wall)
    assert (await stranger.get("/things/v1/things")).status_code == 410
    assert (await anna.get("/things/v1/things")).headers["ratelimit"].startswith('"default";r=999')


async def test_a_path_that_only_begins_alike_is_not_meant(visit: Visit, both: tuple[Api, ...]) -> None:
    wall = Wall()
    wall.time = SUNSET
    answer = await (await visit(apis=both, now=wall)).get("/things/v10/things")
    assert (answer.status_code, "sunset" in answer.headers) == (404, False)


async def test_a_person_reads_which_versions_there_are(visit: Visit, both: tuple[Api, ...]) -> None:
    page = await (await visit(None, apis=both)).get("/versions")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    for cell in ("things.v1", "/things/v1", "deprecated", "2028-12-31 23:59 UTC", "things.v2", "live"):
        assert cell in page.text


def test_no_version_ends_before_it_is_advised_against() -> None:
    with pytest.raises(ValueError, match="does not end before"):
        Deprecation(since=SUNSET, sunset=SINCE, successor="things.v2")


def test_every_published_version_on_its_way_out_has_a_living_successor_and_time() -> None:
    living = {api.document for api in PUBLISHED if api.state is State.LIVE}
    ageing = [api.deprecation for api in PUBLISHED if api.deprecation]
    assert ageing
    assert {one.successor for one in ageing} <= living
    assert all(one.sunset - one.since > timedelta(days=365) for one in ageing)
