"""Is every key that stood aside let go on from the right place?"""

from process_apis.events.handing import Delivery, Group
from process_apis.events.lanes import Lane
from process_apis.events.noting import Notes


def held_from(group: Group, starts: dict[str, int]) -> dict[str, int]:
    """From which number on each key goes on, after a group that was left has ended."""
    notes = Notes("told", Lane("told", "live", (), 0, None, None))
    notes.late(group, starts)
    (rows,) = [rows for sql, rows in notes.statements() if "INSERT INTO delivery_held" in sql]
    return {str(row[2]): int(str(row[3])) for row in rows}


def test_a_key_goes_on_behind_what_it_was_given() -> None:
    group = Group("acc_1")
    group.events = [Delivery(4, "acc_1", "acc_1", ()), Delivery(7, "acc_1", "acc_1", ())]
    group.finished = 2
    assert held_from(group, {"acc_1": 4}) == {"acc_1": 8}


def test_a_key_for_which_nothing_had_come_goes_on_where_it_stood() -> None:
    assert held_from(Group("acc_1"), {"acc_1": 4}) == {"acc_1": 4}
