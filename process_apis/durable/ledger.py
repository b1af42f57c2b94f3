"""What is written down about a run, and how does it move from one state to another?

Each move is one statement that names the states it may come from, so that two nodes, or two lives of one run,
cannot undo each other's. The engine keeps finished steps; everything people ask about stands here.
"""

import time
from collections.abc import Sequence
from typing import Any, Final
from uuid import uuid4

from msgspec import Struct

from process_apis import records
from process_apis.durable import ends
from process_apis.durable.model import ENDED, About, State

KEEP_ALL: Final = 2_000_000_000
"""As the step to go on from: no finished step is forgotten."""

_FIELDS: Final = """
id, flow, state, account, trace, cause, input, outcome, step, step_name, error, needs, waits, waiting_since
"""
_OPEN: Final = f"state IN ('{State.RUNNING}', '{State.WAITING}', '{State.NEEDS_PERSON}')"

_ADD = """
INSERT INTO run (id, flow, state, account, parent, trace, cause, input, step, waits, created_at, touched_at)
VALUES (?, ?, 'running', ?, ?, ?, ?, ?, 2000000000, 0, ?, ?) ON CONFLICT (id) DO NOTHING
"""
_ADD_KEY = "INSERT INTO run_key (key, run_id) VALUES (?, ?) ON CONFLICT DO NOTHING"
_READ = f"SELECT {_FIELDS} FROM run WHERE id = ?"  # noqa: S608 (constants)
_END = f"""
UPDATE run SET state = ?, outcome = ?, ended_at = ?, touched_at = ?, error = NULL, needs = NULL,
  step_name = NULL, due_at = NULL, business_due_at = NULL, waits_for = NULL, waiting_since = NULL
WHERE id = ? AND {_OPEN}
"""  # noqa: S608 (constants)
_WAKE = "UPDATE run SET due_at = ? WHERE waits_for = ? AND state = 'waiting'"
_WAIT = """
UPDATE run SET state = 'waiting', step = ?, step_name = ?, error = ?, needs = ?, waits = ?, waiting_since = ?,
  waits_for = ?, due_at = ?, business_due_at = ?, touched_at = ?
WHERE id = ? AND state = 'running'
"""
_STOP = """
UPDATE run SET state = 'needs_person', step = ?, step_name = ?, error = ?, needs = ?, waits_for = NULL,
  due_at = NULL, business_due_at = NULL, touched_at = ?
WHERE id = ? AND state = 'running'
"""
_DUE = "SELECT 1 FROM run WHERE state = 'waiting' AND {due} <= ? LIMIT 1"
_CLAIM = """
UPDATE run SET state = 'running', claim = ?, touched_at = ?, due_at = NULL, business_due_at = NULL
WHERE state = 'waiting' AND id IN (
  SELECT id FROM run WHERE state = 'waiting' AND {due} <= ? ORDER BY {due} LIMIT ?
)
"""
_CLAIMED = "SELECT id, flow, step FROM run WHERE claim = ? AND state = 'running'"
_PUT_BACK = """
UPDATE run SET state = 'waiting', due_at = ?, touched_at = ? WHERE id = ? AND state = 'running' AND claim = ?
"""
_QUIET = (
    "SELECT id, flow, claim FROM run WHERE state = 'running' AND touched_at < ? ORDER BY touched_at LIMIT ?"
)
_TOUCH = "UPDATE run SET touched_at = ? WHERE id = ? AND state = 'running'"
_MEND = "UPDATE run SET state = 'waiting', due_at = ?, touched_at = ? WHERE id = ? AND state = 'running'"
_STANDING = f"SELECT flow, state, COUNT(*), MIN(touched_at) FROM run WHERE {_OPEN} GROUP BY flow, state"  # noqa: S608
_OLD = "SELECT id FROM run WHERE ended_at < ? ORDER BY ended_at LIMIT ?"
_FORGET = (
    "DELETE FROM run_key WHERE run_id = ?",
    "DELETE FROM run_action WHERE run_id = ?",
    "DELETE FROM run WHERE id = ?",
)


class Written(Struct, frozen=True, kw_only=True):
    """A run as it is written down. Moments are microseconds since 1970; it would go on from `step`."""

    id: str
    flow: str
    state: State
    about: About
    input: bytes
    outcome: bytes | None
    step: int
    step_name: str | None
    error: str | None
    needs: str | None
    waits: int
    waiting_since: int | None

    @property
    def ended(self) -> bool:
        return self.state in ENDED


class Stop(Struct, frozen=True, kw_only=True):
    """Where a run stopped, and why: step to go on from, class of the error, what it needs."""

    step: int
    step_name: str | None
    error: str
    needs: str


SPENT: Final = Stop(
    step=KEEP_ALL,
    step_name=None,
    error="Spent",
    needs="a repair of the program: the run was taken up again and again, and its node ended each time",
)


def unknown(flow: str) -> Stop:
    """Where a run stops whose flow this release does not know."""
    return Stop(step=KEEP_ALL, step_name=None, error="UnknownFlow", needs=f"a release that knows {flow}")


