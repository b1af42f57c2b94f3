"""Is a wait that a platform asks for understood, however it says it?"""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx
import pytest

from system_apis.refusals import retry_after


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("0", 0),
        ("30", 30),
        (" 1.5 ", 1.5),
        ("-5", 0),
        ("soon", None),
        ("", None),
        ("nan", None),
        ("inf", None),
    ],
)
def test_seconds_are_read_and_nonsense_is_none(said: str, seconds: float | None) -> None:
    assert retry_after(httpx.Headers({"Retry-After": said})) == seconds


def test_no_header_is_no_wait() -> None:
    assert retry_after(httpx.Headers()) is None


def test_a_date_is_the_time_until_then_and_a_past_one_no_time() -> None:
    soon = datetime.now(UTC) + timedelta(seconds=60)
    said = retry_after(httpx.Headers({"Retry-After": format_datetime(soon, usegmt=True)}))
    assert said is not None
    assert 55 < said <= 60
    assert retry_after(httpx.Headers({"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"})) == 0
