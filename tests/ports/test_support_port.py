"""Does every support system tell of cases and what was said in them as they are?"""

from collections import Counter
from datetime import datetime
from itertools import pairwise

import pytest

from canonical.identity import Kind
from sandbox.world import Case
from system_apis.errors import Missing
from system_apis.ports import every
from tests.ports.town import NOBODY, Standing, comes_from, of_kind

pytestmark = pytest.mark.parametrize("system", of_kind(Kind.SUPPORT), indirect=True)


def busiest(system: Standing) -> int:
    """The account in support with the most cases."""
    count = Counter(case.account for case in system.world.cases.values())
    return max(system.known(), key=lambda number: count[number])


def cases_of(system: Standing, number: int) -> dict[str, Case]:
    """An account's cases by their ids."""
    cases = system.world.cases.values()
    return {system.id("case", case.number): case for case in cases if case.account == number}


def to_the_second(moment: datetime) -> datetime:
    return moment.replace(microsecond=0)


async def test_a_record_says_what_support_says_of_the_customer(system: Standing) -> None:
    records = {record.origin.ref.id: record async for record in every(system.port.account_records)}
    for number, account in system.known().items():
        record = records[system.id("account", number)]
        assert record.attributes["tier"] == system.said(account, "tier", account.tier)
        assert (record.domain, record.legal_entity) == (account.domain, account.entity)
        assert record.origin.modified_at == to_the_second(account.changed)


async def test_a_record_says_until_when_and_in_which_state_the_customer_is_entitled(
    system: Standing,
) -> None:
    contracts = [one for one in system.world.contracts.values() if one.status == "Activated"]
    number = next(one.account for one in contracts if one.account in system.known())
    record = await system.port.account_record(system.id("account", number))
    ends = [one.end for one in contracts if one.account == number]
    assert record.attributes["entitlement_until"] == max(ends).isoformat()
    subscriptions = system.world.subscriptions.values()
    assert record.attributes["subscription_status"] in {
        one.status for one in subscriptions if one.account == number
    }


@pytest.mark.parametrize("limit", [7, 100])
async def test_cases_are_listed_over_several_pages_newest_first(system: Standing, limit: int) -> None:
    number = busiest(system)
    id = system.id("account", number)
    listed = [one async for one in every(lambda cursor: system.port.cases(id, cursor, limit))]
    facts = cases_of(system, number)
    assert len(facts) > 100
    assert Counter(one.origin.ref.id for one in listed) == Counter(facts.keys())
    assert all(first.opened_at >= second.opened_at for first, second in pairwise(listed))
    for one in listed:
        fact = facts[one.origin.ref.id]
        assert (one.subject, one.organization) == (fact.subject, id)
        assert (one.status, one.priority, one.tags) == (fact.status, fact.priority, tuple(fact.tags))
        assert one.opened_at == to_the_second(fact.opened)
        assert one.updated_at == to_the_second(fact.changed)


async def test_a_customer_without_cases_has_an_empty_list(system: Standing) -> None:
    busy = {case.account for case in system.world.cases.values()}
    quiet = next(number for number in system.known() if number not in busy)
    page = await system.port.cases(system.id("account", quiet))
    assert (page.items, page.next) == ((), None)


async def test_one_case_is_the_one_that_is_listed(system: Standing) -> None:
    page = await system.port.cases(system.id("account", busiest(system)), limit=3)
    assert len(page.items) == 3
    for listed in page.items:
        alone = await system.port.case(listed.origin.ref.id)
        assert comes_from(alone.origin, system.platform, listed.origin.ref.id)
        assert (alone.number, alone.subject, alone.status) == (listed.number, listed.subject, listed.status)


@pytest.mark.parametrize("limit", [1, 100])
async def test_comments_come_oldest_first_with_who_wrote_them_and_who_may_read(
    system: Standing, limit: int
) -> None:
    customers = {person.email for person in system.world.people.values()}
    case = a_talk(system)
    id = system.id("case", case.number)
    listed = [one async for one in every(lambda cursor: system.port.comments(id, cursor, limit))]
    assert [(one.body, one.public, one.from_customer, one.at) for one in listed] == [
        (one.body, one.public, one.author in customers, to_the_second(one.at))
        for one in sorted(case.comments, key=lambda one: one.at)
    ]
    assert {one.from_customer for one in listed} == {True, False} == {one.public for one in listed}


def a_talk(system: Standing) -> Case:
    """A case with words of the customer, words of ours, and a note that is for our own people only."""
    return next(
        case
        for case in system.world.cases.values()
        if case.account in system.known() and {comment.public for comment in case.comments} == {True, False}
    )


async def test_an_unknown_case_or_customer_is_missing(system: Standing) -> None:
    for ask in (system.port.case, system.port.comments):
        with pytest.raises(Missing):
            await ask(system.id("case", NOBODY))
    with pytest.raises(Missing):
        await system.port.cases(system.id("account", NOBODY))


@pytest.mark.parametrize("id", ["no-such-id", "", "..", "1/comments", "1.json", "ü", "9" * 30])
async def test_what_cannot_be_an_id_is_missing(system: Standing, id: str) -> None:
    for ask in (system.port.case, system.port.comments, system.port.cases):
        with pytest.raises(Missing):
            await ask(id)


async def test_a_customer_is_found_by_everything_support_gives_out(system: Standing) -> None:
    case = a_talk(system)
    person = system.world.people[case.person]
    record = await system.port.account_record(system.id("account", case.account))
    number = (await system.port.case(system.id("case", case.number))).number
    for words in (number, person.email, record.domain, record.name.upper(), record.origin.ref.id):
        assert words
        found = {one.origin.ref.id for one in await system.port.find(words)}
        assert record.origin.ref.id in found, words


@pytest.mark.parametrize("words", ["987654321", 'a" type:user "', "*", '""', "  "])
async def test_words_that_mean_nothing_find_nobody(system: Standing, words: str) -> None:
    assert await system.port.find(words) == ()


async def test_health_says_how_much_of_the_quota_is_used(system: Standing) -> None:
    system.needs("a quota")
    await system.port.account_records()
    quota = system.health().quota
    assert quota is not None
    assert 0 < quota.used < quota.limit
