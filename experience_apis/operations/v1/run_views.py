"""What do the people who keep it running see of a run?"""

from typing import Annotated, Any

import msgspec
from msgspec import Meta, Raw, Struct

from canonical.identity import AccountId, Timestamp
from experience_apis.operations.v1.acting import ActView, Json, Long, Many, Reason, Told
from experience_apis.shapes import Word
from process_apis.runs import Run, RunDetail, Step


class RunView(Struct, kw_only=True):
    """One run of a durable process, and how it stands.

    `needs` says what it waits for, or what somebody has to do; `next_try_at` is when it goes on by itself,
    `waits_until` the moment of business time that it waits for.
    """

    id: Long
    flow: Word
    state: Annotated[
        Word,
        Meta(
            description="running, waiting, needs_person, done, undone, dismissed or cancelled.",
            examples=["waiting"],
        ),
    ]
    account: AccountId | None
    keys: Annotated[tuple[Long, ...], Meta(max_length=20, description="Business keys it is found by.")]
    parent: Long | None
    cause: Annotated[Long, Meta(description="The event or run that led to it.")] | None
    trace_id: Annotated[Word, Meta(description="The trace it belongs to.")] | None
    step: Annotated[Word, Meta(description="The step it stands at, when it does not go on.")] | None
    error: Annotated[Word, Meta(examples=["Unavailable"])] | None
    needs: Told | None
    tries: Many
    next_try_at: Timestamp | None
    waits_until: Timestamp | None
    created_at: Timestamp
    ended_at: Timestamp | None


class StepView(Struct, kw_only=True):
    """One finished step: `done`, or `failed` with the kind of its error."""

    number: Many
    name: Word
    state: Word
    started_at: Timestamp | None
    ended_at: Timestamp | None
    error: Word | None
    attempts: Many


class RunDetailView(Struct, kw_only=True):
    """One run whole."""

    run: RunView
    input: Json
    outcome: Annotated[Any, Meta(description="What came of it, once it has ended.")]
    steps: Annotated[tuple[StepView, ...], Meta(max_length=500)]
    children: Annotated[tuple[RunView, ...], Meta(max_length=100)]
    actions: Annotated[tuple[ActView, ...], Meta(max_length=100, description="What people did with it.")]


class Restart(Struct, kw_only=True, forbid_unknown_fields=True):
    """Let a run go on; finished steps are not done again.

    `input` replaces what it was given; `from_step` begins with an earlier step than the one that failed.
    """

    reason: Reason
    input: Json | None = None
    from_step: Annotated[int, Meta(ge=1, le=10_000)] | None = None


def to_run(run: Run) -> RunView:
    return RunView(
        id=run.id,
        flow=run.flow,
        state=run.state,
        account=run.account,
        keys=run.keys,
        parent=run.parent,
        cause=run.cause,
        trace_id=run.trace.split("-")[1] if run.trace else None,
        step=run.step,
        error=run.error,
        needs=run.needs,
        tries=run.tries,
        next_try_at=run.next_try_at,
        waits_until=run.waits_until,
        created_at=run.created_at,
        ended_at=run.ended_at,
    )


def to_step(step: Step) -> StepView:
    return StepView(
        number=step.number,
        name=step.name,
        state=step.state,
        started_at=step.started_at,
        ended_at=step.ended_at,
        error=step.error,
        attempts=step.attempts,
    )


def to_detail(found: RunDetail) -> RunDetailView:
    return RunDetailView(
        run=to_run(found.run),
        input=_read(found.input),
        outcome=None if found.outcome is None else _read(found.outcome),
        steps=tuple(to_step(step) for step in found.steps),
        children=tuple(to_run(child) for child in found.children),
        actions=tuple(
            ActView(action=one.action, actor=one.actor, at=one.at, reason=one.reason) for one in found.actions
        ),
    )


def _read(written: Raw) -> Any:
    return msgspec.json.decode(written)
