"""Is every event of an account's list read once, in order, whatever happens meanwhile?"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiohttp import web

from canonical.events import Unrecognised
from system_apis.errors import Refused
from system_apis.stripe import Config, connect
from system_apis.stripe.adapter import StripeBilling
from tests.system_apis.elsewhere import behaving

START = datetime(2026, 3, 1, tzinfo=UTC)
FIRST = int(START.timestamp())


class Account:
    """The events of an account, oldest first, listed as docs.stripe.com/api/pagination says."""

    def __init__(self) -> None:
        self.events: list[dict[str, Any]] = []
        self.asked: list[dict[str, str]] = []
        self.now = START + timedelta(days=1)
        self._made = 0

    def happens(self, count: int, at: int = FIRST, type: str = "ping") -> list[str]:
        made: list[dict[str, Any]] = [
            {
                "id": f"evt_{self._made + n}",
                "type": type,
                "created": at,
                "livemode": False,
                "data": {"object": {}},
            }
            for n in range(count)
        ]
        self._made += count
        self.events.extend(made)
        return [one["id"] for one in made]

    async def __call__(self, request: web.Request) -> web.StreamResponse:
        query = dict(request.query)
        self.asked.append(query)
        rows = [
            one
            for one in reversed(self.events)
            if one["created"] >= int(query.get("created[gte]", 0))
            and one["created"] < int(query.get("created[lt]", 2**40))
        ]
        ids, limit = [one["id"] for one in rows], int(query.get("limit", 10))
        for name in ("starting_after", "ending_before"):
            if name in query and query[name] not in ids:
                error = {"type": "invalid_request_error", "code": "resource_missing", "param": name}
                return web.json_response({"error": error}, status=400)
        if "ending_before" in query:
            newer = rows[: ids.index(query["ending_before"])]
            page, more = newer[-limit:], len(newer) > limit
        else:
            older = rows[ids.index(query["starting_after"]) + 1 :] if "starting_after" in query else rows
            page, more = older[:limit], len(older) > limit
        return web.json_response({"object": "list", "data": page, "has_more": more})


@asynccontextmanager
async def watching(account: Account) -> AsyncIterator[StripeBilling]:
    async with behaving(account) as url:
        billing = connect("billing", Config(base_url=url, api_key="sk_test_1"), lambda: account.now)
        try:
            yield billing
        finally:
            await billing.aclose()


async def all_since(
    billing: StripeBilling, cursor: str | None, since: datetime = START
) -> tuple[list[str], str]:
    """What is new, and the cursor behind it."""
    ids: list[str] = []
    while True:
        page = await billing.changes(cursor, since)
        ids += [one.source_id for one in page.notices]
        cursor = page.cursor
        if not page.more:
            return ids, cursor


async def test_any_number_of_events_of_one_second_are_walked_each_once_and_in_order() -> None:
    account = Account()
    account.happens(3, FIRST - 100)
    expected = account.happens(730)
    async with watching(account) as billing:
        ids, cursor = await all_since(billing, None)
        assert ids == expected
        assert len(account.asked) == 9, "one to find the place, and pages of a hundred"
        again = account.happens(150)
        assert await all_since(billing, cursor) == (again, f"{FIRST}:{again[-1]}")


async def test_an_account_whose_first_event_is_asked_for_is_walked_from_its_end() -> None:
    account = Account()
    expected = account.happens(250)
    async with watching(account) as billing:
        assert (await all_since(billing, None))[0] == expected


async def test_a_quiet_account_has_a_cursor_too() -> None:
    account = Account()
    async with watching(account) as billing:
        ids, cursor = await all_since(billing, None)
        assert ids == []
        expected = account.happens(120, FIRST + 50)
        assert (await all_since(billing, cursor))[0] == expected


async def test_what_comes_while_we_walk_is_walked_too() -> None:
    account = Account()
    account.happens(1, FIRST - 100)
    expected = account.happens(150)
    async with watching(account) as billing:
        page = await billing.changes(None, START)
        ids = [one.source_id for one in page.notices]
        assert page.more
        expected += account.happens(150, FIRST + 1)
        rest, _ = await all_since(billing, page.cursor)
    assert ids + rest == expected


async def test_what_is_too_young_to_stand_still_is_left_for_the_next_look() -> None:
    account = Account()
    account.happens(1, FIRST - 100)
    old = account.happens(5)
    account.now = START + timedelta(seconds=12)
    young = account.happens(5, FIRST + 5)
    async with watching(account) as billing:
        ids, cursor = await all_since(billing, None)
        assert ids == old
        # One more appears among those of the last seconds, in the middle of the list.
        late = {**account.events[-1], "id": "evt_late", "created": FIRST + 3}
        account.events.insert(len(account.events) - 5, late)
        account.now += timedelta(minutes=1)
        assert (await all_since(billing, cursor))[0] == ["evt_late", *young]


async def test_a_cursor_older_than_the_list_goes_on_from_its_moment() -> None:
    account = Account()
    account.happens(10)
    async with watching(account) as billing:
        _, cursor = await all_since(billing, None)
        account.events.clear()
        kept = account.happens(130, FIRST + 9)
        assert (await all_since(billing, cursor))[0] == kept


async def test_an_event_that_cannot_be_read_does_not_stop_the_walk_nor_take_its_own_place() -> None:
    account = Account()
    account.happens(1, type="invoice.paid")
    account.happens(1)
    async with watching(account) as billing:
        page = await billing.changes(None, START)
    assert [(one.source_id, one.data) for one in page.notices] == [
        ("evt_0:unread", Unrecognised(name="invoice.paid")),
        ("evt_1", Unrecognised(name="ping")),
    ]


@pytest.mark.parametrize("cursor", ["", "evt_1", "x:evt_1", "-1:evt_1", "1.5:"])
async def test_what_is_no_cursor_of_ours_is_refused(cursor: str) -> None:
    async with watching(Account()) as billing:
        with pytest.raises(Refused):
            await billing.changes(cursor, START)
