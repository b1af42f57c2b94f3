"""Does every support system answer what the port promises, in the words all systems share?"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any, NamedTuple

import pytest
import pytest_asyncio

from canonical.customer import AccountRecord
from canonical.identity import Kind
from sandbox.kit.opening import opened
from sandbox.kit.platform import Platform
from sandbox.kit.practice import Practice
from sandbox.kit.serving import running
from sandbox.world import Account, Case, World
from sandbox.zendesk import Zendesk
from system_apis.catalog import PLATFORMS
from system_apis.connections import ConnectionSettings, open_connections
from system_apis.errors import Busy, Missing, PlatformError, Unauthorised, Unavailable, Unreadable
from system_apis.ports import Support, every

pytestmark = pytest.mark.asyncio(loop_scope="module")

DEADLINE = 1.0


class Tried(NamedTuple):
    """A practice platform that fills the port, and the ways in which a connection to it can be set up."""

    platform: type[Platform]
    config: Callable[[Practice], dict[str, Any]]
    wrong: dict[str, str]


def oauth(practice: Practice) -> dict[str, Any]:
    keys = practice.keys.zendesk
    return {"client_id": keys.client_id, "client_secret": keys.client_secret}


def api_token(practice: Practice) -> dict[str, Any]:
    keys = practice.keys.zendesk
    return {"email": keys.email, "api_token": keys.api_token}


TRIED = {
    "zendesk": {
        "OAuth": Tried(Zendesk, oauth, {"client_secret": "a guess"}),
        "API token": Tried(Zendesk, api_token, {"api_token": "a guess"}),
    }
}
WAYS = [(name, way) for name, ways in TRIED.items() for way in ways]


class Desk(NamedTuple):
    """A support system, the facts behind it, and a way to open one more connection to it."""

    support: Support
    practice: Practice
    name: str
    way: str
    url: str

    @property
    def world(self) -> World:
        return self.practice.world

    def settings(self, **changed: Any) -> ConnectionSettings:
        config = TRIED[self.name][self.way].config(self.practice)
        config = {"base_url": self.url, **config, **changed}
        return ConnectionSettings(name="support", platform=self.name, config=config)


@pytest_asyncio.fixture(loop_scope="module", scope="module", params=WAYS, ids=[way for _, way in WAYS])
async def desk(request: pytest.FixtureRequest) -> AsyncIterator[Desk]:
    name, way = request.param
    practice = opened()
    async with running(practice, [TRIED[name][way].platform]) as urls:
        closed = Desk(None, practice, name, way, urls[name])  # type: ignore[arg-type]
        async with open_connections([closed.settings()], now) as connections:
            yield closed._replace(support=connections.support())


@pytest_asyncio.fixture(loop_scope="module")
async def troubled(desk: Desk) -> AsyncIterator[Desk]:
    """The same over a connection of its own; whatever goes wrong is over afterwards."""
    async with open_connections([desk.settings(deadline=DEADLINE)], now) as connections:
        yield desk._replace(support=connections.support())
    desk.practice.faults[desk.name].clear()


def now() -> datetime:
    return datetime.now(UTC)


def known(world: World) -> list[Account]:
    return [account for account in world.accounts.values() if "support" in account.systems]


def cases_of(world: World, account: Account) -> dict[tuple[str, datetime], Case]:
    """An account's cases by what tells them apart in any system."""
    cases = (case for case in world.cases.values() if case.account == account.number)
    return {(case.subject, to_the_second(case.opened)): case for case in cases}


def to_the_second(moment: datetime) -> datetime:
    return moment.replace(microsecond=0)


def busiest(world: World) -> Account:
    count = Counter(case.account for case in world.cases.values())
    return max(known(world), key=lambda account: count[account.number])


async def record_of(desk: Desk, account: Account) -> AccountRecord:
    return (await desk.support.account_records_by_key(account.key))[0]


async def id_of(desk: Desk, account: Account) -> str:
    return (await record_of(desk, account)).origin.ref.id


async def test_every_support_system_in_the_catalog_is_tried() -> None:
    assert {name for name, platform in PLATFORMS.items() if platform.kind is Kind.SUPPORT} == set(TRIED)


async def test_every_customer_is_listed_once_over_several_pages(desk: Desk) -> None:
    first = await desk.support.account_records()
    assert first.next is not None
    listed = [record async for record in every(desk.support.account_records)]
    expected = Counter(account.key for account in known(desk.world) for _ in range(copies(account)))
    assert Counter(record.key for record in listed) == expected
    assert len({record.origin.ref.id for record in listed}) == len(listed)


