"""Does a gateway that is killed leave the same behind as one that never was?"""

from pathlib import Path

from tests.chaos import mortal
from tests.chaos.histories import History, Trouble, lived

EVERY = 60
"""Of the kinds of boundary of all flows one in so many; `benchmarks/deaths.py` dies at each."""


def chosen(undisturbed: History) -> frozenset[str]:
    return frozenset(mortal.kinds(undisturbed.places)[::EVERY])


def test_the_stories_are_told_on_all_four_platforms(undisturbed: History) -> None:
    """What is compared is something: each record that the two flows make is there."""
    made = {key for key, counted in undisturbed.states.of.items() if counted}
    assert made >= {
        ("salesforce", "Account"),
        ("salesforce", "Task"),
        ("stripe", "invoice"),
        ("stripe", "payout"),
        ("zendesk", "tickets"),
        *(
            ("netsuite", kind)
            for kind in ("invoice", "creditMemo", "customerPayment", "customerRefund", "deposit")
        ),
    }
    (won,) = undisturbed.states.of["stripe", "dispute"]
    assert '"status": "won"' in won
    payments = undisturbed.states.of["netsuite", "customerPayment"]
    assert any("-back" in payment for payment in payments)
    assert any("-back" in payout for payout in undisturbed.states.of["netsuite", "deposit"])


def test_killed_at_boundaries_and_inside_writes_with_answers_cut_off(
    undisturbed: History, keys: Path, tmp_path: Path
) -> None:
    """Also, the first write of each phase to each platform lands and is not answered."""
    writes = frozenset({("arrived", 3), ("done", 8)})
    trouble = Trouble(boundaries=chosen(undisturbed), writes=writes, cut=True)
    history = lived(tmp_path / "killed", trouble, like=undisturbed, keys=keys)
    assert set(history.died) == {*trouble.boundaries, "arrived 3", "done 8"}
    assert history.lives == 1 + len(history.died)
    assert history.cut >= 6
    assert undisturbed.states.differences(history.states) == []
