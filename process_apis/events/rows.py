"""How does an event stand in the log's table?"""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final

import msgspec
from msgspec import Struct

from canonical.events import Event, EventData, Unrecognised
from process_apis.events.model import Happening, LoggedEvent
from process_apis.records import Row, Statement
from process_apis.records.moments import micros, moment

_INSERT: Final = """
INSERT INTO event_log (id, source, source_id, type, account, key, at, kept_at, subject, payload, hash, trace,
  traceparent, cause, aside)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (source, source_id) DO NOTHING
"""
COLUMNS: Final = """e.id, e.source, e.source_id, e.type, e.account, e.key, e.at, e.kept_at, e.payload, e.hash,
  e.traceparent, e.cause"""
"""What `logged` and `event` read, of `event_log e`."""

_decode = msgspec.json.Decoder(EventData).decode
_encode = msgspec.json.Encoder().encode


class Unkept(Exception):
    """The payload was pruned."""


class Place(Struct, frozen=True):
    """Whose event it is, if that is known, and what its order is kept by."""

    account: str | None
    key: str


def row(id: str, happening: Happening, place: Place, kept_at: datetime, *, aside: bool = False) -> Row:
    """The happening as a row of the log."""
    payload = _encode(happening.data)
    parent = happening.traceparent
    return (
        id,
        happening.source,
        happening.source_id,
        tag(happening.data),
        place.account,
        place.key,
        micros(happening.at),
        micros(kept_at),
        happening.data.name if isinstance(happening.data, Unrecognised) else None,
        payload,
        hashlib.sha256(payload).digest(),
        parent.split("-")[1] if parent else None,
        parent,
        happening.cause,
        int(aside),
    )


def inserting(rows: Sequence[Row]) -> Statement:
    """Keep these, each unless it is kept already."""
    return _INSERT, rows


def tag(data: EventData) -> str:
    """The type of an event, as it stands in the log."""
    return str(type(data).__struct_config__.tag)


def data_of(payload: bytes) -> EventData:
    """The fact again. Raises msgspec.DecodeError when this version of the house does not read it."""
    decoded: EventData = _decode(payload)
    return decoded


def logged(row: Iterable[Any]) -> LoggedEvent:
    """A row of `COLUMNS` as it is shown: without its data when this version of the house does not read it."""
    id, source, source_id, type, account, key, at, kept_at, payload, hash, traceparent, cause = row
    return LoggedEvent(
        id=id,
        source=source,
        source_id=source_id,
        type=type,
        account=account,
        key=key,
        at=moment(at),
        kept_at=moment(kept_at),
        data=_shown(payload),
        hash=hash.hex(),
        traceparent=traceparent,
        cause=cause,
    )


def event(row: Iterable[Any]) -> Event:
    """A row of `COLUMNS` as it is handed on. Raises Unkept, and msgspec.DecodeError as `data_of` does."""
    id, source, source_id, type, account, key, at, kept_at, payload, _, traceparent, cause = row
    if payload is None:
        raise Unkept(id)
    return Event(
        id=id,
        source=source,
        source_id=source_id,
        type=type,
        account=account,
        key=key,
        at=moment(at),
        kept_at=moment(kept_at),
        data=data_of(payload),
        traceparent=traceparent,
        cause=cause,
    )


def _shown(payload: bytes | None) -> EventData | None:
    try:
        return None if payload is None else data_of(payload)
    except msgspec.DecodeError:
        return None
