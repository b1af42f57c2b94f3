"""How does an event look outside? (CloudEvents 1.0, JSON format)

`partitionkey` and `traceparent` are the documented extensions of that name. What is a platform's own stays
inside: its ids name neither the source nor the partition; whose eyes `data` is for decides whoever shows it.
"""

from datetime import datetime
from typing import Any, Final

import msgspec
from msgspec import UNSET, Struct, UnsetType

from canonical.events import Event
from process_apis.events.model import LoggedEvent

MEDIA_TYPE: Final = "application/cloudevents+json"
TYPE_PREFIX: Final = "tieline."


class CloudEvent(Struct, frozen=True, kw_only=True):
    """One event in the structured JSON format; `data` is left out once its payload is no longer kept."""

    specversion: str = "1.0"
    id: str
    source: str
    type: str
    time: datetime
    subject: str | UnsetType = UNSET
    datacontenttype: str | UnsetType = UNSET
    partitionkey: str | UnsetType = UNSET
    traceparent: str | UnsetType = UNSET
    cause: str | UnsetType = UNSET
    data: Any = UNSET


def cloud_event(event: Event | LoggedEvent, data: Any = UNSET) -> CloudEvent:
    """The event as others read it; `data` is a view of its payload, the whole of it when not given."""
    shown = event.data if data is UNSET else data
    return CloudEvent(
        id=event.id,
        source=f"/connections/{event.source}",
        type=TYPE_PREFIX + event.type,
        time=event.at,
        subject=event.account or UNSET,
        datacontenttype=UNSET if shown is None else "application/json",
        partitionkey=event.account or UNSET,
        traceparent=event.traceparent or UNSET,
        cause=event.cause or UNSET,
        data=UNSET if shown is None else shown,
    )


def written(event: Event | LoggedEvent, data: Any = UNSET) -> bytes:
    """The bytes of it, of the media type above."""
    return msgspec.json.encode(cloud_event(event, data))
