"""Does business time follow the wall, a file, or a test?"""

import time as wall
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from process_apis import clock
from process_apis.clock import FixedClock, FollowedClock, WallClock
from tests.builders import NOW

SOON = timedelta(seconds=5)


@pytest.fixture(autouse=True)
def back_on_the_wall() -> Iterator[None]:
    yield
    clock.use(WallClock())


def ahead(now: datetime) -> timedelta:
    return now - datetime.now(UTC)


def until_noticed(expected: timedelta) -> None:
    """Wait for a moved clock at most a second: it promises 50 ms."""
    deadline = wall.monotonic() + 1
    while abs(ahead(clock.now()) - expected) > SOON:
        assert wall.monotonic() < deadline, ahead(clock.now())


def test_without_a_file_business_time_is_wall_time() -> None:
    assert abs(ahead(clock.now())) < SOON
    assert clock.now().tzinfo is UTC


def test_an_offset_in_the_file_moves_business_time(tmp_path: Path) -> None:
    file = tmp_path / "clock.json"
    clock.follow(file)
    assert abs(ahead(clock.now())) < SOON
    file.write_text('{"offset_seconds": 2592000}')
    until_noticed(timedelta(days=30))
    file.write_text('{"offset_seconds": 0}')
    until_noticed(timedelta(0))


@pytest.mark.parametrize("text", ["", "{", '{"offset_seconds": "soon"}', '{"offset_seconds": 1e300}', "[]"])
def test_a_file_that_cannot_be_read_leaves_the_last_offset(tmp_path: Path, text: str) -> None:
    file = tmp_path / "clock.json"
    file.write_text('{"offset_seconds": 3600}')
    followed = FollowedClock(file)
    assert abs(ahead(followed.now()) - timedelta(hours=1)) < SOON
    file.write_text(text)
    followed.look()
    assert abs(ahead(followed.now()) - timedelta(hours=1)) < SOON
    file.unlink()
    followed.look()
    assert abs(ahead(followed.now()) - timedelta(hours=1)) < SOON


def test_the_time_is_cheap_to_ask(tmp_path: Path) -> None:
    file = tmp_path / "clock.json"
    file.write_text('{"offset_seconds": 3600}')
    clock.follow(file)
    clock.now()
    file.unlink()  # not looked at again for 50 ms, so these are answered from memory
    began = wall.process_time()
    for _ in range(1000):
        clock.now()
    assert wall.process_time() - began < 0.05


def test_a_fixed_clock_moves_only_when_it_is_moved() -> None:
    fixed = FixedClock(NOW)
    clock.use(fixed)
    assert clock.now() == NOW
    fixed.forward(timedelta(days=31))
    assert clock.now() == NOW + timedelta(days=31)


def test_following_nothing_is_the_wall_again() -> None:
    clock.use(FixedClock(NOW))
    clock.follow(None)
    assert abs(ahead(clock.now())) < SOON
