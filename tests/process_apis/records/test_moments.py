"""Does a moment come back as it went?"""

from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from process_apis.records.moments import micros, moment


@given(st.datetimes(timezones=st.just(UTC)))
def test_every_moment_comes_back_to_the_microsecond(at: datetime) -> None:
    assert moment(micros(at)) == at


def test_the_same_moment_in_another_zone_is_the_same_number() -> None:
    there = datetime(2026, 3, 15, 14, tzinfo=timezone(timedelta(hours=2)))
    assert micros(there) == micros(datetime(2026, 3, 15, 12, tzinfo=UTC))
