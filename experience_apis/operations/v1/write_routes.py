"""Which writes may or may not have arrived, and what did a person find out about one?"""

from datetime import UTC, datetime
from typing import Annotated

from litestar import Router, get, post
from litestar.params import JSONBody
from msgspec import Meta, Struct

from canonical.identity import ExternalRef, Kind, Timestamp
from experience_apis.operations.v1.acting import ACTS, READ, Long, Many, Reason
from experience_apis.shapes import Asking, Cursor, Limit, Page, Word, page
from process_apis import cursors, landing
from process_apis.events.audit import noting

Name = Annotated[str, Meta(pattern="^[A-Za-z0-9._-]+$", min_length=1, max_length=64)]
Key = Annotated[
    str, Meta(pattern="^[A-Za-z0-9._-]+$", min_length=1, max_length=200, examples=["recovery-in_1"])
]


class OpenWriteView(Struct, kw_only=True):
    """A write whose answer was lost, of which nobody can say yet whether it arrived."""

    connection: Word
    key: Annotated[Long, Meta(description="Our key, by which it is found on the platform.")]
    what: Annotated[Long, Meta(examples=["a case"])]
    tries: Many
    tried_at: Timestamp


class Found(Struct, kw_only=True, forbid_unknown_fields=True):
    """A record on the platform, by the platform's own id."""

    kind: Kind
    object: Name
    id: Annotated[str, Meta(min_length=1, max_length=200, examples=["4711"])]


class Decision(Struct, kw_only=True, forbid_unknown_fields=True):
    """What somebody found on the platform: the record, or none, and then it is written again."""

    connection: Name
    key: Key
    record: Found | None
    reason: Reason


def to_open(one: landing.Open) -> OpenWriteView:
    return OpenWriteView(
        connection=one.connection, key=one.key, what=one.what, tries=one.tries, tried_at=one.tried_at
    )


@get("/open-writes", operation_id="ListOpenWrites", summary="List writes without an answer", opt=READ)
async def list_open_writes(cursor: Cursor = None, limit: Limit = 25) -> Page[OpenWriteView]:
    """List writes whose answer was lost: their runs look for them, or wait until somebody has looked."""
    found = await landing.unsettled(datetime.now(UTC))
    cut = cursors.cut("open writes", found, lambda one: f"{one.connection}|{one.key}", cursor, limit)
    return page(*cut, to_open)


@post(
    "/open-writes/decisions",
    operation_id="DecideWrite",
    summary="Say whether a write arrived",
    opt=ACTS,
    status_code=204,
)
async def decide_write(caller: Asking, data: JSONBody[Decision]) -> None:
    """Say what was found on the platform; then restart the run that needs a person."""
    found = data.record and ExternalRef(
        kind=data.record.kind, connection=data.connection, object=data.record.object, id=data.record.id
    )
    subject = f"{data.connection}/{data.key}"
    act = noting("decide write", subject, by=caller.subject, why=data.reason, detail=found)
    await landing.decide(data.connection, data.key, found or None, [act])


router = Router("/operations/v1", route_handlers=[list_open_writes, decide_write], tags=["Runs"])
