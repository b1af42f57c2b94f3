"""How can a platform let us down?"""

from system_apis.messages import Acknowledgement


class PlatformError(Exception):
    """A connected platform did not give a usable answer.

    `connection` names which one; the text is for our own logs and never shown outside.
    `transient` says whether the same call may work later.
    """

    transient = False

    def __init__(self, connection: str, detail: str = "") -> None:
        super().__init__(f"{connection}: {detail}" if detail else connection)
        self.connection = connection
        self.detail = detail

    def __reduce__(self) -> tuple[type, tuple[str, str]]:
        return type(self), (self.connection, self.detail)


class Unavailable(PlatformError):
    """No usable answer came back (down, cut, out of time, a 5xx): wait; the same call may work later."""

    transient = True


class Busy(PlatformError):
    """The platform asks us to slow down; `retry_after` seconds when it said so."""

    transient = True

    def __init__(self, connection: str, detail: str = "", retry_after: float | None = None) -> None:
        super().__init__(connection, detail)
        self.retry_after = retry_after

    def __reduce__(self) -> tuple[type, tuple[str, str, float | None]]:  # type: ignore[override]
        return type(self), (self.connection, self.detail, self.retry_after)


class Missing(PlatformError):
    """There is no such record: look elsewhere."""


class Refused(PlatformError):
    """The platform understood and says no: correct the request."""


class Unauthorised(PlatformError):
    """Our credentials or permissions are not good enough: call a person."""


class Unreadable(PlatformError):
    """An answer came, but not one we can read (wrong shape, too large, a redirect): call a person."""


class Locked(Busy):
    """Somebody else is changing the same record: the same write may work in a moment."""


class WrongCursor(Refused):
    """The platform takes no such cursor: begin the list again."""


class PeriodClosed(Refused):
    """The accounting period of the posting is closed: post it in the next open one, and say why."""


class OutcomeUnknown(PlatformError):
    """A write was sent and its answer was lost: it may have been done.

    Look it up by our key before any second try.
    """


class Forged(PlatformError):
    """A message is not proven to be the platform's (signature, secret, account): refuse it."""


class Stale(Forged):
    """A message is proven, but too old or too new: it may have been recorded and sent again."""


class Undecodable(PlatformError):
    """A proven message cannot be read: quarantine it with the reason, and acknowledge it.

    `acknowledgement` is what this platform wants to hear, where a plain success is not enough.
    """

    def __init__(
        self, connection: str, detail: str = "", acknowledgement: Acknowledgement | None = None
    ) -> None:
        super().__init__(connection, detail)
        self.acknowledgement = acknowledgement

    def __reduce__(self) -> tuple[type, tuple[str, str, Acknowledgement | None]]:  # type: ignore[override]
        return type(self), (self.connection, self.detail, self.acknowledgement)
