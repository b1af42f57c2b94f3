"""How can the business say no?"""


class ProcessError(Exception):
    """The business understood the question and does not answer it as asked; the text may be shown."""


class NotFound(ProcessError):
    """There is no such thing for this caller: what is outside the scope is missing, not forbidden.

    `what` names the kind of thing and never more than the caller already said.
    """

    def __init__(self, what: str) -> None:
        super().__init__(f"{what} not found")
        self.what = what

    def __reduce__(self) -> tuple[type, tuple[str]]:
        return type(self), (self.what,)


class InvalidCursor(ProcessError):
    """The cursor was not given out by us for this question: begin again at the first page."""

    def __init__(self) -> None:
        super().__init__("the cursor does not belong to this list")


class NothingToSearch(ProcessError):
    """The words hold no letter and no digit: say what to look for."""

    def __init__(self) -> None:
        super().__init__("there is no letter and no digit to search for")


class TooMany(ProcessError):
    """More was asked at once than is answered at once: ask in parts of at most `limit`."""

    def __init__(self, what: str, limit: int) -> None:
        super().__init__(f"at most {limit} {what} at once")
        self.what = what
        self.limit = limit

    def __reduce__(self) -> tuple[type, tuple[str, int]]:
        return type(self), (self.what, self.limit)


class AccountNotNamed(ProcessError):
    """The caller speaks for several accounts, or for none: say which one is meant."""

    def __init__(self) -> None:
        super().__init__("name the account: this caller does not stand for exactly one")


class Taken(ProcessError):
    """There is one of that name already: choose another."""

    def __init__(self, what: str) -> None:
        super().__init__(f"there is such a {what} already")
        self.what = what

    def __reduce__(self) -> tuple[type, tuple[str]]:
        return type(self), (self.what,)
