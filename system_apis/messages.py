"""How does a platform tell us of something, and how is it thanked?"""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from msgspec import Struct

from canonical.events import Notice


class Arrived(Struct, frozen=True, kw_only=True):
    """A message as it came: header names in lower case, the body's raw bytes, wall time of its arrival.

    `secret` is what stood in the address after the connection, for platforms that sign nothing.
    """

    headers: Mapping[str, str]
    body: bytes
    at: datetime
    secret: str | None = None


class Acknowledgement(Struct, frozen=True, kw_only=True):
    """What the platform wants to hear once its message is kept for good."""

    status: int = 202
    media_type: str | None = None
    body: bytes = b""


class Told(Struct, frozen=True, kw_only=True):
    """What a proven message says, and how it is acknowledged once that is kept."""

    notices: tuple[Notice, ...]
    acknowledgement: Acknowledgement = Acknowledgement()


class Changes(Struct, frozen=True, kw_only=True):
    """One page of what happened; `cursor` is to be kept, and stands after it.

    It never skips a happening, also when many have the same moment, or when one comes to light late. It may
    tell of one again, by the same `source_id`. `more`: there is another page now.
    """

    notices: tuple[Notice, ...]
    cursor: str
    more: bool


class Messages(Protocol):
    """What every platform that tells us things can do."""

    def read(self, arrived: Arrived) -> Told:
        """Prove and decode a message; no platform is called.

        Raises `Forged` (and `Stale`) for what is not proven, `Undecodable` for what is proven and cannot be
        read. A type that nobody here reads becomes a notice of `Unrecognised`.
        """
        ...

    async def changes(self, cursor: str | None, since: datetime) -> Changes:
        """One page of what happened, from the platform's own list, oldest first.

        From `since` on when `cursor` is None, else after it.
        A happening has the same `source_id` here and in its message, or its record converges by its version.
        Raises any `PlatformError`.
        """
        ...
