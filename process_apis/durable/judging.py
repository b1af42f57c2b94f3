"""A run stopped with an error: does it wait, how long, or does it need a person, and for what?

Pure: wall time comes in as microseconds since 1970, jitter as a share between 0 and 1.
"""

from datetime import datetime, timedelta
from typing import Final

from msgspec import Struct

from process_apis.durable.here import Failed
from process_apis.durable.ledger import Stop, Wait, Written
from process_apis.durable.model import Pace
from process_apis.durable.policy import passing
from process_apis.durable.written import Bug, failure
from process_apis.errors import NotYet, UndoStopped
from process_apis.records.moments import micros
from system_apis.errors import (
    Busy,
    Missing,
    OutcomeUnknown,
    PeriodClosed,
    PlatformError,
    Refused,
    Unauthorised,
    Unavailable,
    Unreadable,
)

LOOK_TWICE: Final = 1.0
"""Seconds after its first look until a second: what came between the look and the waiting woke nobody."""
SECOND: Final = 1_000_000


class Verdict(Struct, frozen=True, kw_only=True):
    """Where the run stopped, and until when it waits; None when it needs a person."""

    stop: Stop
    wait: Wait | None


def judged(
    run: Written,
    error: Exception,
    failed: Failed | None,
    patience: timedelta,
    pace: Pace,
    *,
    last: int,
    now: int,
    share: float,
) -> Verdict:
    """What becomes of the run. `failed` is the step that raised it, `last` the one it had come to."""
    step, name = (failed.number, failed.name) if failed else (last + 1, None)
    reason = cause_of(error)
    stop = Stop(step=step, step_name=name, error=failure(reason).name, needs=needs(error))
    on_the_spot = run.waiting_since is not None and run.step == step
    since = run.waiting_since if on_the_spot and run.waiting_since is not None else now
    waits = run.waits + 1 if on_the_spot else 1
    if isinstance(reason, NotYet):
        return Verdict(stop=stop, wait=_until(reason, waits, since, now))
    if not passing(reason) or now - since > patience.total_seconds() * SECOND:
        return Verdict(stop=stop, wait=None)
    return Verdict(
        stop=stop, wait=Wait(waits=waits, since=since, due_at=now + _wait(waits, reason, pace, share))
    )


def cause_of(error: Exception) -> Exception:
    """The error that decides: of several at once, the first that will not pass by itself."""
    if not isinstance(error, ExceptionGroup):
        return error
    leaves = [cause_of(one) for one in error.exceptions]
    return next((one for one in leaves if not passing(one)), leaves[0])


def _wait(waits: int, error: Exception, pace: Pace, share: float) -> int:
    """Doubled each time, up to half of it taken off by chance; never shorter than the platform asks for."""
    whole = min(pace.first_wait * 2 ** min(waits - 1, 20), pace.longest_wait)
    asked = error.retry_after or 0.0 if isinstance(error, Busy) else 0.0
    return int(max(whole * (1 - share / 2), asked) * SECOND)


def _until(reason: NotYet, waits: int, since: int, now: int) -> Wait:
    look_again = reason.look_again
    if reason.waits_for and waits == 1:
        look_again = LOOK_TWICE
    return Wait(
        waits=waits,
        since=since,
        due_at=None if look_again is None else now + int(look_again * SECOND),
        business_due_at=micros(datetime.fromisoformat(reason.at)) if reason.at else None,
        waits_for=reason.waits_for,
    )


def needs(error: Exception) -> str:
    """What somebody has to do, or what is waited for, in words for the people who run the house."""
    reason = cause_of(error)
    if isinstance(reason, UndoStopped | NotYet):
        return str(reason)
    if isinstance(reason, Bug):
        return f"a repair of the program: {reason}"
    if isinstance(reason, PlatformError):
        wanted = next((text for kind, text in _NEEDS.items() if isinstance(reason, kind)), "a look at")
        return f"{wanted} {reason.connection}: {reason.detail}".removesuffix(": ")
    if passing(reason):
        return f"that passes: {reason}"
    return f"a decision: {reason}"


_NEEDS: Final[dict[type[PlatformError], str]] = {
    Busy: "patience with",
    Unavailable: "an answer of",
    OutcomeUnknown: "a look whether a write arrived at",
    Missing: "a record in",
    PeriodClosed: "an open period in",
    Refused: "a correction of what was sent to",
    Unauthorised: "credentials or permissions for",
    Unreadable: "a look at the answer of",
}
