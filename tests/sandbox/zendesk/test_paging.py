"""Do lists page as Zendesk's do, by cursor and by offset?"""

from collections import Counter as Tally

import pytest

from tests.sandbox.zendesk.counter import Counter, Json, organization_of


async def followed(counter: Counter, path: str, name: str) -> tuple[list[Json], Json]:
    """All records by `links.next`, and the last page."""
    found: list[Json] = []
    while True:
        page = await counter.read(path)
        found += page[name]
        if not page["meta"]["has_more"]:
            return found, page
        path = page["links"]["next"]


@pytest.mark.parametrize("kind", ["organizations", "users", "tickets"])
async def test_cursor_pages_join_to_the_whole(counter: Counter, kind: str) -> None:
    found, _ = await followed(counter, f"{kind}.json?page[size]=100", kind)
    total = (await counter.read(f"{kind}/count"))["count"]["value"]
    ids = [one["id"] for one in found]
    assert total > 100
    assert len(ids) == len(set(ids)) == total


async def test_the_last_page_still_has_a_next_link_which_leads_to_nothing(counter: Counter) -> None:
    _, last = await followed(counter, "organizations?page[size]=90", "organizations")
    assert last["meta"]["has_more"] is False
    assert last["links"]["next"] is not None
    beyond = await counter.read(last["links"]["next"])
    assert (beyond["organizations"], beyond["meta"]["has_more"]) == ([], False)


async def test_a_cursor_leads_back_as_well(counter: Counter) -> None:
    first = await counter.read("tickets?page[size]=7")
    second = await counter.read(first["links"]["next"])
    back = await counter.read(second["links"]["prev"])
    assert back["tickets"] == first["tickets"]
    assert back["meta"]["has_more"] is False


async def test_an_order_holds_over_pages(counter: Counter) -> None:
    found, _ = await followed(counter, "tickets?page[size]=100&sort=-updated_at", "tickets")
    moments = [one["updated_at"] for one in found]
    assert moments == sorted(moments, reverse=True)


async def test_the_tickets_of_an_organization_come_newest_first_when_asked(counter: Counter) -> None:
    cases = Tally(one.account for one in counter.practice.world.cases.values())
    id = organization_of(cases.most_common(1)[0][0])
    path = f"organizations/{id}/tickets?page[size]=40&sort=-id"
    ids = [one["id"] for one in (await followed(counter, path, "tickets"))[0]]
    assert ids == sorted(ids, reverse=True)
    assert len(ids) > 40


async def test_offset_pages_join_to_the_whole(counter: Counter) -> None:
    found, path = [], "tickets.json?per_page=100"
    while path:
        page = await counter.read(path)
        found += page["tickets"]
        path = page["next_page"]
    assert len({one["id"] for one in found}) == page["count"] == len(found)
    assert page["previous_page"]


async def test_offset_pages_end_at_ten_thousand_records(counter: Counter) -> None:
    assert (await counter.read("tickets?page=100&per_page=100"))["tickets"] == []
    status, body = await counter.ask("tickets?page=101&per_page=100")
    assert (status, body["errors"][0]["code"]) == (400, "InvalidPaginationDepth")


@pytest.mark.parametrize(
    "paging",
    [
        "page[size]=101",
        "page[size]=0",
        "page[size]=x",
        "page[after]=x",
        "page[after]=é",
        "page[after]=djI6MQ==",
        "page=0",
    ],
)
async def test_wrong_paging_is_a_400(counter: Counter, paging: str) -> None:
    assert (await counter.ask(f"tickets?{paging}"))[0] == 400


async def test_an_incremental_export_ends_with_every_ticket_seen_once(counter: Counter) -> None:
    page = await counter.read("incremental/tickets/cursor.json?start_time=0&per_page=100")
    found = page["tickets"]
    while not page["end_of_stream"]:
        page = await counter.read(page["after_url"])
        found += page["tickets"]
    stamps = [one["generated_timestamp"] for one in found]
    assert stamps == sorted(stamps)
    assert len({one["id"] for one in found}) == len(found) == len(counter.practice.world.cases)


async def test_an_export_that_was_read_to_its_end_shows_only_what_changes_later(own_counter: Counter) -> None:
    page = await own_counter.read("incremental/tickets/cursor?start_time=0&per_page=1000")
    world, clock = own_counter.practice.world, own_counter.practice.clock
    case = next(iter(world.cases.values()))
    case.changed = clock.now()
    own_counter.practice.changed()
    assert (await own_counter.read(page["after_url"]))["tickets"] == []
    clock.advance(61)
    later = await own_counter.read(page["after_url"])
    assert [one["id"] for one in later["tickets"]] == [case.number]


async def test_an_export_cannot_start_in_the_last_minute(counter: Counter) -> None:
    now = int(counter.practice.clock.now().timestamp())
    status, body = await counter.ask(f"incremental/tickets/cursor?start_time={now - 30}")
    assert (status, body["error"]) == (422, "StartTimeTooRecent")


@pytest.mark.parametrize("asked", ["", "?start_time=monday", "?cursor=x"])
async def test_an_export_needs_a_start(counter: Counter, asked: str) -> None:
    assert (await counter.ask(f"incremental/tickets/cursor{asked}"))[0] == 400
