"""May pages of known origins ask, and pages of nobody else?"""

import httpx
import pytest

from tests.gateway.things import Visit

PAGE = "https://portal.example.com"
ASKS = {"access-control-request-method": "GET", "access-control-request-headers": "authorization"}


async def preflight(door: httpx.AsyncClient, path: str, origin: str) -> httpx.Response:
    return await door.options(path, headers={"origin": origin, **ASKS})


async def test_a_preflight_of_a_known_origin_is_answered_before_anybody_says_who_they_are(
    visit: Visit,
) -> None:
    door = await visit(None, origins=(PAGE,))
    answer = await preflight(door, "/things/v1/things/x", PAGE)
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers["access-control-allow-origin"] == PAGE
    assert "GET" in answer.headers["access-control-allow-methods"]
    assert "authorization" in answer.headers["access-control-allow-headers"].lower()
    assert int(answer.headers["access-control-max-age"]) > 0
    assert answer.headers["vary"] == "Origin"
    assert "content-length" not in answer.headers


async def test_preflights_use_up_nobodys_limit(visit: Visit) -> None:
    door = await visit(None, origins=(PAGE,), anonymous="2/minute")
    answers = [await preflight(door, "/things/v1/things", PAGE) for _ in range(5)]
    assert {answer.status_code for answer in answers} == {204}


@pytest.mark.parametrize(
    "path", ["/things/v1/things/x", "/things/v1/things/gone", "/things/v1/secret", "/things/v1/nowhere"]
)
async def test_every_answer_to_a_known_origin_may_be_read_with_its_headers(visit: Visit, path: str) -> None:
    answer = await (await visit(origins=(PAGE,))).get(path, headers={"origin": PAGE})
    assert answer.headers["access-control-allow-origin"] == PAGE
    exposed = {name.strip() for name in answer.headers["access-control-expose-headers"].split(",")}
    assert exposed >= {
        "ETag", "Link", "RateLimit", "RateLimit-Policy", "Retry-After", "Request-Id", "Deprecation", "Sunset",
    }  # fmt: skip
    assert "access-control-allow-credentials" not in answer.headers


async def test_a_refused_credential_may_be_read_too(visit: Visit) -> None:
    door = await visit(None, origins=(PAGE,))
    answer = await door.get("/things/v1/things", headers={"origin": PAGE, "authorization": "Bearer x"})
    assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (401, PAGE)


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "https://portal.example.com.evil.example",
        "http://portal.example.com",
        "null",
        "",
    ],
)
async def test_another_origin_gets_no_permission(visit: Visit, origin: str) -> None:
    door = await visit(origins=(PAGE,))
    asked = await preflight(door, "/things/v1/things/x", origin)
    read = await door.get("/things/v1/things/x", headers={"origin": origin})
    for answer in (asked, read):
        assert [name for name in answer.headers if name.startswith("access-control")] == []
        assert answer.headers["vary"] == "Origin"


async def test_without_known_origins_nothing_is_said(visit: Visit) -> None:
    answer = await (await visit()).get("/things/v1/things/x", headers={"origin": PAGE})
    assert [name for name in answer.headers if name.startswith(("access-control", "vary"))] == []


async def test_what_is_not_for_browsers_stays_closed_to_them(visit: Visit) -> None:
    answer = await preflight(await visit(None, origins=(PAGE,)), "/livez", PAGE)
    assert "access-control-allow-origin" not in answer.headers


async def test_options_that_is_no_preflight_still_lists_the_methods(visit: Visit) -> None:
    door = await visit(origins=(PAGE,))
    answer = await door.options("/things/v1/things", headers={"origin": PAGE})
    assert answer.headers["allow"] == "GET, HEAD, OPTIONS"
