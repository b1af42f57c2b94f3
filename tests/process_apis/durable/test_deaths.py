"""Is what a dead node had under way finished by its next life, or by another node, as if nobody had died?"""

import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from tests.process_apis.durable.house import database_of, sqlite_address
from tests.process_apis.durable.mortal import Line, Told, World

ROOT = Path(__file__).resolve().parents[3]
OUTCOME = '[{"type":"Undone","reason":"too heavy, o1: tell of telling:o1"}]'
STEPS = {
    ("reserve", "sale:o1"),
    ("charge", "sale:o1"),
    ("ship", "sale:o1"),
    ("refund", "sale:o1"),
    ("release", "sale:o1"),
    ("tell", "telling:o1"),
}


ALL = ["start mortal-telling", "reserve", "charge", "ship", "refund", "release", "finished", "tell"]
OWN = [step for step in ALL if step not in ("start mortal-telling", "finished")]


@contextmanager
def life(told: Told) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "tests.process_apis.durable.mortal", msgspec.json.encode(told).decode()]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def live(told: Told) -> tuple[int, str]:
    """How the life ended, and the last it said."""
    with life(told) as process:
        said, complained = process.communicate(timeout=90)
    assert process.returncode in (0, -signal.SIGKILL), complained
    return process.returncode, said.strip().splitlines()[-1] if said else ""


def test_a_run_that_dies_everywhere_once_ends_as_one_that_never_died(tmp_path: Path) -> None:
    """Before, in and after each of its steps: as many lives as there are places to die at."""
    died = die_in_turn(sqlite_address(tmp_path), tmp_path, "before", "in", "after")
    certain = {f"before {step}" for step in ALL} | {f"in {step}" for step in OWN}
    after = {f"after {step}" for step in ALL}
    assert certain <= died <= certain | after
    # The other run of the two may end a life just when a result was kept: then nobody dies after it again.
    assert len(died & after) >= len(after) - 2


def test_a_run_that_dies_in_every_step_ends_as_one_that_never_died(
    postgres_server: str, tmp_path: Path
) -> None:
    assert die_in_turn(database_of(postgres_server), tmp_path, "in") == {f"in {step}" for step in OWN}


def die_in_turn(url: str, folder: Path, *die: str) -> set[str]:
    """Where the lives ended, when the last one ended as it should."""
    world = World(folder / "world")
    told = Told(url=url, folder=str(folder), world=str(folder / "world"), orders=["o1"], die=die)
    deaths = 0
    while (ended := live(told))[0]:
        deaths += 1
    assert ended[1] == OUTCOME
    died = [line.name for line in world.lines() if line.what == "died"]
    assert len(died) == deaths
    asked = [line for line in world.lines() if line.what == "asked"]
    assert {(line.name, line.run) for line in asked} == STEPS
    assert asked_in_vain(world) == []
    made = [line.name for line in world.lines() if line.what == "made"]
    assert sorted(made) == sorted(f"{run}/{step}" for step, run in STEPS)
    return set(died)


def asked_in_vain(world: World) -> list[Line]:
    """Steps that were asked again although their result was kept."""
    kept: set[tuple[str, str]] = set()
    again = []
    for line in world.lines():
        if line.what == "kept":
            kept.add((line.name, line.run))
        elif line.what == "asked" and (line.name, line.run) in kept:
            again.append(line)
    return again


def test_another_node_takes_over_what_a_dead_one_had_under_way(postgres_server: str, tmp_path: Path) -> None:
    url = database_of(postgres_server)
    world = World(tmp_path / "world")
    orders = [f"o{number}" for number in range(1, 6)]
    first = Told(
        url=url,
        folder=str(tmp_path / "a"),
        world=str(tmp_path / "world"),
        orders=orders,
        node="a",
        linger="charge",
    )
    second = Told(
        url=url,
        folder=str(tmp_path / "b"),
        world=str(tmp_path / "world"),
        orders=[],
        node="b",
        linger="nothing",
    )
    with life(first) as dying, life(second) as living:
        assert living.stdout is not None
        assert living.stdout.readline() == "begun\n"
        wait_for(world, *[Line("asked", "charge", f"sale:{order}") for order in orders])
        dying.kill()
        dying.wait()
        wait_for(world, *[Line("kept", "release", f"sale:{order}") for order in orders])
    assert asked_in_vain(world) == []
    asked = Counter((line.name, line.run) for line in world.lines() if line.what == "asked")
    assert {asked["charge", f"sale:{order}"] for order in orders} == {2}
    assert {asked[step, f"sale:{order}"] for step in ("reserve", "ship", "refund") for order in orders} == {1}


def wait_for(world: World, *lines: Line) -> None:
    end = time.monotonic() + 40
    while not set(lines) <= set(world.lines()):
        assert time.monotonic() < end, world.lines()
        time.sleep(0.05)
