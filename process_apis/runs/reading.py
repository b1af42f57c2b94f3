"""How is a run found, and what is there to see of it?"""

from datetime import datetime
from typing import Any, Final

import msgspec

from process_apis import cursors, records
from process_apis.durable import State, machine
from process_apis.durable.machine import Recorded
from process_apis.errors import InvalidCursor, NotFound
from process_apis.records import Value
from process_apis.records.moments import moment, optional_moment
from process_apis.runs.model import Action, Asked, Run, RunDetail, RunPage, Step

MOST_STEPS: Final = 500
MOST_CHILDREN: Final = 100
MOST_ACTIONS: Final = 100
_NEWEST: Final = (2**62, "")
_AFTER_ALL: Final = "\U0010ffff"

_FIELDS: Final = """
r.id, r.flow, r.state, r.account, r.parent, r.cause, r.trace, r.step_name, r.error, r.needs, r.waits,
r.due_at, r.business_due_at, r.created_at, r.ended_at
"""
_ORDER: Final = "ORDER BY r.created_at DESC, r.id DESC LIMIT ?"
_FOUND_BY: Final[dict[str, str]] = {
    "account": "SELECT {fields} FROM run r WHERE r.account = ?",
    "key": "SELECT {fields} FROM run_key k JOIN run r ON r.id = k.run_id WHERE k.key = ?",
    "beginning": "SELECT {fields} FROM run r WHERE r.id >= ? AND r.id < ?",
}
"""Each is served by an index of its own; what one query may mean is asked in all three."""
_WAY: Final = "SELECT * FROM ({sql}) AS {way}"
_ANY_WAY: Final = "SELECT * FROM ({ways}) AS r {order}"
_ALL: Final = "SELECT {fields} FROM run r WHERE 1 = 1"
_KEYS = "SELECT run_id, key FROM run_key WHERE run_id IN ({ids}) ORDER BY run_id, key"
_ONE = "SELECT {fields} FROM run r WHERE r.id = ?"
_WHOLE = "SELECT input, outcome FROM run WHERE id = ?"
_CHILDREN = "SELECT {fields} FROM run r WHERE r.parent = ? ORDER BY r.created_at, r.id LIMIT ?"
_ACTIONS = (
    "SELECT action, actor, at, reason, before FROM run_action WHERE run_id = ? ORDER BY at DESC, id LIMIT ?"
)


async def page(asked: Asked, cursor: str | None, limit: int) -> RunPage:
    """One page of runs, the newest first. Raises InvalidCursor, StoreUnavailable."""
    question = f"runs|{msgspec.json.encode(asked).decode()}"
    after = _position(cursors.unseal(question, cursor)) if cursor else _NEWEST
    sql, values = _question(asked, after, limit + 1)
    rows = await records.store().rows(sql, *values)
    items = await _with_keys(rows[:limit])
    position = (rows[limit - 1][13], rows[limit - 1][0]) if len(rows) > limit else None
    return RunPage(items=items, next_cursor=cursors.seal(question, position) if position else None)


async def show(id: str) -> RunDetail:
    """One run with its steps, its children and what was done with it. Raises NotFound, StoreUnavailable."""
    store = records.store()
    runs = await _with_keys(await store.rows(_ONE.format(fields=_FIELDS), id))
    if not runs:
        raise NotFound("run")
    ((input, outcome),) = await store.rows(_WHOLE, id)
    children = await _with_keys(await store.rows(_CHILDREN.format(fields=_FIELDS), id, MOST_CHILDREN))
    steps = await machine.machine().steps(id, MOST_STEPS)
    return RunDetail(
        run=runs[0],
        input=msgspec.Raw(bytes(input)),
        outcome=None if outcome is None else msgspec.Raw(bytes(outcome)),
        steps=tuple(_step(one) for one in steps),
        children=children,
        actions=tuple(_action(*row) for row in await store.rows(_ACTIONS, id, MOST_ACTIONS)),
    )


def _question(asked: Asked, after: tuple[int, str], limit: int) -> tuple[str, list[Value]]:
    narrowed = [
        (f"AND r.{column} = ?", value)
        for column, value in (("state", asked.state), ("flow", asked.flow), ("account", asked.account))
        if value is not None
    ]
    rest = f"{' '.join(sql for sql, _ in narrowed)} AND (r.created_at, r.id) < (?, ?) {_ORDER}"
    bound: list[Value] = [*(value for _, value in narrowed), *after, limit]
    if asked.query is None:
        return f"{_ALL.format(fields=_FIELDS)} {rest}", bound
    meant: dict[str, list[Value]] = {
        "account": [asked.query],
        "key": [asked.query],
        "beginning": [asked.query, asked.query + _AFTER_ALL],
    }
    ways = [
        _WAY.format(way=way, sql=f"{sql.format(fields=_FIELDS)} {rest}") for way, sql in _FOUND_BY.items()
    ]
    values = [value for way in _FOUND_BY for value in (*meant[way], *bound)]
    return _ANY_WAY.format(ways=" UNION ".join(ways), order=_ORDER), [*values, limit]


def _position(position: object) -> tuple[int, str]:
    match position:
        case [int(created_at), str(id)]:
            return created_at, id
    raise InvalidCursor


async def _with_keys(rows: list[tuple[Any, ...]]) -> tuple[Run, ...]:
    if not rows:
        return ()
    sql = _KEYS.format(ids=", ".join("?" for _ in rows))
    keys: dict[str, list[str]] = {row[0]: [] for row in rows}
    for run, key in await records.store().rows(sql, *keys):
        keys[run].append(key)
    return tuple(_run(tuple(keys[row[0]]), *row) for row in rows)


def _run(keys: tuple[str, ...], id: str, flow: str, state: str, account: str | None, *rest: Any) -> Run:
    parent, cause, trace, step, error, needs, waits, due_at, business_due_at, created_at, ended_at = rest
    return Run(
        id=id,
        flow=flow,
        state=State(state),
        account=account,
        keys=keys,
        parent=parent,
        cause=cause,
        trace=trace,
        step=step,
        error=error,
        needs=needs,
        tries=waits,
        next_try_at=optional_moment(due_at),
        waits_until=optional_moment(business_due_at),
        created_at=moment(created_at),
        ended_at=optional_moment(ended_at),
    )


def _step(one: Recorded) -> Step:
    failure = one.failure
    attempts = failure.attempts if failure else one.kept.attempts if one.kept else 1
    return Step(
        number=one.number,
        name=one.name,
        state="failed" if failure else "done",
        started_at=_instant(one.started_ms),
        ended_at=_instant(one.ended_ms),
        error=failure.name if failure else None,
        attempts=attempts,
    )


def _instant(milliseconds: int | None) -> datetime | None:
    return None if milliseconds is None else moment(milliseconds * 1000)


def _action(action: str, actor: str, at: int, reason: str, before: bytes | None) -> Action:
    return Action(
        action=action,
        actor=actor,
        at=moment(at),
        reason=reason,
        before=None if before is None else msgspec.Raw(bytes(before)),
    )
