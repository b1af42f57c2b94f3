"""Does what was changed outlive the end of the practice company, and nothing more than that?"""

import asyncio
import stat
from pathlib import Path

import aiohttp
import pytest

from sandbox.kit.keeping import PAUSE
from sandbox.kit.opening import opened
from sandbox.kit.practice import Practice
from sandbox.kit.serving import running
from tests.sandbox.kit.toys import Sales, Toys


def rename(practice: Practice, name: str) -> None:
    practice.world.accounts[1].name = name
    practice.changed(accounts=[1])


async def live(data: Path, name: str | None = None, sold: int = 0) -> Practice:
    """Open the company, change something, and end it in order."""
    practice = opened(data)
    async with running(practice, (Toys,)):
        if name:
            rename(practice, name)
        practice.memory("toys", Sales).sold += sold
        practice.remember()
    return practice


async def test_a_change_is_there_after_an_orderly_end(tmp_path: Path) -> None:
    first = await live(tmp_path, "Renamed", sold=2)
    again = opened(tmp_path)
    assert again.world == first.world
    assert again.world.accounts[1].name == "Renamed"
    assert again.memory("toys", Sales).sold == 2
    assert stat.S_IMODE((tmp_path / "company.msgpack").stat().st_mode) == 0o600


async def test_a_memory_that_nobody_asked_for_is_kept_too(tmp_path: Path) -> None:
    await live(tmp_path, sold=3)
    practice = opened(tmp_path)
    async with running(practice, ()):
        rename(practice, "Renamed")
    assert opened(tmp_path).memory("toys", Sales).sold == 3


async def test_a_change_is_written_soon_without_waiting_for_the_end(tmp_path: Path) -> None:
    practice = opened(tmp_path)
    async with running(practice, (Toys,)):
        rename(practice, "Renamed")
        await asyncio.sleep(PAUSE + 0.5)
        assert opened(tmp_path).world.accounts[1].name == "Renamed"


async def test_a_reset_is_the_seeded_world_after_a_restart_too(tmp_path: Path) -> None:
    seeded = opened(tmp_path).world
    await live(tmp_path, "Renamed", sold=1)
    practice = opened(tmp_path)
    async with running(practice, (Toys,)) as urls, aiohttp.ClientSession() as client:
        async with client.post(urls["toys"] + "/_sim/reset") as answer:
            assert answer.status == 200
        assert practice.memory("toys", Sales).sold == 0
    again = opened(tmp_path)
    assert again.world.accounts == seeded.accounts
    assert again.memory("toys", Sales).sold == 0


async def test_the_people_stay_whoever_they_are_whatever_happens_to_the_world(tmp_path: Path) -> None:
    people = opened(tmp_path).people()
    practice = opened(tmp_path)
    async with running(practice, ()):
        for subscription in practice.world.subscriptions.values():
            subscription.status = "canceled"
        practice.changed()
    assert opened(tmp_path).people() == people


async def test_a_damaged_file_is_not_taken_for_a_new_company(tmp_path: Path) -> None:
    await live(tmp_path, "Renamed")
    (tmp_path / "company.msgpack").write_bytes(b"\x93")
    with pytest.raises(ValueError, match=r"company\.msgpack"):
        opened(tmp_path)
