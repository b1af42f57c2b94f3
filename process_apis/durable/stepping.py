"""How is a step of a run done once, and its result read ever after?"""

from collections.abc import Awaitable, Callable
from functools import lru_cache
from typing import Any

import msgspec

from process_apis.durable import boundaries, machine, tracing
from process_apis.durable.boundaries import Boundary
from process_apis.durable.here import Failed, Going, Here, inside
from process_apis.durable.policy import Tried
from process_apis.durable.written import Failure, Kept, failure, named, raised


async def once(
    run: Going, name: str, tried: Tried, call: Callable[[], Awaitable[object]], returns: Any
) -> Any:
    """What the step returned when it was finished, now or in an earlier life of the run; raises alike."""
    reserved = machine.machine().reserve()
    run.last = reserved.number
    asked = _Asked(run, name, reserved.number, tried, call)
    kept = await reserved.result(name, asked)
    if asked.now:
        boundaries.passed(asked.boundary("after"))
    if isinstance(kept, Failure):
        error = raised(kept)
        run.failed(error, Failed(reserved.number, name))
        raise error from asked.original
    return decoder(returns).decode(kept.value)


@lru_cache(maxsize=1024)
def decoder(returns: Any) -> msgspec.json.Decoder[Any]:
    """How the annotation of a step is read. Raises TypeError when it cannot be."""
    return msgspec.json.Decoder(returns)


class _Asked:
    """A step that is asked now. `original` is what it raised, with its traceback."""

    def __init__(
        self, run: Going, name: str, number: int, tried: Tried, call: Callable[[], Awaitable[object]]
    ) -> None:
        self._run = run
        self._name = name
        self._number = number
        self._tried = tried
        self._call = call
        self.now = False
        self.original: Exception | None = None

    async def __call__(self) -> Kept | Failure:
        self.now = True
        boundaries.passed(self.boundary("before"))
        here = Here(
            run=self._run.run,
            flow=self._run.flow,
            about=self._run.about,
            step=self._name,
            number=self._number,
        )
        with inside(here), tracing.of_step(self._run.flow, self._name, self._number) as span:
            try:
                value = await self._tried.result(self._call)
                return Kept(self._tried.attempts, msgspec.Raw(msgspec.json.encode(value)))
            except Exception as error:
                self.original = error
                tracing.failed(span, named(type(error)))
                return failure(error, self._tried.attempts)

    def boundary(self, when: Any) -> Boundary:
        return Boundary(
            run=self._run.run, flow=self._run.flow, step=self._name, number=self._number, when=when
        )
