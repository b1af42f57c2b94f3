"""Does the ERP's subledger say what billing says, after many objects of all kinds and a death on the way?"""

import time
from pathlib import Path

from tests.chaos import books
from tests.chaos.histories import History
from tests.chaos.town import PATIENCE, Town, town

MANY = 60


def test_many_objects_of_all_kinds_are_posted_once_and_their_sums_are_equal(
    undisturbed: History, keys: Path, tmp_path: Path
) -> None:
    with town(tmp_path, keys=keys) as place:
        place.begin()
        place.quiet()
        before = books.known(place.see)
        made = place.act("stripe", "/bill", count=MANY, seed=5)["made"]
        place.act("stripe", "/payout")
        killed_under_way(place)
        place.act("stripe", "/clock", advance_seconds=2 * 86_400 + 60)
        place.quiet()
        assert place.killed == 1
        found = books.compared(place.see, before)
        assert sum(one.objects for one in found.values()) >= sum(made.values())
        assert {kind for kind, one in found.items() if one.objects} == set(books.IN_ERP)
        assert [(kind, one) for kind, one in found.items() if not one.right] == []


def killed_under_way(place: Town) -> None:
    """Kill it when it has written twenty records into the ERP."""
    writes, deadline = place.practice.writes, time.monotonic() + PATIENCE
    so_far = writes.done
    while writes.done < so_far + 20:
        assert time.monotonic() < deadline, "it writes nothing"
        time.sleep(0.01)
    place.kill()
    place.process.wait()
