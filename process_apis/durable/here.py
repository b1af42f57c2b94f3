"""In which run, and in which step of it, are we?"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

from msgspec import Struct

from process_apis.durable.model import About

FAILURES_REMEMBERED: Final = 100


class Here(Struct, frozen=True, kw_only=True):
    """Where this code runs: run, flow, and in a step its name and its number, from 1."""

    run: str
    flow: str
    about: About
    step: str | None = None
    number: int = 0


class Failed(Struct, frozen=True):
    """The step that raised an error."""

    number: int
    name: str


class Going:
    """A run under way in this task. `last` is the number of the step it came to."""

    def __init__(self, run: str, flow: str, about: About) -> None:
        self.run = run
        self.flow = flow
        self.about = about
        self.last = 0
        self._failures: list[tuple[Exception, Failed]] = []

    def failed(self, error: Exception, step: Failed) -> None:
        """This step raised that."""
        self._failures.append((error, step))
        del self._failures[:-FAILURES_REMEMBERED]

    def where(self, error: BaseException | None) -> Failed | None:
        """The first step that raised this error, or one that led to it; None when no step did."""
        while error is not None:
            if isinstance(error, BaseExceptionGroup):
                found = [step for one in error.exceptions if (step := self.where(one))]
                return min(found, key=lambda step: step.number, default=None)
            for known, step in self._failures:
                if known is error:
                    return step
            error = error.__cause__
        return None


going: ContextVar[Going | None] = ContextVar("going", default=None)
"""The run of this task, between its steps; None inside a step, whose code is not part of the flow."""
_here: ContextVar[Here | None] = ContextVar("here", default=None)


@contextmanager
def under_way(run: Going) -> Iterator[None]:
    """The code of a flow runs in here."""
    here = _here.set(Here(run=run.run, flow=run.flow, about=run.about))
    before = going.set(run)
    try:
        yield
    finally:
        going.reset(before)
        _here.reset(here)


@contextmanager
def inside(step: Here) -> Iterator[None]:
    """The code of a step runs in here."""
    here = _here.set(step)
    before = going.set(None)
    try:
        yield
    finally:
        going.reset(before)
        _here.reset(here)


def here() -> Here:
    """The present run and step. Raises RuntimeError outside a run."""
    if (found := _here.get()) is None:
        raise RuntimeError("not inside a durable run")
    return found


def key(*parts: str) -> str:
    """The key for a write of this step: the same in every attempt and every life of the run.

    `parts` tell apart what one step, or several steps of one name, write. Raises RuntimeError outside a run.
    """
    at = here()
    return "/".join((at.run, *((at.step,) if at.step else ()), *parts))
