"""What does somebody say who acts, and in which words are things named?"""

from typing import Annotated, Any

from litestar.params import PathParameter, QueryParameter
from msgspec import Meta, Struct

from canonical.identity import AccountId, Timestamp
from experience_apis.shapes import Word

Reason = Annotated[
    str,
    Meta(
        min_length=3,
        max_length=1000,
        description="Why; it is kept with who and when.",
        examples=["The customer asked for it."],
    ),
]
Json = Annotated[
    dict[str, Any], Meta(description="A JSON object.", max_length=1000, extra_json_schema={"type": "object"})
]
Long = Annotated[str, Meta(max_length=255)]
Told = Annotated[str, Meta(max_length=2000)]
Many = Annotated[int, Meta(ge=0, le=9_007_199_254_740_991)]
Seconds = Annotated[float, Meta(ge=0, le=1e12)]
Tag = Annotated[
    str,
    Meta(pattern=r"^[a-z][a-z_]*(\.[a-z_]+)?$", min_length=1, max_length=64, examples=["invoice.paid"]),
]
Tags = Annotated[tuple[Tag, ...], Meta(max_length=50)]


def _id(prefix: str) -> PathParameter:
    """The id of a thing of ours in a path."""
    length = len(prefix) + 21
    return PathParameter(
        pattern=f"^{prefix}_[0-9a-v]{{20}}$",
        min_length=length,
        max_length=length,
        description="Id, from the list.",
    )


EventId = Annotated[str, _id("evt")]
LetterId = Annotated[str, _id("dead")]
ReplayId = Annotated[str, _id("rpl")]
MessageId = Annotated[str, _id("qua")]

READ = {"scopes": ["operations:read"]}
WRITE = {"scopes": ["operations:write"]}
FINDS = {**READ, "errors": [404]}
ACTS = {**WRITE, "errors": [404, 409]}
REPLAYS = {**WRITE, "errors": [404, 409, 410]}

ForAccount = Annotated[
    AccountId | None, QueryParameter(name="account", description="Only what is about this account.")
]
OfType = Annotated[
    str | None,
    QueryParameter(
        name="type",
        pattern=r"^[a-z][a-z_]*(\.[a-z_]+)?$",
        min_length=1,
        max_length=64,
        description="Only events of this type, such as `invoice.paid`.",
    ),
]
OfSubscriber = Annotated[
    str | None,
    QueryParameter(
        name="subscriber",
        pattern="^[a-z][a-z0-9-]{0,59}$",
        min_length=1,
        max_length=60,
        description="Only what is this subscriber's.",
    ),
]
SubscriberName = Annotated[
    str,
    PathParameter(
        pattern="^[a-z][a-z0-9-]{0,59}$", min_length=1, max_length=60, description="Name, from the list."
    ),
]


class Because(Struct, kw_only=True, forbid_unknown_fields=True):
    """Why something is done."""

    reason: Reason


class ActView(Struct, kw_only=True):
    """What somebody did, and why."""

    action: Word
    actor: Long
    at: Timestamp
    reason: Told
