"""Does an error come back as it was, and nothing that may be a secret with it?"""

import pytest

from process_apis.durable.written import Bug, Failure, failure, raised
from process_apis.errors import NotFound, ProcessError, UndoStopped
from process_apis.records import StoreUnavailable
from system_apis.errors import Busy, PlatformError, Refused


@pytest.mark.parametrize(
    "error",
    [
        Busy("stripe", "slow down", 2.5),
        Refused("netsuite", "no such subsidiary"),
        NotFound("run"),
        StoreUnavailable("closed"),
        UndoStopped(("refund", "release"), "down", True),
    ],
)
def test_errors_of_the_house_come_back_as_they_were(error: Exception) -> None:
    again = raised(failure(error, 3))
    assert type(again) is type(error)
    assert again.__dict__ == error.__dict__
    assert str(again) == str(error)


def test_every_error_of_the_families_can_come_back() -> None:
    """Whoever adds an error with arguments of its own gives it a `__reduce__`, or it comes back as a bug."""
    kinds: list[type[Exception]] = [PlatformError, ProcessError]
    for kind in kinds:
        kinds.extend(kind.__subclasses__())
    without = [
        kind
        for kind in kinds
        if kind.__init__ not in (PlatformError.__init__, Exception.__init__, ProcessError.__init__)
        and kind.__init__.__code__.co_argcount > 1
        and kind.__reduce__ in (PlatformError.__reduce__, Exception.__reduce__)
    ]
    assert without == []


def test_a_long_text_is_cut() -> None:
    again = raised(failure(Refused("stripe", "x" * 10_000)))
    assert len(str(again)) < 600


def test_of_a_bug_only_the_class_and_the_place_are_kept() -> None:
    with pytest.raises(KeyError) as caught:
        {"a": "b"}["sk_live_canary"]
    kept = failure(caught.value)
    assert kept.name == "KeyError"
    assert "canary" not in str(kept)
    again = raised(kept)
    assert isinstance(again, Bug)
    assert "test_written.py" in again.place
    assert raised(failure(again)).__dict__ == again.__dict__


def test_an_error_that_is_no_more_comes_back_by_its_name() -> None:
    again = raised(Failure(error="system_apis.errors.Grumpy", args=("stripe",)))
    assert isinstance(again, Bug)
    assert "Grumpy" in again.name


def test_no_class_outside_the_families_is_ever_made() -> None:
    again = raised(Failure(error="subprocess.Popen", args=("true",)))
    assert isinstance(again, Bug)
