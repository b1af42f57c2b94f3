"""What can somebody do about a run that does not go on by itself?

The change and its audit are one transaction, and change nothing when the run is in another state than the
person thought. A restart only says that the run is due: whichever node sees it first starts it.
"""

from collections.abc import Sequence
from typing import Final
from uuid import uuid4

from process_apis import records
from process_apis.durable import State, ends, ledger, machine
from process_apis.durable.ledger import Written, waits_for_end, wall
from process_apis.durable.starting import flow_of
from process_apis.errors import NotFound, WrongInput, WrongState
from process_apis.records import Row, Statement

LONGEST_REASON: Final = 1000
_STOPPED: Final = (State.NEEDS_PERSON, State.WAITING)
_RESTARTED: Final = (*_STOPPED, State.CANCELLED, State.DISMISSED)
_OPEN: Final = (*_STOPPED, State.RUNNING)

_RESTART = """
UPDATE run SET claim = ?, state = 'waiting', step = ?, input = ?, due_at = ?, touched_at = ?, waits = 0,
  waiting_since = NULL, ended_at = NULL, waits_for = NULL, business_due_at = NULL
"""
_GIVE_UP = """
UPDATE run SET claim = ?, state = ?, ended_at = ?, touched_at = ?, due_at = NULL, business_due_at = NULL,
  waits_for = NULL
"""
_WAKE = """
UPDATE run SET due_at = ? WHERE waits_for = ? AND state = 'waiting'
  AND EXISTS (SELECT 1 FROM run given WHERE given.id = ? AND given.claim = ?)
"""
_AUDIT = """
INSERT INTO run_action (id, run_id, action, actor, at, reason, before)
SELECT ?, id, ?, ?, ?, ?, ? FROM run WHERE id = ? AND claim = ?
"""
_MINE = "SELECT 1 FROM run WHERE id = ? AND claim = ?"


async def restart(
    id: str, *, by: str, why: str, input: bytes | None = None, from_step: int | None = None
) -> None:
    """Let it go on from the step it failed at, or from an earlier one, which is then asked again.

    `input` replaces what the flow was given, as JSON by the names of its parameters: finished steps stay as
    they are, later ones see it. Raises NotFound, WrongInput, WrongState when it runs or has an outcome.
    """
    run = await _found(id)
    if input is not None:
        flow_of(run.flow).arguments(input)
    if from_step is not None and not 1 <= from_step <= run.step:
        raise WrongInput(run.flow, f"there is no finished step {from_step} to begin with")
    change = (run.step if from_step is None else from_step, input or run.input, wall(), wall())
    await _act(run, "restart", by, why, _RESTART, change, _RESTARTED, None if input is None else run.input)


async def dismiss(id: str, *, by: str, why: str) -> None:
    """It need not be finished and has no outcome. Raises NotFound, WrongState when it runs or has ended."""
    run = await _found(id)
    await _act(run, "dismiss", by, why, _GIVE_UP, (State.DISMISSED, wall(), wall()), _STOPPED)


async def cancel(id: str, *, by: str, why: str) -> None:
    """Stop it before its next step; what it did stays done. Raises NotFound, WrongState when it has ended."""
    run = await _found(id)
    if run.state is not State.CANCELLED:  # again, after a crash between our records and the engine's
        await _act(run, "cancel", by, why, _GIVE_UP, (State.CANCELLED, wall(), wall()), _OPEN)
    await machine.machine().cancel(id)


async def _found(id: str) -> Written:
    if (run := await ledger.read(id)) is None:
        raise NotFound("run")
    return run


async def _act(
    run: Written,
    action: str,
    by: str,
    why: str,
    change: str,
    values: Row,
    states: Sequence[State],
    before: bytes | None = None,
) -> None:
    """The change, who waits for it, and who did it, or none of them."""
    claim = uuid4().hex
    sql = f"{change} WHERE id = ? AND state IN ({', '.join('?' for _ in states)})"
    audit = (f"{wall():016x}{claim[:8]}", action, by, wall(), why[:LONGEST_REASON], before, run.id, claim)
    statements: list[Statement] = [
        (sql, [(claim, *values, run.id, *states)]),
        (_WAKE, [(wall(), waits_for_end(run.id), run.id, claim)]),
        (_AUDIT, [audit]),
    ]
    await records.store().write_all(statements)
    if not await records.store().rows(_MINE, run.id, claim):
        raise WrongState(run.id, run.state)
    ends.tell(run.id)
