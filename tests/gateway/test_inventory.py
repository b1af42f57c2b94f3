"""Does a stranger find every API, and whom to tell of a hole?"""

from datetime import UTC, datetime, timedelta

import httpx
import msgspec
import pytest

from gateway.inventory import GOOD_FOR, Security, built_at, linkset
from gateway.published import PUBLISHED
from tests.gateway.things import Visit

CATALOG, SECURITY = "/.well-known/api-catalog", "/.well-known/security.txt"
CONTACT = Security(
    contacts=("mailto:security@house.example", "https://house.example/report"),
    expires=datetime(2027, 6, 30, 12, tzinfo=UTC),
)
LINKSET = 'application/linkset+json; profile="https://www.rfc-editor.org/info/rfc9727"'


async def test_the_catalog_names_every_api_with_its_document(visit: Visit) -> None:
    door = await visit(None)
    answer = await door.get(CATALOG)
    assert (answer.status_code, answer.headers["content-type"]) == (200, LINKSET)
    own, things = answer.json()["linkset"]
    assert own["anchor"] == "http://house.example/.well-known/api-catalog"
    assert [item["href"] for item in own["item"]] == [things["anchor"]] == ["http://house.example/things/v1"]
    described = things["service-desc"][0]["href"].removeprefix("http://house.example")
    assert (await door.get(described)).json()["info"]["title"] == "Things"
    for relation in ("service-doc", "status"):
        path = things[relation][0]["href"].removeprefix("http://house.example")
        assert (await door.get(path)).status_code == 200


async def test_head_of_the_catalog_names_it(visit: Visit) -> None:
    answer = await (await visit(None)).head(CATALOG)
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.links["api-catalog"]["url"] == "http://house.example/.well-known/api-catalog"
    assert int(answer.headers["content-length"]) > 0


def test_every_published_version_is_in_the_catalog_and_the_ageing_ones_say_so() -> None:
    own, *each = linkset(PUBLISHED, "https://api.example")
    assert len(own["item"]) == len(each) == len(PUBLISHED)
    ageing = {one["anchor"]: one["successor-version"] for one in each if "successor-version" in one}
    assert ageing == {
        "https://api.example/portal/v1": [{"href": "https://api.example/portal/v2"}],
    }
    msgspec.json.encode(own)


async def test_security_txt_is_what_its_standard_asks_for(visit: Visit) -> None:
    answer = await (await visit(None, security=CONTACT)).get(SECURITY)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/plain; charset=utf-8")
    fields = [line.split(": ", 1) for line in answer.text.splitlines()]
    assert fields == [
        ["Contact", "mailto:security@house.example"],
        ["Contact", "https://house.example/report"],
        ["Expires", "2027-06-30T12:00:00Z"],
        ["Preferred-Languages", "en"],
        ["Canonical", f"http://house.example{SECURITY}"],
    ]


async def test_without_a_contact_there_is_no_security_txt(visit: Visit) -> None:
    assert (await (await visit(None)).get(SECURITY)).status_code == 404


def test_what_a_build_says_of_itself_is_good_for_less_than_a_year() -> None:
    assert built_at() <= datetime.now(UTC)
    assert timedelta() < GOOD_FOR < timedelta(days=365)


@pytest.mark.parametrize("path", [CATALOG, SECURITY, "/versions"])
async def test_what_strangers_read_has_head_and_options_and_no_more(visit: Visit, path: str) -> None:
    door = await visit(None, security=CONTACT)
    whole, head, options = await door.get(path), await door.head(path), await door.options(path)
    assert head.headers["etag"] == whole.headers["etag"]
    assert (options.status_code, options.headers["allow"]) == (204, "GET, HEAD, OPTIONS")
    assert (await door.post(path)).status_code == 405
    assert (await door.get(path, params={"x": "1"})).status_code == 400
    assert await _again(door, path, whole) == 304


async def _again(door: httpx.AsyncClient, path: str, first: httpx.Response) -> int:
    return (await door.get(path, headers={"if-none-match": first.headers["etag"]})).status_code
