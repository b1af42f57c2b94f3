"""Is every way in which NetSuite says no read for what it means to a read and to a write?"""

import httpx
import msgspec
import pytest

from system_apis.errors import (
    Busy,
    Locked,
    Missing,
    OutcomeUnknown,
    PeriodClosed,
    PlatformError,
    Refused,
    Unauthorised,
    Unavailable,
)
from system_apis.netsuite.refusals import MEANS
from system_apis.netsuite.refusals import refusal as of_netsuite
from system_apis.refusals import refusal as by_status

CLOSED = "The transaction date you specified is not within the date range of your accounting period."
ANSWERS = [
    (400, "USER_ERROR", f"Error while accessing a resource. {CLOSED}", PeriodClosed, PeriodClosed),
    (400, "USER_ERROR", "The posting period is locked.", PeriodClosed, PeriodClosed),
    (400, "USER_ERROR", "This record already exists.", Locked, Locked),
    (400, "USER_ERROR", "You cannot apply more than the remaining amount.", Refused, Refused),
    (400, "RCRD_HAS_BEEN_CHANGED", "Record has been changed.", Locked, Locked),
    (400, "INVALID_CONTENT", "Invalid content.", Refused, Refused),
    (400, "SSS_REQUEST_LIMIT_EXCEEDED", "", Busy, Busy),
    (429, "CONCURRENCY_LIMIT_EXCEEDED", "", Busy, Busy),
    (429, "", "", Busy, Busy),
    (401, "INVALID_LOGIN", "Invalid login attempt.", Unauthorised, Unauthorised),
    (404, "NONEXISTENT_ID", "", Missing, Missing),
    (400, "NONEXISTENT_ID", "", Missing, Missing),
    (500, "UNEXPECTED_ERROR", "", Unavailable, OutcomeUnknown),
    (400, "UNEXPECTED_ERROR", "", Unavailable, OutcomeUnknown),
    (503, "", "", Unavailable, OutcomeUnknown),
]


@pytest.mark.parametrize(("status", "code", "detail", "reading", "writing"), ANSWERS)
def test_an_answer_has_its_meaning(
    status: int, code: str, detail: str, reading: type[PlatformError], writing: type[PlatformError]
) -> None:
    body = msgspec.json.encode({"o:errorDetails": [{"detail": detail, "o:errorCode": code}]})
    for write, expected in ((False, reading), (True, writing)):
        said = of_netsuite("books", writing=write)(status, httpx.Headers(), body)
        error = said or by_status("books", "PUT /x", status, httpx.Headers(), writing=write)
        assert type(error) is expected
        assert detail not in str(error) or not detail


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b'{"o:errorDetails": 7}', b"\xff"])
def test_an_answer_without_words_is_read_by_its_status(body: bytes) -> None:
    assert of_netsuite("books", writing=True)(500, httpx.Headers(), body) is None


def test_nothing_that_may_have_been_done_is_called_undone() -> None:
    for meaning in MEANS.values():
        assert (meaning.write is OutcomeUnknown) == (meaning.read is Unavailable)
