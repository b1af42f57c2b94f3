"""Is every change of an account told of, though its clocks are set back?"""

import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from aiohttp import web

from system_apis import netsuite
from system_apis.errors import Refused
from system_apis.netsuite.adapter import NetSuite
from tests.system_apis.elsewhere import behaving
from tests.system_apis.netsuite.books import rows, settings

LOS_ANGELES = ZoneInfo("America/Los_Angeles")
SET_BACK = datetime(2026, 11, 1, 9, tzinfo=UTC)
"""When two o'clock becomes one o'clock again."""
QUESTION = re.compile(
    r"\((?:c|t)\.lastmodifieddate > TO_DATE\('(?P<after>[^']+)'.*"
    r" = TO_DATE\('(?P=after)'.*id > (?P<id>\d+)\)\)"
    r" AND (?:c|t)\.lastmodifieddate <= TO_DATE\('(?P<until>[^']+)'"
)


class Account:
    """An account in Los Angeles that has customers only: when each changed, by its id."""

    def __init__(self, at: datetime) -> None:
        self.now = at
        self.changed: dict[int, datetime] = {}
        self.asked = 0

    def happens(self, *at: datetime) -> list[str]:
        ids = range(len(self.changed) + 1, len(self.changed) + len(at) + 1)
        self.changed |= dict(zip(ids, at, strict=True))
        return [str(id) for id in ids]

    async def __call__(self, request: web.Request) -> web.StreamResponse:
        if "oauth2" in request.path:
            return web.json_response({"access_token": "t", "expires_in": "3600", "token_type": "bearer"})
        self.asked += 1
        query = (await request.json())["q"]
        found = QUESTION.search(query)
        assert found, query
        after, until = (found["after"], int(found["id"])), found["until"]
        written = sorted(
            (f"{at.astimezone(LOS_ANGELES):%Y-%m-%d %H:%M:%S}", id) for id, at in self.changed.items()
        )
        all = [row for row in written if row > after and row[0] <= until and "FROM customer" in query]
        limit = int(request.query["limit"])
        page = [{"id": str(id), "modified": at} for at, id in all[:limit]]
        return web.json_response(rows(*page, more=len(all) > limit))


@asynccontextmanager
async def watching(account: Account) -> AsyncIterator[NetSuite]:
    async with behaving(account) as url:
        config = netsuite.Config(**settings(url), time_zone="America/Los_Angeles")
        erp = netsuite.connect("books", config, lambda: account.now)
        try:
            yield erp
        finally:
            await erp.aclose()


async def looked(erp: NetSuite, cursor: str | None, since: datetime = SET_BACK) -> tuple[list[str], str]:
    """The ids of what is listed behind a cursor, each once, and the cursor behind that."""
    ids: dict[str, None] = {}
    while True:
        page = await erp.changes(cursor, since)
        ids |= {one.customer.id: None for one in page.notices if one.customer}
        cursor = page.cursor
        if not page.more:
            return list(ids), cursor


MINUTE = timedelta(minutes=1)


async def test_what_changes_in_the_hour_that_comes_twice_is_told_of() -> None:
    account = Account(SET_BACK)
    before = account.happens(SET_BACK - 11 * MINUTE)
    async with watching(account) as erp:
        found, cursor = await looked(erp, None, SET_BACK - 20 * MINUTE)
        assert found == before
        told: list[str] = []
        expected = account.happens(SET_BACK - timedelta(seconds=5))  # after the last look
        for _ in range(75):
            expected += account.happens(account.now + timedelta(seconds=30))
            account.now += MINUTE
            found, cursor = await looked(erp, cursor)
            told += found
        assert set(expected) <= set(told)
        soon = account.happens(account.now - timedelta(seconds=20))
        found, cursor = await looked(erp, cursor)
        assert set(soon) <= set(found)


async def test_nobody_is_told_of_twice_by_the_walk_after_the_clocks_stand_again() -> None:
    account = Account(SET_BACK)
    account.happens(SET_BACK - 11 * MINUTE)
    async with watching(account) as erp:
        _, cursor = await looked(erp, None, SET_BACK - 20 * MINUTE)
        account.now += timedelta(hours=3)
        _, cursor = await looked(erp, cursor)
        assert (await looked(erp, cursor))[0] == []


async def test_when_the_clocks_are_set_forward_nothing_is_left_out() -> None:
    forward = datetime(2027, 3, 14, 10, tzinfo=UTC)
    account = Account(forward - 2 * MINUTE)
    account.happens(forward - 5 * MINUTE)
    async with watching(account) as erp:
        _, cursor = await looked(erp, None, forward - 10 * MINUTE)
        expected = account.happens(forward - MINUTE, forward + MINUTE)
        account.now = forward + 2 * MINUTE
        assert (await looked(erp, cursor))[0] == expected


async def test_what_was_committed_late_costs_one_more_walk_however_much_there_is() -> None:
    account = Account(SET_BACK + timedelta(days=1))
    bulk = account.happens(*[account.now - MINUTE] * 1_000)
    async with watching(account) as erp:
        found, cursor = await looked(erp, None, account.now - 2 * MINUTE)
        assert found == bulk
        late = account.happens(account.now - 90 * timedelta(seconds=1))
        asked = account.asked
        for _ in range(13):
            account.now += MINUTE
            found, cursor = await looked(erp, cursor)
            assert late[0] not in found
        assert account.asked - asked == 13 * 4, "one page of each walk, for customers and transactions"
        account.now += 2 * MINUTE
        found, cursor = await looked(erp, cursor)
        assert set(found) == {*bulk, *late}
        account.now += MINUTE
        assert (await looked(erp, cursor))[0] == []


async def test_a_cursor_from_before_there_was_a_second_walk_goes_on() -> None:
    account = Account(SET_BACK - timedelta(days=1))
    known, new = account.happens(account.now - 20 * MINUTE, account.now - 10 * MINUTE)
    at = f"{(account.now - 20 * MINUTE).astimezone(LOS_ANGELES):%Y-%m-%d %H:%M:%S}"
    async with watching(account) as erp:
        found, _ = await looked(erp, json.dumps({"customer": [at, known], "transaction": [at, known]}))
    assert found == [new]


@pytest.mark.parametrize(
    "cursor", ["", "{}", "[]", '{"customer": ["x", "1"]}', '{"customer": ["2026-11-01T00:00:00Z", "1"]}']
)
async def test_what_is_no_cursor_of_ours_is_refused(cursor: str) -> None:
    account = Account(SET_BACK)
    async with watching(account) as erp:
        with pytest.raises(Refused):
            await erp.changes(cursor, SET_BACK)
    assert account.asked == 0
