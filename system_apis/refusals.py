"""Which of our errors does a platform's answer stand for?"""

import math
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Final

import httpx

from system_apis.errors import (
    Busy,
    Missing,
    PlatformError,
    Refused,
    Unauthorised,
    Unavailable,
    Unreadable,
)

Refusal = Callable[[int, httpx.Headers, bytes], PlatformError | None]
"""A platform's own reading of an answer that is not a success; None leaves it to the table below."""


def by_table(status: int, headers: httpx.Headers, body: bytes) -> PlatformError | None:
    """The reading of a platform whose status codes say it all."""
    return None


_BY_STATUS: Final[dict[int, type[PlatformError]]] = {
    HTTPStatus.UNAUTHORIZED: Unauthorised,
    HTTPStatus.FORBIDDEN: Unauthorised,
    HTTPStatus.NOT_FOUND: Missing,
    HTTPStatus.METHOD_NOT_ALLOWED: Unreadable,
    HTTPStatus.REQUEST_TIMEOUT: Unavailable,
    HTTPStatus.GONE: Missing,
    HTTPStatus.TOO_EARLY: Unavailable,
    HTTPStatus.TOO_MANY_REQUESTS: Busy,
}
# Redirects too: nothing but the configured host is ever called.
_BY_CLASS: Final[dict[int, type[PlatformError]]] = {4: Refused, 5: Unavailable}


def refusal(connection: str, asked: str, status: int, headers: httpx.Headers) -> PlatformError:
    """The error that a status which is not a success stands for. `asked` is the call, without ids."""
    kind = _BY_STATUS.get(status) or _BY_CLASS.get(status // 100, Unreadable)
    detail = f"{asked}: {status}"
    if kind is Busy:
        return Busy(connection, detail, retry_after(headers))
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