def copies(account: Account) -> int:
    return 2 if "support" in account.copies else 1


async def test_a_record_says_what_support_says_of_the_customer(desk: Desk) -> None:
    records = {record.key: record async for record in every(desk.support.account_records)}
    for account in known(desk.world):
        said = account.said.get("support", {})
        record = records[account.key]
        assert record.name == said.get("name", account.name)
        assert record.attributes["tier"] == said.get("tier", account.tier)
        assert (record.domain, record.legal_entity) == (account.domain, account.entity)
        assert record.origin.modified_at == to_the_second(account.changed)


async def test_a_record_says_until_when_and_in_which_state_the_customer_is_entitled(desk: Desk) -> None:
    contract = next(
        one
        for one in desk.world.contracts.values()
        if one.status == "Activated" and desk.world.accounts[one.account] in known(desk.world)
    )
    ends = [
        one.end
        for one in desk.world.contracts.values()
        if one.account == contract.account and one.status == "Activated"
    ]
    record = await record_of(desk, desk.world.accounts[contract.account])
    assert record.attributes["entitlement_until"] == max(ends).isoformat()
    states = {one.status for one in desk.world.subscriptions.values() if one.account == contract.account}
    assert record.attributes["subscription_status"] in states


async def test_one_record_is_the_one_that_is_listed(desk: Desk) -> None:
    record = await record_of(desk, known(desk.world)[0])
    again = await desk.support.account_record(record.origin.ref.id)
    assert again.origin.ref == record.origin.ref
    assert (again.key, again.name, again.attributes) == (record.key, record.name, record.attributes)
    assert (again.origin.ref.kind, again.origin.ref.connection) == (Kind.SUPPORT, "support")


async def test_a_key_that_nobody_carries_finds_nobody(desk: Desk) -> None:
    assert await desk.support.account_records_by_key("acc_00000000000000000000") == ()


@pytest.mark.parametrize("id", ["987654321", "no-such-id", "", "..", "1/comments", "1.json", "ü"])
async def test_what_is_not_there_is_missing(desk: Desk, id: str) -> None:
    support = desk.support
    for ask in (support.account_record, support.case, support.comments, support.cases):
        with pytest.raises(Missing):
            await ask(id)


@pytest.mark.parametrize("limit", [7, 100])
async def test_cases_are_listed_over_several_pages_newest_first(desk: Desk, limit: int) -> None:
    account = busiest(desk.world)
    organization = await id_of(desk, account)
    listed = [one async for one in every(lambda cursor: desk.support.cases(organization, cursor, limit))]
    facts = cases_of(desk.world, account)
    assert len(facts) > 100
    assert Counter((one.subject, one.opened_at) for one in listed) == Counter(facts.keys())
    assert all(first.opened_at >= second.opened_at for first, second in pairwise(listed))
    for one in listed:
        fact = facts[one.subject, one.opened_at]
        assert (one.status, one.priority, one.tags) == (fact.status, fact.priority, tuple(fact.tags))
        assert (one.organization, one.updated_at) == (organization, to_the_second(fact.changed))


async def test_a_customer_without_cases_has_an_empty_list(desk: Desk) -> None:
    busy = {case.account for case in desk.world.cases.values()}
    quiet = next(account for account in known(desk.world) if account.number not in busy)
    page = await desk.support.cases(await id_of(desk, quiet))
    assert (page.items, page.next) == ((), None)


async def test_one_case_is_the_one_that_is_listed(desk: Desk) -> None:
    listed = (await desk.support.cases(await id_of(desk, busiest(desk.world)))).items[0]
    one = await desk.support.case(listed.origin.ref.id)
    assert (one.number, one.subject, one.status) == (listed.number, listed.subject, listed.status)


@pytest.mark.parametrize("limit", [1, 100])
async def test_comments_are_listed_oldest_first_with_who_wrote_them_and_who_may_read(
    desk: Desk, limit: int
) -> None:
    emails = {person.email for person in desk.world.people.values()}
    account, case = a_talk(desk.world)
    listed_case = await find_case(desk, account, case)
    listed = [one async for one in every(lambda c: desk.support.comments(listed_case, c, limit))]
    assert [(one.body, one.public, one.from_customer, one.at) for one in listed] == [
        (one.body, one.public, one.author in emails, to_the_second(one.at))
        for one in sorted(case.comments, key=lambda one: one.at)
    ]
    assert {one.from_customer for one in listed} == {True, False} == {one.public for one in listed}


