"""Is what recurs done at its moments, by one node at a time, and made up for once?"""

import asyncio
from datetime import datetime, timedelta

import pytest

from process_apis import records
from process_apis.clock import FixedClock
from process_apis.records import Store
from process_apis.schedule import Recurring
from process_apis.schedule.recurring import call_due, know
from tests.builders import MONTH, NOW

pytestmark = pytest.mark.usefixtures("either_store", "time")


class Called:
    def __init__(self, error: Exception | None = None, takes: float = 0.0) -> None:
        self.at: list[datetime] = []
        self._error = error
        self._takes = takes

    async def __call__(self, due_at: datetime) -> None:
        self.at.append(due_at)
        await asyncio.sleep(self._takes)
        if self._error:
            raise self._error


async def test_a_cron_follows_the_clock_of_the_business(time: FixedClock) -> None:
    called = Called()
    nightly = Recurring(name="nightly", cron="30 2 * * *", call=called)
    await know([nightly])
    await call_due(nightly)
    assert called.at == []
    time.forward(timedelta(days=1))
    await call_due(nightly)
    await call_due(nightly)
    assert called.at == [datetime(2026, 3, 16, 2, 30, tzinfo=NOW.tzinfo)]


async def test_a_month_that_passed_at_once_is_made_up_for_by_one_call(time: FixedClock) -> None:
    called = Called()
    nightly = Recurring(name="nightly", cron="30 2 * * *", call=called)
    await know([nightly])
    time.forward(MONTH)
    await call_due(nightly)
    await call_due(nightly)
    assert len(called.at) == 1
    time.forward(timedelta(days=1))
    await call_due(nightly)
    assert len(called.at) == 2


async def test_a_clock_that_is_moved_back_does_not_silence_it(time: FixedClock) -> None:
    called = Called()
    nightly = Recurring(name="nightly", cron="30 2 * * *", call=called)
    time.forward(MONTH)
    await know([nightly])
    time.forward(-MONTH)
    await call_due(nightly)
    time.forward(timedelta(days=1))
    await call_due(nightly)
    assert len(called.at) == 1


async def test_several_nodes_call_it_once() -> None:
    called = Called(takes=0.05)
    often = Recurring(name="often", every=30.0, call=called)
    await know([often])
    await _due("often")
    await asyncio.gather(*(call_due(often) for _ in range(5)))
    assert len(called.at) == 1
    await call_due(often)
    assert len(called.at) == 1


async def test_a_call_that_fails_is_told_of_and_called_again(caplog: pytest.LogCaptureFixture) -> None:
    called = Called(KeyError("a bug"))
    often = Recurring(name="often", every=30.0, call=called)
    await know([often])
    await _due("often")
    await call_due(often)
    assert "often failed" in caplog.text
    ((error,),) = await records.store().rows("SELECT error FROM recurring WHERE name = 'often'")
    assert error == "KeyError"
    await _due("often")
    await call_due(often)
    assert len(called.at) == 2


async def test_a_call_has_so_much_time_and_no_more() -> None:
    called = Called(takes=60.0)
    often = Recurring(name="often", every=30.0, call=called, within=0.05)
    await know([often])
    await _due("often")
    async with asyncio.timeout(10):
        await call_due(often)
    ((error,),) = await records.store().rows("SELECT error FROM recurring WHERE name = 'often'")
    assert error == "TimeoutError"


async def test_what_is_known_keeps_its_moment_and_a_changed_rhythm_begins_anew(either_store: Store) -> None:
    first = Recurring(name="often", every=3600.0, call=Called())
    await know([first])
    await _due("often")
    await know([first])
    assert await _next("often") == 0
    await know([Recurring(name="often", every=1800.0, call=Called())])
    assert await _next("often") > 0


@pytest.mark.parametrize("rhythm", [{}, {"every": 1.0, "cron": "* * * * *"}, {"cron": "at dawn"}])
async def test_a_rhythm_that_is_none_is_refused(rhythm: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="dawn"):
        Recurring(name="dawn", call=Called(), **rhythm)  # type: ignore[arg-type]


async def _due(name: str) -> None:
    await records.store().write("UPDATE recurring SET next_at = 0 WHERE name = ?", [(name,)])


async def _next(name: str) -> int:
    ((found,),) = await records.store().rows("SELECT next_at FROM recurring WHERE name = ?", name)
    return int(found)
