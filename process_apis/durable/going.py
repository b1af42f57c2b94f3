"""How does a run go, and what is written down when it ends or stops?"""

import logging
import random
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import msgspec
import stamina

from process_apis.durable import ledger, tracing
from process_apis.durable.declaring import Flow
from process_apis.durable.here import Going, under_way
from process_apis.durable.judging import cause_of, judged
from process_apis.durable.ledger import Written
from process_apis.durable.machine import Stopped
from process_apis.durable.measuring import ENDED
from process_apis.durable.model import Pace, State, Undone
from process_apis.durable.written import Bug, named
from process_apis.records import StoreUnavailable

T = TypeVar("T")

_log = logging.getLogger("tieline.durable")


async def go(flow: Flow[Any, Any], pace: Pace, id: str) -> None:
    """One life of a run, from its first step until it ends or stops; finished steps are only remembered.

    Raises Stopped when it stops.
    """
    run = await _patiently(lambda: ledger.read(id))
    if run is None or run.ended:  # somebody gave it up while it stood in the queue
        return
    under = Going(run.id, run.flow, run.about)
    with tracing.of_run(run.flow, run.id, run.about.trace) as span, under_way(under):
        try:
            outcome = await flow.function(*flow.arguments(run.input))
            written = msgspec.json.encode(outcome)
            flow.outcome(written)
        except Exception as error:
            tracing.failed(span, named(type(cause_of(error))))
            await _stop(flow, pace, run, under, error)
            raise Stopped(f"{id}: {type(cause_of(error)).__name__}") from error
        state = State.UNDONE if isinstance(outcome, Undone) else State.DONE
        await _patiently(lambda: ledger.end(id, state, written))
        ENDED.add(run.flow, state)


async def _stop(flow: Flow[Any, Any], pace: Pace, run: Written, under: Going, error: Exception) -> None:
    """Written down before the engine hears of it: after a crash between the two it stops here once more."""
    failed = under.where(cause_of(error)) or under.where(error)
    verdict = judged(
        run,
        error,
        failed,
        flow.patience,
        pace,
        last=under.last,
        now=ledger.wall(),
        share=random.random(),  # noqa: S311 - jitter
    )
    if (wait := verdict.wait) is not None:
        await _patiently(lambda: ledger.wait(run.id, verdict.stop, wait))
        return
    known = isinstance(cause_of(error), Bug)
    _log.error("%s needs a person: %s", run.id, verdict.stop.needs, exc_info=error if known else None)
    await _patiently(lambda: ledger.stop(run.id, verdict.stop))


async def _patiently(write: Callable[[], Awaitable[T]]) -> T:
    """Nothing about a run may be lost while our own database is away: it is waited for."""
    async for attempt in stamina.retry_context(
        on=StoreUnavailable, attempts=None, timeout=None, wait_initial=0.1, wait_max=5.0
    ):
        with attempt:
            return await write()
    raise AssertionError("stamina goes on until it is written")
