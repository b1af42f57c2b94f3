"""Does Zendesk answer in its legacy mode too, and when its search index lags behind?"""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from sandbox.kit.opening import opened
from sandbox.kit.practice import Practice
from sandbox.kit.serving import running
from sandbox.zendesk import Zendesk as PracticeZendesk
from system_apis import zendesk
from system_apis.errors import Unauthorised
from system_apis.zendesk.adapter import Zendesk


@pytest.fixture(scope="module")
def practice() -> Practice:
    return opened()


def now() -> datetime:
    return datetime.now(UTC)


@asynccontextmanager
async def asking(practice: Practice, **config: Any) -> AsyncIterator[Zendesk]:
    """The adapter, connected to the practice Zendesk."""
    async with running(practice, [PracticeZendesk]) as urls:
        made = zendesk.Config(base_url=urls["zendesk"], **config)
        desk = zendesk.connect("desk", made, now)
        try:
            yield desk
        finally:
            await desk.aclose()


def oauth(practice: Practice) -> dict[str, str]:
    return {
        "client_id": practice.keys.zendesk.client_id,
        "client_secret": practice.keys.zendesk.client_secret,
    }


def api_token(practice: Practice) -> dict[str, str]:
    return {"email": practice.keys.zendesk.email, "api_token": practice.keys.zendesk.api_token}


@pytest.mark.parametrize("proof", [oauth, api_token])
async def test_both_ways_to_prove_who_we_are_are_taken(
    practice: Practice, proof: Callable[[Practice], dict[str, str]]
) -> None:
    async with asking(practice, **proof(practice)) as desk:
        assert len((await desk.account_records()).items) == 100


@pytest.mark.parametrize(
    ("proof", "wrong"), [(oauth, {"client_secret": "a guess"}), (api_token, {"api_token": "a guess"})]
)
async def test_a_secret_that_is_wrong_needs_a_person(
    practice: Practice, proof: Callable[[Practice], dict[str, str]], wrong: dict[str, str]
) -> None:
    async with asking(practice, **{**proof(practice), **wrong}) as desk:
        with pytest.raises(Unauthorised):
            await desk.account_records()


async def test_what_is_known_by_id_or_key_is_found_before_the_search_index_knows_it() -> None:
    practice = opened()
    case = next(iter(practice.world.cases.values()))
    account = practice.world.accounts[case.account]
    account.changed = now() + timedelta(minutes=1)
    practice.faults["zendesk"].add({"fault": "search_lags"})
    async with asking(practice, **oauth(practice)) as desk:
        [record] = await desk.account_records_by_key(account.key)
        for words in (record.origin.ref.id, str(case.number)):
            assert [found.key for found in await desk.find(words)] == [account.key]
        assert account.key not in {found.key for found in await desk.find(account.name)}
