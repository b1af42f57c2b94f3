"""How can the log say no?"""

from datetime import datetime

from process_apis.errors import ProcessError


class PastRetention(ProcessError):
    """The payloads of these events are no longer kept; `kept_since` is from when on they all are."""

    def __init__(self, kept_since: datetime | None) -> None:
        since = f"whole since {kept_since.isoformat()}" if kept_since else "no longer there"
        super().__init__(f"the events asked for are {since}")
        self.kept_since = kept_since

    def __reduce__(self) -> tuple[type, tuple[datetime | None]]:
        return type(self), (self.kept_since,)


class Settled(ProcessError):
    """Somebody has dealt with it already; `state` says how."""

    def __init__(self, what: str, state: str) -> None:
        super().__init__(f"this {what} is {state} already")
        self.what = what
        self.state = state

    def __reduce__(self) -> tuple[type, tuple[str, str]]:
        return type(self), (self.what, self.state)


class WrongPayload(ProcessError):
    """The payload is not that of an event of this type: correct what `detail` names."""

    def __init__(self, type: str, detail: str) -> None:
        super().__init__(f"not a payload of {type}: {detail}")
        self.type = type
        self.detail = detail

    def __reduce__(self) -> tuple[type, tuple[str, str]]:
        return type(self), (self.type, self.detail)
