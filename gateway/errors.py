"""How can the front door say no?"""

from collections.abc import Sequence
from typing import Annotated

from msgspec import Meta, Struct

from canonical.caller import Caller

Header = tuple[bytes, bytes]


class Complaint(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One thing wrong with the request."""

    detail: Annotated[str, Meta(max_length=1000, examples=["Expected `int` >= 1"])]
    pointer: Annotated[str, Meta(max_length=500, description="JSON Pointer into the body.")] | None = None
    parameter: Annotated[str, Meta(max_length=200, description="Path, query or header name.")] | None = None


class GatewayError(Exception):
    """A request is turned away before any business is asked.

    `detail` is shown to the caller, `headers` are sent with the answer, `complaints` say what is wrong where.
    `caller` is who was turned away at the door, where that was known, for our own records.
    """

    caller: Caller | None = None

    def __init__(
        self, detail: str = "", headers: Sequence[Header] = (), complaints: Sequence[Complaint] = ()
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.headers = list(headers)
        self.complaints = list(complaints)


class NoCredentials(GatewayError):
    """The operation asks who is calling, and nobody said: bring a token or a key."""


class BadCredentials(GatewayError):
    """The token or key is not good: get a new one. Why is not told, so that nobody can probe."""


class TwoCredentials(GatewayError):
    """A token and a key together: bring one."""


class NotAllowed(GatewayError):
    """The caller lacks a scope that the operation asks for: ask for it."""


class TooManyRequests(GatewayError):
    """The caller's plan is used up: wait `Retry-After` seconds."""


class LimitsAway(GatewayError):
    """What the caller has left cannot be known, and their plan says that nobody comes in then: wait."""


class BodyTooLarge(GatewayError):
    """The body is larger than any operation takes: send less."""


class HeadersTooLarge(GatewayError):
    """More or larger headers than any operation needs: send fewer."""


class TooSlow(GatewayError):
    """The body did not come in the time any operation takes for one: send it faster, or less of it."""


class VersionEnded(GatewayError):
    """The version of the API is no more: use the one that took its place."""


class WrongHost(GatewayError):
    """The request names no host, or several: send exactly one."""


class WrongMediaType(GatewayError):
    """The body is of a type the operation does not read."""


class WrongParameters(GatewayError):
    """A query parameter that the operation does not know, or that came twice or empty."""


class WrongValues(GatewayError):
    """A value is of the wrong kind or out of bounds: correct what `complaints` point at."""


class NotReady(GatewayError):
    """This process has not finished starting, or has lost its own database: wait."""


class IssuerAway(GatewayError):
    """The token cannot be checked because its issuer's keys cannot be had: wait."""
