"""How is a moment written, so that both engines keep and order it alike?"""

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def micros(at: datetime) -> int:
    """Whole microseconds since 1970 in UTC, exact."""
    return (at - _EPOCH) // _MICROSECOND


def moment(micros: int) -> datetime:
    """The moment again, in UTC."""
    return _EPOCH + timedelta(microseconds=micros)


def optional_moment(micros: int | None) -> datetime | None:
    """A moment that may not have come."""
    return None if micros is None else moment(micros)
