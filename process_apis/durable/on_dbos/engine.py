"""What does DBOS do for each question we ask of an engine?"""

import asyncio
import contextvars
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from typing import Any, Final, TypeVar

from dbos import DBOS, EnqueueOptions, SetWorkflowID, error
from sqlalchemy.exc import DBAPIError

from process_apis.durable.machine import Life, Recorded, StillGoing
from process_apis.durable.written import Failure, Kept
from process_apis.records import StoreUnavailable

T = TypeVar("T")

QUEUE: Final = "runs"
VERSION: Final = "1"
"""Pinned: nodes of different releases share their runs; steps of a flow keep their order and names."""
MOST_LOST: Final = 1000
MOST_LIVES: Final = 30
"""A run taken up so often without getting to a stop is spent: perhaps it ends its node each time."""

_LIVES: Final = {
    "DELAYED": Life.QUEUED,
    "ENQUEUED": Life.QUEUED,
    "PENDING": Life.GOING,
    "SUCCESS": Life.OVER,
    "ERROR": Life.OVER,
    "CANCELLED": Life.OVER,
    "MAX_RECOVERY_ATTEMPTS_EXCEEDED": Life.SPENT,
}
_flows: dict[str, Callable[[str], Awaitable[None]]] = {}
_bodies: dict[str, Callable[[], Coroutine[Any, Any, None]]] = {}
"""DBOS keeps what it knows for as long as the process lives, however often it is launched."""


class _Open:
    machine: "DbosMachine | None" = None


class _Reserved:
    """The place of one step."""

    def __init__(self) -> None:
        self._reservation = DBOS.reserve_step()

    @property
    def number(self) -> int:
        return self._reservation.step_id

    async def result(self, name: str, call: Callable[[], Awaitable[Kept | Failure]]) -> Kept | Failure:
        async def asked() -> Kept | Failure:
            return await call()

        try:
            return await self._reservation.run_async({"name": name}, asked)
        except DBAPIError as away:  # nothing is kept, so the run stops here and asks this step again
            raise StoreUnavailable(str(away.orig)) from away


class DbosMachine:
    """Machine on DBOS, launched. At most `at_once` runs begin here without the queue."""

    def __init__(self, node: str, at_once: int) -> None:
        self.node = node
        self._at_once = at_once
        self._lives: dict[asyncio.Task[Any], str] = {}
        self._direct: set[str] = set()
        self._closing = False

    def take(self, flow: str, going: Callable[[str], Awaitable[None]]) -> None:
        known = flow in _flows
        _flows[flow] = going
        if known:
            return

        async def body() -> None:
            if (open_now := _Open.machine) is None or (run := DBOS.workflow_id) is None:
                raise asyncio.CancelledError
            await open_now._life(run, _flows[flow])

        _bodies[flow] = DBOS.workflow(name=flow, max_recovery_attempts=MOST_LIVES)(body)

    async def _life(self, run: str, going: Callable[[str], Awaitable[None]]) -> None:
        if self._closing:  # taken from the queue too late: cancelled at once, it stays ours to take up again
            raise asyncio.CancelledError
        task = asyncio.current_task()
        if task is not None:
            self._lives[task] = run
            task.add_done_callback(self._lives.pop)
        try:
            await going(run)
        finally:
            self._direct.discard(run)

    def open(self) -> None:
        """From now on runs that DBOS takes up go on here."""
        _Open.machine = self

    async def close(self, grace: float) -> None:
        """Let what is under way end within so many seconds, and cut the rest: that is resumed later."""
        self._closing = True
        if not self._lives:
            return
        _, late = await asyncio.wait(self._lives, timeout=grace)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)

    def reserve(self) -> _Reserved:
        return _Reserved()

    async def begin(self, flow: str, run: str) -> None:
        """Here and now while there is room, else by the queue, which is looked at now and then."""
        if flow in _flows and len(self._direct) < self._at_once and not self._closing:
            await _outside(self._begin_here(flow, run))
            return
        options: EnqueueOptions = {
            "queue_name": QUEUE,
            "workflow_name": flow,
            "workflow_id": run,
            "app_version": VERSION,
        }
        await _outside(DBOS.enqueue_workflow_with_options_async(options))

    async def _begin_here(self, flow: str, run: str) -> None:
        self._direct.add(run)
        try:
            with SetWorkflowID(run):
                handle = await DBOS.start_workflow_async(_bodies[flow])
        except BaseException:
            self._direct.discard(run)
            raise
        if getattr(handle, "task", None) is None:  # it was begun before: it is not ours to await
            self._direct.discard(run)

    async def again(self, run: str, step: int) -> None:
        try:
            await _outside(DBOS.rewind_workflow_async(run, start_step=step, queue_name=QUEUE))
        except error.DBOSNonExistentWorkflowError as missing:
            raise LookupError(run) from missing
        except error.DBOSException as refused:
            raise StillGoing(run) from refused

    async def cancel(self, run: str) -> None:
        await _outside(DBOS.cancel_workflow_async(run))

    async def lives(self, runs: Sequence[str]) -> dict[str, Life]:
        if not runs:
            return {}
        found = await _outside(
            DBOS.list_workflows_async(workflow_ids=list(runs), load_input=False, load_output=False)
        )
        return {one.workflow_id: _LIVES[one.status] for one in found}

    async def going_on(self, node: str, limit: int) -> list[str]:
        found = await _outside(
            DBOS.list_workflows_async(
                status="PENDING", executor_id=node, limit=limit, load_input=False, load_output=False
            )
        )
        return [one.workflow_id for one in found]

    async def lost(self) -> list[str]:
        here = set(self._lives.values()) | self._direct
        return [run for run in await self.going_on(self.node, MOST_LOST) if run not in here]

    async def take_over(self, runs: Sequence[str]) -> None:
        await _outside(DBOS.resume_workflows_async(list(runs), queue_name=QUEUE))

    async def steps(self, run: str, limit: int) -> list[Recorded]:
        found = await _outside(DBOS.list_workflow_steps_async(run, limit=limit))
        return [
            Recorded(
                number=one["function_id"],
                name=one["function_name"],
                started_ms=one["started_at_epoch_ms"],
                ended_ms=one["completed_at_epoch_ms"],
                kept=one["output"] if isinstance(one["output"], Kept) else None,
                failure=one["output"] if isinstance(one["output"], Failure) else None,
            )
            for one in found
        ]

    async def forget(self, runs: Sequence[str]) -> None:
        await _outside(DBOS.delete_workflows_async(list(runs)))


async def _outside(call: Coroutine[Any, Any, T]) -> T:
    """Ask DBOS from outside any run: inside one it would make the question a step of that run.

    Raises StoreUnavailable.
    """
    try:
        return await asyncio.create_task(call, context=contextvars.Context())
    except DBAPIError as away:
        raise StoreUnavailable(str(away.orig)) from away