class Wait(Struct, frozen=True, kw_only=True):
    """Until when a stopped run waits: until `due_at` of wall time, or `business_due_at`, whichever is first.

    `waits_for` names what wakes it before.
    """

    waits: int
    since: int
    due_at: int | None
    business_due_at: int | None = None
    waits_for: str | None = None


class Claimed(Struct, frozen=True):
    """A waiting run that is ours to start again."""

    id: str
    flow: str
    step: int
    claim: str


class Open(Struct, frozen=True):
    """So many `runs` of one flow are in one state; the longest has stood still for so many `seconds`."""

    flow: str
    state: State
    runs: int
    seconds: float


def wall() -> int:
    """Wall time, in microseconds since 1970. Nodes of one house are expected to agree to a second."""
    return time.time_ns() // 1000


def waits_for_end(run: str) -> str:
    """What wakes those that wait for this run's end."""
    return f"end:{run}"


async def add(run: str, flow: str, written: bytes, about: About, parent: str | None) -> None:
    """Write down a run that begins, unless it is there already."""
    now = wall()
    row = (run, flow, about.account, parent, about.trace, about.cause, written, now, now)
    await records.store().write_all([(_ADD, [row]), (_ADD_KEY, [(key, run) for key in about.keys])])


async def read(run: str) -> Written | None:
    """What is written down about a run; None when there is none."""
    for row in await records.store().rows(_READ, run):
        return _written(*row)
    return None


async def end(run: str, state: State, outcome: bytes | None) -> None:
    """It ended; whoever waits for that is due."""
    now = wall()
    end, wake = (state, outcome, now, now, run), (now, waits_for_end(run))
    await records.store().write_all([(_END, [end]), (_WAKE, [wake])])
    ends.tell(run)


async def wake(waits_for: str) -> None:
    """Whoever waits for this is due now."""
    await records.store().write(_WAKE, [(wall(), waits_for)])


async def wait(run: str, at: Stop, until: Wait) -> None:
    """It stopped, and goes on by itself."""
    row = (at.step, at.step_name, at.error, at.needs, until.waits, until.since)
    due = (until.waits_for, until.due_at, until.business_due_at, wall(), run)
    await records.store().write(_WAIT, [(*row, *due)])


async def stop(run: str, at: Stop) -> None:
    """It stopped, and somebody has to do something."""
    await records.store().write(_STOP, [(at.step, at.step_name, at.error, at.needs, wall(), run)])
    ends.tell(run)


async def claim_due(business: int, limit: int) -> list[Claimed]:
    """Waiting runs that are due, at most so many, each given to one caller of one node only."""
    claim = uuid4().hex
    for column, now in (("due_at", wall()), ("business_due_at", business)):
        # A look first: with nothing due, the usual case, nothing is written.
        if await records.store().rows(_DUE.format(due=column), now):
            await records.store().write(_CLAIM.format(due=column), [(claim, wall(), now, limit)])
            rows = await records.store().rows(_CLAIMED, claim)
            return [Claimed(id, flow, step, claim) for id, flow, step in rows]
    return []


async def put_back(run: Claimed, due_at: int) -> None:
    """It cannot be started again yet: it waits on."""
    await records.store().write(_PUT_BACK, [(due_at, wall(), run.id, run.claim)])


async def quiet(before: int, limit: int) -> list[tuple[str, str]]:
    """Id and flow of running runs of which nothing was written since, the quietest first; and touch them."""
    rows = await records.store().rows(_QUIET, before, limit)
    await records.store().write(_TOUCH, [(wall(), id) for id, *_ in rows])
    return [(id, flow) for id, flow, _ in rows]


async def mend(run: str) -> None:
    """The engine has stopped it and nothing says why: start it again from where it stopped."""
    await records.store().write(_MEND, [(wall(), wall(), run)])


async def open_runs() -> tuple[Open, ...]:
    """How many runs of each flow have not ended, by state."""
    rows, now = await records.store().rows(_STANDING), wall()
    return tuple(
        Open(flow, State(state), count, max(0, now - touched) / 1_000_000)
        for flow, state, count, touched in rows
    )


async def old(before: int, limit: int) -> list[str]:
    """Runs that ended before this moment, the oldest first."""
    return [id for (id,) in await records.store().rows(_OLD, before, limit)]


async def forget(runs: Sequence[str]) -> None:
    """Forget runs, their keys, and what was done with them."""
    await records.store().write_all([(sql, [(run,) for run in runs]) for sql in _FORGET])


def _written(id: str, flow: str, state: str, account: str, trace: str, cause: str, *rest: Any) -> Written:
    input, outcome, step, step_name, error, needs, waits, waiting_since = rest
    return Written(
        id=id,
        flow=flow,
        state=State(state),
        about=About(account=account, trace=trace, cause=cause),
        input=bytes(input),
        outcome=None if outcome is None else bytes(outcome),
        step=step,
        step_name=step_name,
        error=error,
        needs=needs,
        waits=waits,
        waiting_since=waiting_since,
    )
