"""Is everybody woken when the clock of the business says so, once, and by one node?"""

import asyncio
from collections import Counter
from datetime import timedelta

import pytest
from msgspec import Struct

from process_apis import records, schedule
from process_apis.clock import FixedClock
from process_apis.records import Store
from process_apis.schedule import Woken
from process_apis.schedule.waits import wake_due
from system_apis.errors import Unavailable
from tests.builders import MONTH, NOW

pytestmark = pytest.mark.usefixtures("either_store")


class Grace(Struct, frozen=True):
    invoice: str
    days: int


class Bell:
    """Who was woken, and with what."""

    def __init__(self, *trouble: Exception) -> None:
        self.rung: list[Woken] = []
        self.trouble = list(trouble)

    async def __call__(self, woken: Woken) -> None:
        self.rung.append(woken)
        await asyncio.sleep(0)
        if self.trouble:
            raise self.trouble.pop(0)


async def test_a_wait_is_over_when_the_clock_says_so(time: FixedClock) -> None:
    bell = Bell()
    await schedule.wait_until("grace", "in_1", NOW + MONTH, Grace("in_1", 14))
    await wake_due({"grace": bell})
    assert bell.rung == []
    time.forward(MONTH)
    await wake_due({"grace": bell})
    await wake_due({"grace": bell})
    (woken,) = bell.rung
    assert (woken.kind, woken.key, woken.at) == ("grace", "in_1", NOW + MONTH)
    assert woken.read(Grace) == Grace("in_1", 14)


async def test_two_sweepers_wake_each_due_row_once(time: FixedClock) -> None:
    bell = Bell()
    for number in range(250):
        await schedule.wait_until("grace", f"in_{number}", NOW + timedelta(seconds=number))
    time.forward(MONTH)
    await asyncio.gather(*(wake_due({"grace": bell}) for _ in range(4)))
    assert Counter(one.key for one in bell.rung) == {f"in_{number}": 1 for number in range(250)}


async def test_a_wait_that_is_written_down_again_is_moved(time: FixedClock) -> None:
    bell = Bell()
    await schedule.wait_until("grace", "in_1", NOW + timedelta(days=1), "old")
    await schedule.wait_until("grace", "in_1", NOW + timedelta(days=3), "new")
    time.forward(timedelta(days=2))
    await wake_due({"grace": bell})
    assert bell.rung == []
    time.forward(timedelta(days=1))
    await wake_due({"grace": bell})
    assert [one.read(str) for one in bell.rung] == ["new"]


async def test_a_wait_that_is_moved_while_it_is_woken_is_kept(time: FixedClock) -> None:
    async def moves(woken: Woken) -> None:
        await schedule.wait_until(woken.kind, woken.key, NOW + timedelta(days=9), "again")

    await schedule.wait_until("grace", "in_1", NOW)
    await wake_due({"grace": moves})
    bell = Bell()
    time.forward(timedelta(days=9))
    await wake_due({"grace": bell})
    assert [one.read(str) for one in bell.rung] == ["again"]


async def test_a_wait_that_is_forgotten_wakes_nobody(time: FixedClock) -> None:
    bell = Bell()
    await schedule.wait_until("grace", "in_1", NOW)
    await schedule.forget("grace", "in_1")
    await schedule.forget("grace", "in_2")
    await wake_due({"grace": bell})
    assert bell.rung == []


async def test_a_node_leaves_alone_what_it_cannot_wake(time: FixedClock) -> None:
    bell = Bell()
    await schedule.wait_until("of a newer release", "in_1", NOW)
    await wake_due({"grace": bell})
    await wake_due({})
    await wake_due({"of a newer release": bell})
    assert len(bell.rung) == 1


async def test_a_wait_that_fails_is_kept_listed_and_tried_again(
    time: FixedClock, caplog: pytest.LogCaptureFixture
) -> None:
    bell = Bell(Unavailable("erp"), KeyError("sk_live_canary"))
    await schedule.wait_until("grace", "in_1", NOW)
    await wake_due({"grace": bell})
    assert [(one.key, one.tries, one.error) for one in await schedule.late()] == [("in_1", 1, "Unavailable")]
    await wake_due({"grace": bell})
    assert len(bell.rung) == 1, "not before its time"
    await _soon()
    await wake_due({"grace": bell})
    assert [(one.tries, one.error) for one in await schedule.late()] == [(2, "KeyError")]
    await _soon()
    await wake_due({"grace": bell})
    assert await schedule.late() == ()
    assert len(bell.rung) == 3
    assert "grace in_1 failed" in caplog.text


async def test_a_wait_whose_node_died_is_woken_by_another(time: FixedClock, either_store: Store) -> None:
    async def dies(woken: Woken) -> None:
        raise asyncio.CancelledError

    await schedule.wait_until("grace", "in_1", NOW)
    with pytest.raises(asyncio.CancelledError):
        await wake_due({"grace": dies})
    bell = Bell()
    await wake_due({"grace": bell})
    assert bell.rung == [], "it may still be at it"
    await _soon()
    await wake_due({"grace": bell})
    assert len(bell.rung) == 1


async def _soon() -> None:
    """Wall time has passed."""
    await records.store().write("UPDATE due SET free_at = 0", [()])
