"""Does a search find what its query says?"""

from urllib.parse import quote

import pytest

from sandbox.ids import zendesk_id
from sandbox.zendesk.query import Term, parsed
from tests.sandbox.zendesk.counter import Counter, Json, organization_of


async def found(counter: Counter, query: str) -> list[Json]:
    return list((await counter.read(f"search.json?query={quote(query)}&per_page=100"))["results"])


def test_a_query_is_read_as_its_terms() -> None:
    assert parsed('type:ticket -status<solved organization:"MD Photo" printer "on fire"') == [
        Term("type", ":", "ticket"),
        Term("status", "<", "solved", True),
        Term("organization", ":", "MD Photo"),
        Term(None, "", "printer"),
        Term(None, "", "on fire"),
    ]


def test_values_keep_their_colons_and_stars() -> None:
    assert [term.value for term in parsed("created>=2026-01-01T10:00:00Z name:Acme*")] == [
        "2026-01-01T10:00:00Z",
        "Acme*",
    ]


async def test_open_tickets_of_an_organization_are_found_by_its_id_and_its_name(counter: Counter) -> None:
    world = counter.practice.world
    case = counter.case(status="open")
    wanted = {
        zendesk_id("ticket", one.number)
        for one in world.cases.values()
        if one.account == case.account and one.status in ("new", "open", "pending", "hold")
    }
    by_id = await found(counter, f"type:ticket organization_id:{organization_of(case.account)} status<solved")
    by_name = await found(
        counter, f'type:ticket organization:"{world.accounts[case.account].name}" status<solved'
    )
    assert {one["id"] for one in by_id} == wanted
    assert wanted <= {one["id"] for one in by_name}
    assert {one["result_type"] for one in by_id} == {"ticket"}


async def test_the_same_property_twice_takes_either_value(counter: Counter) -> None:
    both = await found(counter, "type:ticket priority:urgent priority:high status<closed")
    assert {one["priority"] for one in both} == {"urgent", "high"}


async def test_priorities_and_dates_have_an_order(counter: Counter) -> None:
    urgent = await found(counter, "type:ticket priority>high")
    assert {one["priority"] for one in urgent} == {"urgent"}
    day = counter.case(status="open").opened.date().isoformat()
    later = await found(counter, f"type:ticket created>={day} status<closed")
    assert later
    assert all(one["created_at"] >= day for one in later)


async def test_a_person_is_found_by_email_and_by_words_of_the_name(counter: Counter) -> None:
    person = next(iter(counter.practice.world.people.values()))
    id = zendesk_id("user", person.number)
    assert [one["id"] for one in await found(counter, f"type:user email:{person.email}")] == [id]
    assert id in [
        one["id"] for one in await found(counter, f'type:user "{person.first_name} {person.last_name}"')
    ]
    assert id in [one["id"] for one in await found(counter, f"type:user {person.last_name[:4]}")]


async def test_an_organization_is_found_by_our_key_and_by_a_custom_field(counter: Counter) -> None:
    account = counter.supported()[5]
    only = await found(counter, f"type:organization external_id:{account.key}")
    assert [one["name"] for one in only] == [account.name]
    gold = await found(counter, "type:organization support_tier:gold")
    assert {one["organization_fields"]["support_tier"] for one in gold} == {"gold"}


@pytest.mark.parametrize("query", ['"-"', '"*"', '" "', "*", "&"])
async def test_marks_alone_find_nothing(counter: Counter, query: str) -> None:
    assert await found(counter, f"type:organization {query}") == []


async def test_a_phrase_is_found_where_its_words_stand_side_by_side(counter: Counter) -> None:
    account = next(one for one in counter.supported() if len(one.name.split()) > 2)
    first, second, *_ = account.name.split()
    assert account.name in [o["name"] for o in await found(counter, f'type:organization "{first} {second}"')]
    assert await found(counter, f'type:organization "{second} {first}"') == []


async def test_a_star_stands_for_the_rest_of_a_word(counter: Counter) -> None:
    account = counter.supported()[5]
    start, end = account.name[:4], account.name[-3:]
    assert account.name in [
        one["name"] for one in await found(counter, f"type:organization name:{start}*{end}")
    ]
    assert await found(counter, f"type:organization name:{start}*zz{end}") == []


async def test_a_minus_takes_away(counter: Counter) -> None:
    all_tiers = await counter.read("search/count?query=type:organization")
    gold = await counter.read("search/count?query=type:organization support_tier:gold")
    others = await counter.read("search/count?query=type:organization -support_tier:gold")
    assert gold["count"] + others["count"] == all_tiers["count"]


async def test_without_a_type_every_kind_is_searched(counter: Counter) -> None:
    account = counter.practice.world.accounts[counter.case(status="open").account]
    kinds = {one["result_type"] for one in await found(counter, account.name.split()[0])}
    assert "organization" in kinds


async def test_a_property_that_no_kind_has_finds_nothing(counter: Counter) -> None:
    assert await found(counter, "colour:red") == []


@pytest.mark.parametrize(
    "path", ["search?query=%22open", "search", "search?query=type:ticket&page=11&per_page=100"]
)
async def test_a_search_that_cannot_be_is_a_422(counter: Counter, path: str) -> None:
    status, body = await counter.ask(path)
    assert (status, body["error"]) == (422, "invalid")


async def test_an_export_pages_without_end_through_one_kind(counter: Counter) -> None:
    path = "search/export?query=created>2000-01-01&filter[type]=user&page[size]=200"
    page = await counter.read(path)
    results = page["results"]
    while page["meta"]["has_more"]:
        page = await counter.read(page["links"]["next"])
        results += page["results"]
    total = (await counter.read("users/count"))["count"]["value"]
    assert len({one["id"] for one in results}) == len(results) == total


async def test_an_export_needs_to_know_the_kind(counter: Counter) -> None:
    assert (await counter.ask("search/export?query=a"))[0] == 400


@pytest.mark.parametrize("kind", ["organizations", "users"])
async def test_each_kind_has_a_search_of_its_own(counter: Counter, kind: str) -> None:
    account = counter.supported()[3]
    path = {
        "organizations": f"organizations/search.json?external_id={account.key}",
        "users": f"users/search.json?query=organization:{organization_of(account.number)}",
    }[kind]
    answer = await counter.read(path)
    assert answer["count"] == len(answer[kind]) > 0
    assert "result_type" not in answer[kind][0]


async def test_names_complete_themselves_from_two_letters_on(counter: Counter) -> None:
    account = counter.supported()[3]
    names = await counter.read(f"organizations/autocomplete?name={quote(account.name[:5].upper())}")
    assert account.name in [one["name"] for one in names["organizations"]]
    assert (await counter.ask("organizations/autocomplete?name=a"))[0] == 400


async def test_a_lagging_search_misses_what_just_changed_while_lists_show_it(own_counter: Counter) -> None:
    case = own_counter.case(status="open")
    case.subject, case.changed = "Zebra crossing", own_counter.practice.clock.now()
    own_counter.practice.changed()
    await own_counter.control("/faults", fault="search_lags")
    assert await found(own_counter, "Zebra") == []
    shown = await own_counter.read(f"tickets/{zendesk_id('ticket', case.number)}")
    assert shown["ticket"]["subject"] == "Zebra crossing"
    async with own_counter.client.delete(f"{own_counter.url}/_sim/faults"):
        assert len(await found(own_counter, "Zebra")) == 1
