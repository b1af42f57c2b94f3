"""What was promised, and how is it taken back?"""

from collections.abc import Awaitable, Callable
from typing import Any, TypeVarTuple, Unpack

from process_apis.durable.policy import passing
from process_apis.errors import ProcessError, UndoStopped
from system_apis.errors import PlatformError

Ts = TypeVarTuple("Ts")


class Undo:
    """The promises of one run. Register the undo *before* what it undoes: an answer may be lost.

    So an undo finds by our own key what there is to take back, and is content when there is nothing.
    """

    def __init__(self) -> None:
        self._later: list[tuple[Callable[..., Awaitable[object]], tuple[Any, ...]]] = []

    def by(self, step: Callable[[Unpack[Ts]], Awaitable[object]], *args: *Ts) -> None:
        """This step takes back what is done next."""
        self._later.append((step, args))

    def left(self) -> tuple[str, ...]:
        """The names of what is not taken back yet, newest first."""
        return tuple(getattr(step, "__name__", str(step)) for step, _ in reversed(self._later))

    def forget(self) -> None:
        """The promise is kept: nothing is taken back any more."""
        self._later.clear()

    async def all(self) -> None:
        """Take back everything, newest first.

        Raises UndoStopped at the first that fails: the run waits when that passes by itself, or needs a
        person, and goes on from there; nothing older is taken back before.
        """
        while self._later:
            step, args = self._later[-1]
            try:
                await step(*args)
            except (PlatformError, ProcessError) as error:
                stopped = UndoStopped(self.left(), str(error), passing(error))
                raise stopped from error
            self._later.pop()
