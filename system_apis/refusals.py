"""Which of our errors does a platform's answer stand for?"""

import math
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Final, NamedTuple

import httpx

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

Refusal = Callable[[int, httpx.Headers, bytes], PlatformError | None]
"""A platform's own reading of an answer that is not a success; None leaves it to the table below."""


class Meaning(NamedTuple):
    """What an answer that is not a success stands for, to a read and to a write.

    A write that may have been done all the same is `OutcomeUnknown`; every other error says it was not.
    """

    read: type[PlatformError]
    write: type[PlatformError]


def known(error: type[PlatformError]) -> Meaning:
    """The same for both: a write that got this answer was not done."""
    return Meaning(error, error)


PERHAPS: Final = Meaning(Unavailable, OutcomeUnknown)
"""A read may be asked again; a write may have been done."""

Meanings = Mapping[tuple[int | None, str | None], Meaning]
"""What a platform's answers mean, by status and by its own code; None is any of them."""


def by_table(status: int, headers: httpx.Headers, body: bytes) -> PlatformError | None:
    """The reading of a platform whose status codes say it all."""
    return None


def by_codes(
    connection: str, meanings: Meanings, codes: Callable[[bytes], Iterable[str]], *, writing: bool = False
) -> Refusal:
    """The reading of a platform that says more in codes: the first row of its table that is met holds.

    `codes` finds them in a body; each is looked for with this status, then with any, and last comes the
    status with any code.
    """

    def said(status: int, headers: httpx.Headers, body: bytes) -> PlatformError | None:
        rows = [row for code in codes(body) for row in ((status, code), (None, code))]
        row = next((row for row in (*rows, (status, None)) if row in meanings), None)
        if row is None:
            return None
        meaning = meanings[row]
        kind = meaning.write if writing else meaning.read
        return _error(kind, connection, f"{status} {row[1] or ''}".rstrip(), headers)

    return said


_BY_STATUS: Final[dict[int, Meaning]] = {
    HTTPStatus.UNAUTHORIZED: known(Unauthorised),
    HTTPStatus.FORBIDDEN: known(Unauthorised),
    HTTPStatus.NOT_FOUND: known(Missing),
    HTTPStatus.METHOD_NOT_ALLOWED: known(Unreadable),
    HTTPStatus.REQUEST_TIMEOUT: PERHAPS,
    HTTPStatus.GONE: known(Missing),
    # RFC 8470, section 5.2: it was not processed.
    HTTPStatus.TOO_EARLY: known(Unavailable),
    HTTPStatus.TOO_MANY_REQUESTS: known(Busy),
}
# Redirects too: nothing but the configured host is ever called.
_BY_CLASS: Final[dict[int, Meaning]] = {4: known(Refused), 5: PERHAPS}


def refusal(
    connection: str, asked: str, status: int, headers: httpx.Headers, *, writing: bool = False
) -> PlatformError:
    """The error that a status which is not a success stands for. `asked` is the call, without ids."""
    meaning = _BY_STATUS.get(status) or _BY_CLASS.get(status // 100, known(Unreadable))
    kind = meaning.write if writing else meaning.read
    return _error(kind, connection, f"{asked}: {status}", headers)


def _error(kind: type[PlatformError], connection: str, detail: str, headers: httpx.Headers) -> PlatformError:
    if issubclass(kind, Busy):
        return kind(connection, detail, retry_after(headers))
    return kind(connection, detail)


def retry_after(headers: httpx.Headers) -> float | None:
    """Seconds to wait by `Retry-After`, a number or a date (RFC 9110, section 10.2.3); None without one."""
    said = headers.get("Retry-After", "").strip()
    try:
        seconds = float(said)
    except ValueError:
        return _until(said)
    return max(0.0, seconds) if math.isfinite(seconds) else None


def _until(said: str) -> float | None:
    try:
        moment = parsedate_to_datetime(said)
    except ValueError:
        return None
    return max(0.0, (moment - datetime.now(UTC)).total_seconds()) if moment.tzinfo else None
