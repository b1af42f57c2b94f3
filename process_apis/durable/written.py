"""How is what a step returned or raised written down, and read again?

As JSON, by the step's own annotations. What is no JSON value, or no error of a family known here, is not
kept: of a bug only its class and place are, since its text may hold anything.
"""

import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import msgspec

from process_apis.errors import ProcessError
from process_apis.records import StoreUnavailable
from system_apis.errors import PlatformError

FAMILIES: Final = (PlatformError, ProcessError, StoreUnavailable)
"""Errors that come back as they were; all others come back as `Bug`."""
LONGEST_TEXT: Final = 500
BUG: Final = "bug"
_FLOORS: Final = Path(__file__).resolve().parents[2]

_PLAIN: Final = (str, int, float, bool, type(None))


class Bug(Exception):
    """Something raised an error that nobody expects; `name` is its class, `place` where it was raised."""

    def __init__(self, name: str, place: str) -> None:
        super().__init__(f"{name} at {place}")
        self.name = name
        self.place = place


class Kept(msgspec.Struct, frozen=True, array_like=True):
    """What a step returned, after so many attempts."""

    attempts: int
    value: msgspec.Raw


class Failure(msgspec.Struct, frozen=True, kw_only=True):
    """What a step raised, after so many attempts. `args` make the error again."""

    error: str
    args: tuple[Any, ...] = ()
    attempts: int = 1

    @property
    def name(self) -> str:
        """The class of the error, as people know it."""
        full = str(self.args[0]) if self.error == BUG else self.error
        return full.rpartition(".")[2]


def failure(error: Exception, attempts: int = 1) -> Failure:
    """An error as it is kept."""
    if isinstance(error, FAMILIES):
        args = tuple(_bounded(one) for one in error.__reduce__()[1])
        if all(_is_plain(one) for one in args):
            return Failure(error=named(type(error)), args=args, attempts=attempts)
    if isinstance(error, Bug):
        return Failure(error=BUG, args=(error.name, error.place), attempts=attempts)
    return Failure(error=BUG, args=(named(type(error)), _place(error)), attempts=attempts)


def raised(failure: Failure) -> Exception:
    """The error again; a class that is no more comes back as a Bug of its name."""
    if failure.error == BUG:
        name, place = failure.args
        return Bug(name, place)
    if (kind := _kinds().get(failure.error)) is None:
        return Bug(failure.error, "an earlier version of the house")
    error: Exception = kind(*failure.args)
    return error


def named(kind: type | Callable[..., object]) -> str:
    """The full name of a class or a function."""
    return f"{kind.__module__}.{kind.__qualname__}"


def _kinds() -> dict[str, type[Exception]]:
    """Every class of the families that is known to this process now, by its name."""
    found: dict[str, type[Exception]] = {}
    waiting: list[type[Exception]] = list(FAMILIES)
    while waiting:
        kind = waiting.pop()
        found[named(kind)] = kind
        waiting.extend(kind.__subclasses__())
    return found


def _bounded(value: object) -> object:
    return value[:LONGEST_TEXT] if isinstance(value, str) else value


def _is_plain(value: object) -> bool:
    if isinstance(value, tuple | list):
        return all(isinstance(one, _PLAIN) for one in value)
    return isinstance(value, _PLAIN)


def _place(error: Exception) -> str:
    """The deepest line of our own code that the error passed."""
    frames = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if Path(frame.filename).is_relative_to(_FLOORS)
    ]
    if not frames:
        return "an unknown place"
    return f"{Path(frames[-1].filename).relative_to(_FLOORS)}:{frames[-1].lineno}"
