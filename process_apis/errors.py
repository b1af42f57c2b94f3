"""How can the business say no?"""


class ProcessError(Exception):
    """The business understood the question and does not answer it as asked; the text may be shown.

    `transient` says whether the same may work later, `pointer` which part of a body it is about (RFC 6901).
    """

    transient = False
    pointer: str | None = None


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


class StillRunning(ProcessError):
    """The run goes on, or waits: ask for its end later by its id."""

    transient = True

    def __init__(self, run: str) -> None:
        super().__init__(f"{run} has not ended yet")
        self.run = run

    def __reduce__(self) -> tuple[type, tuple[str]]:
        return type(self), (self.run,)


class NeedsPerson(ProcessError):
    """The run cannot go on by itself: somebody does what `needs` says, then restarts or dismisses it."""

    def __init__(self, run: str, needs: str) -> None:
        super().__init__(f"{run} needs a person: {needs}")
        self.run = run
        self.needs = needs

    def __reduce__(self) -> tuple[type, tuple[str, str]]:
        return type(self), (self.run, self.needs)


class Abandoned(ProcessError):
    """Somebody dismissed or cancelled the run: it has no outcome and never will."""

    def __init__(self, run: str, state: str) -> None:
        super().__init__(f"{run} was {state}")
        self.run = run
        self.state = state

    def __reduce__(self) -> tuple[type, tuple[str, str]]:
        return type(self), (self.run, self.state)


class WrongState(ProcessError):
    """What is asked for cannot be done with a run in this state: look at it again."""

    def __init__(self, run: str, state: str) -> None:
        super().__init__(f"{run} is {state}: that cannot be done with it now")
        self.run = run
        self.state = state

    def __reduce__(self) -> tuple[type, tuple[str, str]]:
        return type(self), (self.run, self.state)


class WrongInput(ProcessError):
    """The input is not what the flow takes: correct what `detail` names."""

    def __init__(self, flow: str, detail: str) -> None:
        super().__init__(f"not an input of {flow}: {detail}")
        self.flow = flow
        self.detail = detail

    def __reduce__(self) -> tuple[type, tuple[str, str]]:
        return type(self), (self.flow, self.detail)


class OutOfTime(ProcessError):
    """The step had its time and no platform said why it was not enough: it is tried again later."""

    transient = True

    def __init__(self, step: str, seconds: float) -> None:
        super().__init__(f"{step} did not end within {seconds:g} s")
        self.step = step
        self.seconds = seconds

    def __reduce__(self) -> tuple[type, tuple[str, float]]:
        return type(self), (self.step, self.seconds)


class UndoStopped(ProcessError):
    """Something that was done could not be taken back; `left` names what is left, newest first."""

    def __init__(self, left: tuple[str, ...], because: str, transient: bool) -> None:
        super().__init__(f"left to undo: {', '.join(left)} ({because})")
        self.left = tuple(left)
        self.because = because
        self.transient = transient

    def __reduce__(self) -> tuple[type, tuple[tuple[str, ...], str, bool]]:
        return type(self), (self.left, self.because, self.transient)


class Occupied(ProcessError):
    """Another run is writing about the same thing right now: wait a moment."""

    transient = True

    def __init__(self, about: str) -> None:
        super().__init__("another run is at it")
        self.about = about

    def __reduce__(self) -> tuple[type, tuple[str]]:
        return type(self), (self.about,)


class OutOfDate(ProcessError):
    """What this rests on could not be read again from `silent`: wait until it can."""

    transient = True

    def __init__(self, silent: str) -> None:
        super().__init__(f"not read again from {silent}")
        self.silent = silent

    def __reduce__(self) -> tuple[type, tuple[str]]:
        return type(self), (self.silent,)


class NoLegalEntity(ProcessError):
    """Nobody says which of our companies sells to this customer: say so in the CRM, then go on."""

    def __init__(self, account: str) -> None:
        super().__init__(f"no legal entity is known of {account}")
        self.account = account

    def __reduce__(self) -> tuple[type, tuple[str]]:
        return type(self), (self.account,)


class Undecided(ProcessError):
    """Nobody can say whether a write arrived: look on the platform for `key`, and say what is there."""

    def __init__(self, what: str, connection: str, key: str) -> None:
        super().__init__(f"whether {what} arrived at {connection} is not known: look there for {key}")
        self.what = what
        self.connection = connection
        self.key = key

    def __reduce__(self) -> tuple[type, tuple[str, str, str]]:
        return type(self), (self.what, self.connection, self.key)


class NotYet(ProcessError):
    """Raised in a step: what it asked for has not happened; the run goes on from this step when it may have.

    It looks again at `at` (business time), when `durable.wake(waits_for)` is called, or after `look_again`
    seconds of wall time. A run waits for this without an end to its patience.
    """

    transient = True

    def __init__(
        self,
        what: str,
        waits_for: str | None = None,
        at: str | None = None,
        look_again: float | None = 60.0,
    ) -> None:
        super().__init__(f"waits for {what}")
        self.what = what
        self.waits_for = waits_for
        self.at = at
        self.look_again = look_again

    def __reduce__(self) -> tuple[type, tuple[str, str | None, str | None, float | None]]:
        return type(self), (self.what, self.waits_for, self.at, self.look_again)
