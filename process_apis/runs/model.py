"""What do people see of a run?"""

from datetime import datetime

from msgspec import Raw, Struct

from process_apis.durable import State


class Run(Struct, frozen=True, kw_only=True):
    """One run in a list. While it waits or needs a person, `step`, `error` and `needs` say where and why.

    `next_try_at` is wall time, `waits_until` business time; `tries` counts the waits at this step.
    """

    id: str
    flow: str
    state: State
    account: str | None
    keys: tuple[str, ...]
    parent: str | None
    cause: str | None
    trace: str | None
    step: str | None
    error: str | None
    needs: str | None
    tries: int
    next_try_at: datetime | None
    waits_until: datetime | None
    created_at: datetime
    ended_at: datetime | None


class Step(Struct, frozen=True, kw_only=True):
    """One finished step: `done`, or `failed` with the class of its error, after which the flow may go on."""

    number: int
    name: str
    state: str
    started_at: datetime | None
    ended_at: datetime | None
    error: str | None
    attempts: int


class Action(Struct, frozen=True, kw_only=True):
    """What somebody did with a run, and why. `before` is the input that a correction replaced."""

    action: str
    actor: str
    at: datetime
    reason: str
    before: Raw | None


class RunDetail(Struct, frozen=True, kw_only=True):
    """One run whole: what it was given, by the names of the flow's parameters, and what came of it."""

    run: Run
    input: Raw
    outcome: Raw | None
    steps: tuple[Step, ...]
    children: tuple[Run, ...]
    actions: tuple[Action, ...]


class Asked(Struct, frozen=True, kw_only=True):
    """Which runs are asked for. `query`: an account's id, a business key, or the beginning of a run's id."""

    query: str | None = None
    state: State | None = None
    flow: str | None = None
    account: str | None = None


class RunPage(Struct, frozen=True, kw_only=True):
    """One page, the newest first, and the sealed cursor of the next."""

    items: tuple[Run, ...]
    next_cursor: str | None
