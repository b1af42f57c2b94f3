"""Do the four platforms stand together, and does docs/simulators.md tell what they do?"""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from sandbox.kit.faults import FAULTS, WRITE_FAULTS
from sandbox.kit.opening import opened
from sandbox.kit.practice import Practice
from sandbox.platforms import PLATFORMS, running

PAGE = (Path(__file__).parents[2] / "docs" / "simulators.md").read_text()
REFUSALS = ("error_500", "rate_limited", "expired_token")
NAMES = {platform.name: platform for platform in PLATFORMS}


@pytest.fixture(scope="module")
def practice() -> Practice:
    return opened()


@pytest.fixture
async def urls(practice: Practice) -> AsyncIterator[dict[str, str]]:
    async with running(practice) as urls:
        yield urls


def test_every_fault_is_on_the_page() -> None:
    assert [fault for fault in (*FAULTS, *WRITE_FAULTS) if f"`{fault}`" not in PAGE] == []


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("place", range(len(REFUSALS)), ids=REFUSALS)
def test_each_platform_refuses_as_the_table_says(practice: Practice, name: str, place: int) -> None:
    (row,) = re.findall(rf"^\| {name} \|.*$", PAGE, re.IGNORECASE | re.MULTILINE)
    cell = row.split(" | ")[place + 1]
    answer = NAMES[name](practice).refusal(REFUSALS[place])
    assert str(answer.status) in cell
    code = re.findall(r"`(\w+)`", cell)[0]
    assert answer.text is not None
    assert code in answer.text
    assert ("and `Retry-After`" in cell) == ("Retry-After" in answer.headers)


async def test_reset_on_one_platform_resets_all_four(practice: Practice, urls: dict[str, str]) -> None:
    assert set(urls) == {"salesforce", "stripe", "zendesk", "netsuite"}
    async with aiohttp.ClientSession() as client:
        for url in urls.values():
            async with client.post(url + "/_sim/faults", json={"fault": "error_500"}) as answer:
                assert answer.status == 200
        async with client.post(urls["stripe"] + "/_sim/reset") as answer:
            assert (await answer.json())["seed"] == practice.world.seed
        for url in urls.values():
            async with client.get(url + "/_sim/faults") as answer:
                assert await answer.json() == {"data": []}


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("salesforce", "Account"),
        ("stripe", "customer"),
        ("zendesk", "organizations"),
        ("netsuite", "customer"),
    ],
)
async def test_the_objects_the_page_names_have_a_state(urls: dict[str, str], name: str, kind: str) -> None:
    async with aiohttp.ClientSession() as client, client.get(f"{urls[name]}/_sim/state/{kind}") as answer:
        assert len((await answer.json())["data"]) > 190
