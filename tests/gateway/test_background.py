"""Is a bug behind the front door heard?"""

import asyncio
from pathlib import Path

import pytest

from gateway.assembly import standing
from gateway.settings import Settings


async def test_a_bug_in_the_background_is_known_at_once_and_raised_at_the_end(tmp_path: Path) -> None:
    def tell(_: str) -> None:
        raise LookupError("a bug")

    async def lived() -> None:
        async with standing(settings, tell) as house:
            done, _ = await asyncio.wait((house.meanwhile,), timeout=10)
            assert done == {house.meanwhile}

    settings = Settings(cursor_secret="x", database=f"sqlite:///{tmp_path / 'tieline.sqlite'}")
    with pytest.raises(ExceptionGroup) as raised:
        await lived()
    assert raised.group_contains(LookupError, match="a bug")


async def test_a_house_without_bugs_ends_its_background_with_itself(tmp_path: Path) -> None:
    settings = Settings(cursor_secret="x", database=f"sqlite:///{tmp_path / 'tieline.sqlite'}")
    told: list[str] = []
    async with standing(settings, told.append) as house:
        await asyncio.wait_for(house.keeping.complete.wait(), 10)
        assert not house.meanwhile.done()
    assert house.meanwhile.cancelled()
    assert told == ["looked over 0 customer records, 0 entitlement facts"]
