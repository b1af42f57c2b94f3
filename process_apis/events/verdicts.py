"""What becomes of an event that a subscriber did not take?

A table: what may pass by itself is tried again for as long as the subscriber has patience, what will never
work is a dead letter at once, and what nobody foresaw is tried a few times.
"""

import random
import time
import traceback
from typing import Final, Literal

import msgspec
from msgspec import Struct

from process_apis.errors import ProcessError
from process_apis.events.model import Retry, Undeliverable
from process_apis.events.rows import Unkept
from process_apis.records import StoreUnavailable
from system_apis.errors import (
    Busy,
    Missing,
    OutcomeUnknown,
    PlatformError,
    Refused,
    Unauthorised,
    Unavailable,
    Unreadable,
)

Hope = Literal["passes", "never", "perhaps"]

HOPES: Final[dict[type[Exception], Hope]] = {
    Unavailable: "passes",
    Busy: "passes",
    OutcomeUnknown: "passes",  # whoever runs again looks up by its key what it did
    Unauthorised: "passes",  # a credential is wrong, not the event: somebody will put it right
    StoreUnavailable: "passes",
    Refused: "never",
    Undeliverable: "never",
    Unkept: "never",
    msgspec.DecodeError: "never",
    Missing: "perhaps",  # a record may be found a little later than it is told of
    Unreadable: "perhaps",
    PlatformError: "perhaps",
}
_WORDS: Final[dict[type[Exception], str]] = {
    TimeoutError: "it took too long",
    Unkept: "its payload is no longer kept",
    msgspec.DecodeError: "its payload is none that this version of the house reads",
}
_SECOND: Final = 1_000_000
_LONGEST_TEXT: Final = 500


class Again(Struct, frozen=True):
    """Try it again at `at` (wall time, in microseconds)."""

    at: int
    attempts: int
    since: int
    error: str


class Dead(Struct, frozen=True):
    """Give it up: a person decides. `failed_at` is when it failed first."""

    error: str
    message: str
    attempts: int
    failed_at: int


Verdict = Again | Dead


def verdict(error: Exception, retry: Retry, attempts: int, since: int | None) -> Verdict:
    """What becomes of an event that now failed for the `attempts`th time; `since` when it failed first."""
    now = time.time_ns() // 1000
    since, name, hope = since or now, type(error).__name__, hope_of(error)
    spent = {
        "never": True,
        "perhaps": attempts >= retry.attempts,
        "passes": now - since >= retry.patience.total_seconds() * _SECOND,
    }
    if spent[hope]:
        return Dead(name, told(error), attempts, since)
    return Again(now + int(_wait(error, retry, attempts) * _SECOND), attempts, since, name)


def hope_of(error: Exception) -> Hope:
    """The row of the error's class or of its nearest parent."""
    for parent in type(error).__mro__:
        if parent in HOPES:
            return HOPES[parent]
        if parent is ProcessError:
            return "passes" if isinstance(error, ProcessError) and error.transient else "never"
    return "perhaps"


def told(error: Exception) -> str:
    """What an operator reads: our own errors' words; of an error nobody foresaw only where it was raised.

    Its text may hold anything, a secret too.
    """
    if isinstance(error, PlatformError | ProcessError | Undeliverable):
        return str(error)[:_LONGEST_TEXT]
    for kind, words in _WORDS.items():
        if isinstance(error, kind):
            return words
    frames = traceback.extract_tb(error.__traceback__)
    where = f"{frames[-1].name}, line {frames[-1].lineno}" if frames else "nowhere"
    return f"{type(error).__name__} in {where}"


def _wait(error: Exception, retry: Retry, attempts: int) -> float:
    """Seconds until the next attempt."""
    if isinstance(error, Busy) and error.retry_after is not None:
        return error.retry_after + random.random() * retry.first  # noqa: S311 (spreads, hides nothing)
    grown = min(retry.longest, retry.first * retry.factor ** min(attempts - 1, 60))
    return grown * (0.5 + random.random() / 2)  # noqa: S311
