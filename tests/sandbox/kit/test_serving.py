"""Do the platforms stand on their ports, and does each reading of the world stay until the world changes?"""

import pytest

from sandbox.kit.calls import Call, CallLog
from sandbox.kit.clock import BusinessClock
from sandbox.kit.credentials import Keys
from sandbox.kit.practice import Kept, Practice
from sandbox.kit.serving import running
from sandbox.world import World
from tests.sandbox.kit.toys import ANCHOR, Shoes, Town, Toys


@pytest.fixture
def practice(keys: Keys) -> Practice:
    return Practice(seed=1, anchor=ANCHOR, clock=BusinessClock(), keys=keys)


async def test_every_platform_has_a_port_of_its_own(town: Town) -> None:
    assert set(town.urls) == {"toys", "shoes"}
    assert len(set(town.urls.values())) == 2


async def test_a_port_that_is_asked_for_is_taken(practice: Practice) -> None:
    async with running(practice, (Toys,)) as urls:
        port = int(urls["toys"].rsplit(":", 1)[1])
    async with running(practice, (Toys,), ports={"toys": port}) as urls:
        assert urls == {"toys": f"http://127.0.0.1:{port}"}


async def test_a_port_in_use_is_said_and_what_stood_already_is_taken_down(
    practice: Practice, town: Town
) -> None:
    taken = int(town.urls["toys"].rsplit(":", 1)[1])
    async with running(practice, (Shoes,)) as urls:
        free = int(urls["shoes"].rsplit(":", 1)[1])
    with pytest.raises(OSError, match="in use"):
        async with running(practice, (Shoes, Toys), ports={"shoes": free, "toys": taken}):
            pytest.fail("it stands on a port that is in use")
    async with running(practice, (Shoes,), ports={"shoes": free}) as urls:
        assert urls == {"shoes": f"http://127.0.0.1:{free}"}


def test_a_reading_of_the_world_is_made_once_per_version(practice: Practice) -> None:
    made: list[World] = []
    reading = Kept(practice, lambda world: made.append(world) or len(made))  # type: ignore[func-returns-value]
    assert [reading(), reading()] == [1, 1]
    practice.changed()
    assert [reading(), reading()] == [2, 2]
    practice.reset()
    assert reading() == 3
    assert made[-1] is practice.world


def test_the_call_log_forgets_the_oldest_and_counts_on() -> None:
    log = CallLog(limit=3)
    for _ in range(5):
        log.add(Call(log.next_sequence(), ANCHOR, "GET", "/", "", None, None))
    assert [call.sequence for call in log.since(None)] == [3, 4, 5]
    assert [call.sequence for call in log.since(4)] == [5]
