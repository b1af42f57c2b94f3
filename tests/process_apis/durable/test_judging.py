"""Does a run that stopped wait as long as it should, and ask for a person when it must?"""

from datetime import timedelta

import pytest

from process_apis.durable.here import Failed, Going
from process_apis.durable.judging import SECOND, Verdict, judged
from process_apis.durable.ledger import Written
from process_apis.durable.model import About, Pace, State
from process_apis.durable.written import Bug
from process_apis.errors import InvalidCursor, NotYet, UndoStopped
from process_apis.records import StoreUnavailable
from system_apis.errors import (
    Busy,
    Missing,
    OutcomeUnknown,
    PeriodClosed,
    Refused,
    Unauthorised,
    Unavailable,
    Unreadable,
)

NOW = 1_000_000_000 * SECOND
PACE = Pace(first_wait=3.0, longest_wait=300.0)


def run(**changed: object) -> Written:
    known: dict[str, object] = {
        "id": "recovery:in_1",
        "flow": "payment-recovery",
        "state": State.RUNNING,
        "about": About(),
        "input": b"{}",
        "outcome": None,
        "step": 4,
        "step_name": "mark",
        "error": None,
        "needs": None,
        "waits": 0,
        "waiting_since": None,
    }
    return Written(**{**known, **changed})  # type: ignore[arg-type]


def verdict(error: Exception, known: Written | None = None, share: float = 0.0, step: int = 4) -> Verdict:
    return judged(
        known or run(),
        error,
        Failed(step, "mark"),
        timedelta(days=1),
        PACE,
        last=7,
        now=NOW,
        share=share,
    )


@pytest.mark.parametrize(
    "error",
    [
        Unavailable("erp"),
        Busy("erp"),
        OutcomeUnknown("erp"),
        StoreUnavailable(),
        NotYet("it"),
        UndoStopped(("refund",), "erp: down", True),
    ],
)
def test_what_passes_waits(error: Exception) -> None:
    found = verdict(error)
    assert found.wait is not None
    assert (found.stop.step, found.stop.step_name, found.stop.error) == (4, "mark", type(error).__name__)


@pytest.mark.parametrize(
    "error",
    [
        Refused("erp"),
        Missing("erp"),
        Unauthorised("erp"),
        Unreadable("erp"),
        PeriodClosed("erp"),
        InvalidCursor(),
        Bug("KeyError", "here"),
        UndoStopped(("refund",), "erp: no", False),
    ],
)
def test_what_does_not_pass_needs_a_person_and_says_for_what(error: Exception) -> None:
    found = verdict(error)
    assert found.wait is None
    assert found.stop.needs


@pytest.mark.parametrize(("waits", "seconds"), [(0, 3), (1, 6), (3, 24), (10, 300), (10_000, 300)])
def test_waits_grow_to_five_minutes(waits: int, seconds: int) -> None:
    found = verdict(Unavailable("erp"), run(waits=waits, waiting_since=NOW - SECOND) if waits else None)
    assert found.wait is not None
    assert found.wait.due_at == NOW + seconds * SECOND


def test_half_of_a_wait_is_left_to_chance() -> None:
    found = verdict(Unavailable("erp"), share=1.0)
    assert found.wait is not None
    assert found.wait.due_at == NOW + int(1.5 * SECOND)


def test_a_wait_is_never_shorter_than_the_platform_asks_for() -> None:
    found = verdict(Busy("erp", retry_after=90.0), share=1.0)
    assert found.wait is not None
    assert found.wait.due_at == NOW + 90 * SECOND


def test_a_run_that_came_further_is_patient_anew() -> None:
    known = run(waits=9, waiting_since=NOW - 80_000 * SECOND)
    found = verdict(Unavailable("erp"), known, step=6)
    assert found.wait is not None
    assert (found.wait.waits, found.wait.since) == (1, NOW)


def test_patience_with_one_step_ends() -> None:
    known = run(waits=300, waiting_since=NOW - 86_401 * SECOND)
    assert verdict(Unavailable("erp"), known).wait is None


def test_patience_with_what_has_not_happened_yet_does_not_end() -> None:
    known = run(waits=300, waiting_since=NOW - 900_000 * SECOND)
    found = verdict(NotYet("an approval", "approval:1"), known)
    assert found.wait is not None
    assert (found.wait.waits_for, found.wait.due_at) == ("approval:1", NOW + 60 * SECOND)


def test_of_several_errors_the_one_that_does_not_pass_decides() -> None:
    together = ExceptionGroup("", [Unavailable("erp"), ExceptionGroup("", [Refused("crm", "no")])])
    found = verdict(together)
    assert found.wait is None
    assert found.stop.needs == "a correction of what was sent to crm: no"


def test_an_error_of_the_flow_itself_goes_on_behind_the_last_step() -> None:
    found = judged(run(), Refused("crm"), None, timedelta(days=1), PACE, last=7, now=NOW, share=0.0)
    assert (found.stop.step, found.stop.step_name) == (8, None)


def test_the_step_is_found_that_led_to_an_error() -> None:
    going = Going("run", "flow", About())
    first, second = Unavailable("erp"), Refused("crm")
    going.failed(first, Failed(2, "mark"))
    going.failed(second, Failed(3, "flag"))
    stopped = UndoStopped((), "", False)
    stopped.__cause__ = second
    assert going.where(stopped) == Failed(3, "flag")
    assert going.where(ExceptionGroup("", [second, first])) == Failed(2, "mark")
    assert going.where(Refused("crm")) is None