def a_talk(world: World) -> tuple[Account, Case]:
    """A case with words of the customer, words of ours, and a note that is for our own people only."""
    return next(
        (world.accounts[case.account], case)
        for case in world.cases.values()
        if world.accounts[case.account] in known(world)
        and len(case.comments) > 2
        and {comment.public for comment in case.comments} == {True, False}
    )


async def find_case(desk: Desk, account: Account, case: Case) -> str:
    organization = await id_of(desk, account)
    async for one in every(lambda cursor: desk.support.cases(organization, cursor)):
        if (one.subject, one.opened_at) == (case.subject, to_the_second(case.opened)):
            return one.origin.ref.id
    raise AssertionError("the case is not listed")


async def test_a_customer_is_found_by_everything_support_gives_out(desk: Desk) -> None:
    account, case = a_talk(desk.world)
    person = next(one for one in desk.world.people.values() if one.account == account.number)
    record = await record_of(desk, account)
    number = await find_case(desk, account, case)
    for words in (
        record.name,
        record.name.upper(),
        record.domain,
        person.email,
        record.origin.ref.id,
        number,
    ):
        assert words
        assert record.key in {found.key for found in await desk.support.find(words)}, words


@pytest.mark.parametrize(
    "words",
    ["no such customer", "nobody@nowhere.example", "987654321", "O'Brien", 'a" type:user "', "*", '""', "  "],
)
async def test_words_that_mean_nobody_find_nobody(desk: Desk, words: str) -> None:
    assert await desk.support.find(words) == ()


async def test_no_more_than_25_are_found(desk: Desk) -> None:
    assert len(await desk.support.find("sable")) <= 25
    assert len(await desk.support.find("example")) == 25


async def test_a_search_that_lags_behind_does_not_keep_a_known_id_from_being_found(troubled: Desk) -> None:
    account, case = a_talk(troubled.world)
    record = await record_of(troubled, account)
    number = await find_case(troubled, account, case)
    troubled.practice.faults[troubled.name].add({"fault": "search_lags"})
    original, account.changed = account.changed, now() + timedelta(hours=1)
    troubled.practice.changed()
    try:
        for words in (record.origin.ref.id, number):
            assert [found.key for found in await troubled.support.find(words)] == [record.key]
        assert record.key in {
            found.key for found in await troubled.support.account_records_by_key(account.key)
        }
        assert record.key not in {found.key for found in await troubled.support.find(record.name)}
    finally:
        account.changed = original
        troubled.practice.changed()


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("down", Unavailable),
        ("slow", Unavailable),
        ("error_500", Unavailable),
        ("bad_body", Unreadable),
        ("redirect", Unreadable),
        ("rate_limited", Busy),
        ("expired_token", Unauthorised),
    ],
)
async def test_trouble_has_its_name_and_comes_inside_the_deadline(
    troubled: Desk, fault: str, error: type[PlatformError]
) -> None:
    troubled.practice.faults[troubled.name].add({"fault": fault})
    async with asyncio.timeout(DEADLINE + 0.5):
        with pytest.raises(error) as raised:
            await troubled.support.account_records()
    assert raised.value.connection == "support"


@pytest.mark.parametrize("fault", ["error_500", "down"])
async def test_trouble_that_is_over_at_once_is_not_noticed(troubled: Desk, fault: str) -> None:
    assert (await troubled.support.account_records()).items
    troubled.practice.faults[troubled.name].add({"fault": fault, "calls": 1})
    assert (await troubled.support.account_records()).items


async def test_a_secret_that_is_wrong_needs_a_person(desk: Desk) -> None:
    wrong = desk.settings(**TRIED[desk.name][desk.way].wrong)
    async with open_connections([wrong], now) as connections:
        with pytest.raises(Unauthorised):
            await connections.support().account_records()


async def test_health_says_how_much_of_the_quota_is_used(desk: Desk) -> None:
    async with open_connections([desk.settings()], now) as connections:
        await connections.support().account_records()
        health = connections.by_name("support").health()
    assert health.state == "ok"
    assert health.quota is not None
    assert 0 < health.quota.used < health.quota.limit
