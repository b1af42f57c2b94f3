"""Is the reference complete, and does it come from this house only?"""

import re
from pathlib import Path

import httpx

from gateway.app import House
from tests.gateway.things import Visit


async def _scripts(door: httpx.AsyncClient) -> list[httpx.Response]:
    page = await door.get("/docs")
    return [await door.get(path) for path in re.findall(r'<script src="([^"]+)"', page.text)]


async def test_the_page_asks_no_other_host_for_anything(visit: Visit) -> None:
    door = await visit(None)
    page = await door.get("/docs")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert re.findall(r'(?:src|href)="(?!/|data:,)', page.text) == []
    assert not re.search(r"<script(?! src=)|<style|https?:", page.text)


async def test_the_browser_is_told_to_ask_no_other_host(visit: Visit) -> None:
    policy = (await (await visit(None)).get("/docs")).headers["content-security-policy"]
    assert policy.startswith("default-src 'self';")
    assert "http" not in policy
    assert "unsafe-eval" not in policy


async def test_the_viewer_is_told_not_to_call_home(visit: Visit) -> None:
    _, start = await _scripts(await visit(None))
    options = start.text
    for said in (
        '"withDefaultFonts":false',
        '"telemetry":false',
        '"agent":{"disabled":true}',
        '"mcp":{"disabled":true}',
        '"hideClientButton":true',
        '"showDeveloperTools":"never"',
    ):
        assert said in options
    assert "http" not in options


async def test_the_viewer_shows_every_document(visit: Visit, house: House) -> None:
    door = await visit(None)
    _, start = await _scripts(door)
    for api in house.apis:
        path = f"/openapi/{api.document}.json"
        assert f'"url":"{path}"' in start.text
        assert (await door.get(path)).status_code == 200


async def test_what_never_changes_is_kept_for_ever(visit: Visit) -> None:
    viewer, start = await _scripts(await visit(None))
    for script in (viewer, start):
        assert script.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert script.headers["content-type"].startswith("text/javascript")
    assert b"createApiReference" in viewer.content


async def test_a_document_is_served_as_committed(visit: Visit, tmp_path: Path) -> None:
    door = await visit(None)
    answer = await door.get("/openapi/things.v1.json")
    assert answer.content == (tmp_path / "openapi" / "things.v1.json").read_bytes()
    again = await door.get("/openapi/things.v1.json", headers={"if-none-match": answer.headers["etag"]})
    assert again.status_code == 304
    assert (await door.get("/openapi/other.v1.json")).status_code == 404


async def test_no_asset_is_named_by_a_path(visit: Visit) -> None:
    assert (await (await visit(None)).get("/docs-assets/%2e%2e%2f__init__.py")).status_code == 404
