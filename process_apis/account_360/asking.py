"""How is one part asked, so that trouble with its owner costs that part only?"""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime
from itertools import chain
from typing import Any

from msgspec.structs import replace

from canonical.identity import Kind
from process_apis import clock, links
from process_apis.account_360.known import KnownParts
from process_apis.account_360.merging import Merge
from process_apis.account_360.model import Part, State
from process_apis.account_360.parts import Question
from process_apis.account_360.questions import side_by_side
from process_apis.links import LinkedAccount
from system_apis.errors import (
    Busy,
    Missing,
    PlatformError,
    Refused,
    Unauthorised,
    Unavailable,
    Unreadable,
)

log = logging.getLogger(__name__)

PART_LIMIT = 1.5
"""Seconds one part may take; the parts are asked side by side, so the whole picture takes hardly longer."""

_REASONS: dict[type[PlatformError], str] = {
    Unavailable: "unavailable",
    Busy: "busy",
    Missing: "no such record",
    Refused: "refused",
    Unauthorised: "refused our credentials",
    Unreadable: "sent nonsense",
    PlatformError: "gave no usable answer",
}


async def answered(question: Question[Any], account: LinkedAccount, known: KnownParts) -> Part[Any]:
    """A fresh part, or the last known one with its age, or the name of what kept us from it.

    Only named trouble is tolerated: a bug in our own code still falls through.
    """
    asked_of = account.of(question.kind)
    connections = tuple(dict.fromkeys(record.origin.ref.connection for record in asked_of))
    if not asked_of and question.part != "profile":
        return await _no_record(question, account)
    if question.merge is None or len(connections) == 1:
        return await _said(question, account, known, connections, question.part)
    async with side_by_side() as group:
        asked = [
            group.create_task(
                _said(question, _only(account, question.kind, one), known, (one,), f"{question.part}@{one}")
            )
            for one in connections
        ]
    return _together(question.merge, [task.result() for task in asked])


def _reason(error: PlatformError) -> str:
    """In words; a kind of error that has none of its own has those of what it is a kind of."""
    return next(_REASONS[kind] for kind in type(error).__mro__ if kind in _REASONS)


def _only(account: LinkedAccount, kind: Kind, connection: str) -> LinkedAccount:
    """The account as if this were the only connection of its kind."""
    kept = (one for one in account.records if one.kind is not kind or one.origin.ref.connection == connection)
    return replace(account, records=tuple(kept))


def _together(merge: Merge[Any], parts: list[Part[Any]]) -> Part[Any]:
    """What several connections said as one part, no fresher than the one that knows least."""
    known = [part for part in parts if part.state is not State.UNKNOWN]
    troubled = [part for part in parts if part.state is not State.FRESH]
    return Part(
        state=State.FRESH if not troubled else State.STALE if known else State.UNKNOWN,
        source=parts[0].source,
        connections=_each(parts, lambda part: part.connections),
        observed_at=min((part.observed_at for part in known if part.observed_at), default=None),
        because=", ".join(_each(troubled, lambda part: (part.because,) if part.because else ())) or None,
        data=merge([part.data for part in known]) if known else None,
        silent=_each(troubled, lambda part: part.connections),
    )


def _each(parts: list[Part[Any]], of: Callable[[Part[Any]], tuple[str, ...]]) -> tuple[str, ...]:
    """What the parts have of this, each once."""
    return tuple(dict.fromkeys(chain.from_iterable(map(of, parts))))


async def _said(
    question: Question[Any],
    account: LinkedAccount,
    known: KnownParts,
    connections: tuple[str, ...],
    name: str,
) -> Part[Any]:
    """The answer to a question that is remembered under this name."""
    if (warm := known.warm.part(account, name)) is not None:
        return warm
    asked_in = known.warm.generation
    try:
        async with asyncio.timeout(PART_LIMIT):
            data = await question.ask(account)
    except PlatformError as error:
        return await _remembered(question, account, known, connections, name, _reason(error))
    except TimeoutError:
        return await _remembered(question, account, known, connections, name, "out of time")
    now = clock.now()
    await _remember_ids(question, account, data)
    known.keep(account.id, name, now, data)
    part: Part[Any] = Part(
        state=State.FRESH,
        source=question.kind,
        connections=connections,
        observed_at=now,
        because=None,
        data=data,
    )
    known.warm.keep(account, name, part, asked_in)
    return part


async def _remembered(
    question: Question[Any],
    account: LinkedAccount,
    known: KnownParts,
    connections: tuple[str, ...],
    name: str,
    because: str,
) -> Part[Any]:
    log.info("part %s of %s not confirmed: %s", name, account.id, because)
    last = await known.last(account.id, name, question.answer)
    observed_at, data = last or (None, None)
    return Part(
        state=State.STALE if last else State.UNKNOWN,
        source=question.kind,
        connections=connections,
        observed_at=observed_at,
        because=because,
        data=data,
    )


async def _remember_ids(question: Question[Any], account: LinkedAccount, data: Any) -> None:
    """What is shown can be asked for by our id from now on."""
    if question.prefix and data.items:
        await links.remember(account.id, question.prefix, [record.origin.ref for record in data.items])


async def _no_record(question: Question[Any], account: LinkedAccount) -> Part[Any]:
    """No system of this kind knows the customer: an answer too, as old as our last look at all customers."""
    return Part(
        state=State.FRESH,
        source=question.kind,
        connections=(),
        observed_at=account.observed_at,
        because=f"no record in {question.kind}",
        data=await question.ask(account),
    )


def oldest(parts: tuple[Part[Any], ...]) -> tuple[State, datetime | None]:
    """How far something derived from several parts can be trusted: as far as the weakest of them."""
    order = (State.UNKNOWN, State.STALE, State.FRESH)
    state = min((part.state for part in parts), key=order.index)
    seen = [part.observed_at for part in parts if part.observed_at]
    return state, min(seen) if seen else None
