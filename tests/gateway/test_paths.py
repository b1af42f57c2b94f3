"""Does everybody at the door see the path that the router sees, however it was written?"""

from pathlib import Path

import pytest
from litestar.utils import normalize_path

from gateway import contracts
from gateway.api import Api
from gateway.paths import plain
from tests.gateway.test_edge import raw
from tests.gateway.test_versions import NEW, OLD, SUNSET, Wall
from tests.gateway.things import Visit

WRITTEN = (
    "//things/v1/things/x",
    "/things//v1/things/x",
    "/things/v1///things/x",
    "/things/v1/things/x/",
    "//things//v1//things//x//",
    "/%2Fthings/v1%2F/things/x",
)


@pytest.fixture
def both(tmp_path: Path) -> tuple[Api, ...]:
    contracts.write([OLD, NEW], tmp_path / "openapi")
    return OLD, NEW


@pytest.mark.parametrize("path", ["", "*", "/", "//", "/a", "/a/", "a", "a/b", "//a", "/a//b", "/a///b//"])
def test_a_path_is_read_as_the_router_reads_it(path: str) -> None:
    assert plain(path) == normalize_path(path)


@pytest.mark.parametrize("path", WRITTEN)
async def test_an_ageing_version_says_so_and_ends_however_it_is_asked(
    visit: Visit, both: tuple[Api, ...], path: str
) -> None:
    wall = Wall()
    door = await visit(apis=both, now=wall)
    url = f"{door.base_url}".rstrip("/") + path
    answer = await door.get(url)
    assert (answer.status_code, "sunset" in answer.headers) == (200, True)
    wall.time = SUNSET
    for method in ("GET", "HEAD", "POST", "OPTIONS"):
        assert (await door.request(method, url)).status_code == 410, method


@pytest.mark.parametrize("path", WRITTEN)
async def test_a_page_may_read_the_answer_however_it_asks(visit: Visit, path: str) -> None:
    door = await visit(origins=("https://portal.example.com",))
    url = f"{door.base_url}".rstrip("/") + path
    answer = await door.get(url, headers={"origin": "https://portal.example.com"})
    assert answer.headers["access-control-allow-origin"] == "https://portal.example.com"


@pytest.mark.parametrize("path", ["//livez", "/livez/"])
async def test_a_probe_is_never_limited_however_it_is_asked(visit: Visit, path: str) -> None:
    door = await visit(None, anonymous="1/minute")
    head = f"GET {path} HTTP/1.1\nHost: house.example"
    assert [await raw(door, head) for _ in range(3)] == [200] * 3
