"""Which rows were changed or deleted in a span of time?

`updated` looks back 30 days and `deleted` 15, by SystemModstamp; the seconds of both bounds are dropped
("sObject Get Updated", "sObject Get Deleted"). A row's SystemModstamp is the moment of its deletion.
"""

from datetime import UTC, datetime, timedelta
from typing import Final

from sandbox.salesforce.errors import Refused
from sandbox.salesforce.exchange import Answer, Ask
from sandbox.salesforce.schema import object_at
from sandbox.salesforce.wording import moment

UPDATED_REACH: Final = timedelta(days=30)
DELETED_REACH: Final = timedelta(days=15)


def updated(ask: Ask) -> Answer:
    """`/sobjects/X/updated/?start=&end=`: ids, and the `start` of the next call."""
    kind = object_at(ask.names["object"])
    start, end = _span(ask)
    first = moment(max(start, ask.now - UPDATED_REACH))
    ids = [row["Id"] for row in ask.org.rows(kind.name) if first <= row["SystemModstamp"] < moment(end)]
    return Answer({"ids": ids, "latestDateCovered": _covered(ask, end)})


def deleted(ask: Ask) -> Answer:
    """`/sobjects/X/deleted/?start=&end=`."""
    kind = object_at(ask.names["object"])
    start, end = _span(ask)
    earliest = ask.now - DELETED_REACH
    first = moment(max(start, earliest))
    found = [
        {"id": row["Id"], "deletedDate": row["SystemModstamp"]}
        for row in ask.org.tables[kind.name].deleted
        if first <= row["SystemModstamp"] < moment(end)
    ]
    return Answer(
        {
            "deletedRecords": found,
            "earliestDateAvailable": moment(earliest),
            "latestDateCovered": _covered(ask, end),
        }
    )


def _covered(ask: Ask, end: datetime) -> str:
    return moment(min(end, ask.now.replace(second=0, microsecond=0)))


def _span(ask: Ask) -> tuple[datetime, datetime]:
    """Both bounds to the minute. Raises `Refused` when one is missing or they are not in order."""
    start, end = (_bound(ask, name) for name in ("start", "end"))
    if start >= end:
        raise Refused(
            400, "INVALID_REPLICATION_DATE", "endDate must be at least one minute greater than startDate"
        )
    return start, end


def _bound(ask: Ask, name: str) -> datetime:
    try:
        at = datetime.fromisoformat(ask.query[name])
        at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (KeyError, ValueError, OverflowError):
        raise Refused(
            400, "INVALID_REPLICATION_DATE", f"{name} is not a date: {ask.query.get(name)}"
        ) from None
    return at.replace(second=0, microsecond=0)
