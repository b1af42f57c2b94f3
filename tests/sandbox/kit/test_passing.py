"""Are platforms told that time has passed, and are renderings brought up to date with what was touched?"""

import asyncio
import logging
from datetime import datetime, timedelta

import pytest

from sandbox.kit.changes import Changes, Touched
from sandbox.kit.clock import BusinessClock
from sandbox.kit.credentials import Keys
from sandbox.kit.passing import TICK, Passing
from sandbox.kit.practice import Kept, Practice
from sandbox.world import World
from tests.sandbox.kit.toys import ANCHOR, Sales, Town


async def test_every_platform_is_told_before_a_move_of_the_clock_is_answered(town: Town) -> None:
    await town.ask("POST", "/_sim/clock", json={"advance_seconds": 86_400})
    for vendor in ("toys", "shoes"):
        told = town.practice.memory(vendor, Sales).told
        assert told[-1] - told[0] >= timedelta(days=1)


async def test_platforms_are_told_once_a_second_while_time_just_passes(town: Town) -> None:
    before = len(town.practice.memory("toys", Sales).told)
    await asyncio.sleep(2 * TICK + 0.5)
    assert len(town.practice.memory("toys", Sales).told) - before in (2, 3)


async def test_a_bug_in_what_is_due_is_logged_and_time_goes_on(caplog: pytest.LogCaptureFixture) -> None:
    passing, told = Passing(BusinessClock()), []

    async def wrong(now: datetime) -> None:
        told.append(now)
        raise RuntimeError("no such toy")

    with passing.listening(wrong), caplog.at_level(logging.ERROR):
        ticking = asyncio.create_task(passing.tick())
        await asyncio.sleep(2 * TICK + 0.5)
        ticking.cancel()
    assert len(told) == 2
    assert "no such toy" in caplog.text


class Reading:
    """Counts how often it was made and what it was brought up to date with."""

    def __init__(self, practice: Practice, *tables: str) -> None:
        self.made = 0
        self.touched: list[Touched] = []
        self.kept = Kept(practice, self._make, tables=tables or None, update=self._update)

    def _make(self, world: World) -> str:
        self.made += 1
        return "made"

    def _update(self, made: str, touched: Touched) -> None:
        self.touched.append(touched)


@pytest.fixture
def practice(keys: Keys) -> Practice:
    return Practice(seed=1, anchor=ANCHOR, clock=BusinessClock(), keys=keys)


def test_named_changes_update_a_rendering_and_others_make_it_anew(practice: Practice) -> None:
    reading = Reading(practice)
    reading.kept()
    practice.changed(invoices=[1])
    practice.changed(invoices=[2], payments=[3])
    reading.kept()
    reading.kept()
    assert (reading.made, reading.touched) == (1, [{"invoices": {1, 2}, "payments": {3}}])
    practice.changed()
    reading.kept()
    assert reading.made == 2


def test_changes_of_other_tables_leave_a_rendering_as_it_is(practice: Practice) -> None:
    reading = Reading(practice, "cases")
    reading.kept()
    practice.changed(invoices=[1])
    reading.kept()
    assert (reading.made, reading.touched) == (1, [])
    practice.changed(cases=[1])
    reading.kept()
    assert reading.touched == [{"cases": {1}}]


def test_changes_too_long_ago_are_taken_to_be_everything() -> None:
    changes = Changes(limit=2)
    for version in range(1, 5):
        changes.note(version, {"invoices": [version]})
    assert changes.since(2) == {"invoices": {3, 4}}
    assert changes.since(1) is None
    assert changes.since(4) == {}
