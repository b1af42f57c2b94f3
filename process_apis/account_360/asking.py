"""How is one part asked, so that trouble with its owner costs that part only?"""

import asyncio
import logging
from datetime import datetime
from typing import Any

from process_apis import clock, links
from process_apis.account_360.known import KnownParts
from process_apis.account_360.model import Part, State
from process_apis.account_360.questions import Question
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
}


async def answered(question: Question[Any], account: LinkedAccount, known: KnownParts) -> Part[Any]:
    """A fresh part, or the last known one with its age, or the name of what kept us from it.

    Only named trouble is tolerated: a bug in our own code still falls through.
    """
    asked_of = account.of(question.kind)
    connections = tuple(dict.fromkeys(record.origin.ref.connection for record in asked_of))
    if not asked_of and question.part != "profile":
        return await _no_record(question, account)
    try:
        async with asyncio.timeout(PART_LIMIT):
            data = await question.ask(account)
    except PlatformError as error:
        return await _remembered(question, account, known, connections, _REASONS[type(error)])
    except TimeoutError:
        return await _remembered(question, account, known, connections, "out of time")
    now = clock.now()
    await _remember_ids(question, account, data)
    known.keep(account.id, question.part, now, data)
    return Part(
        state=State.FRESH,
        source=question.kind,
        connections=connections,
        observed_at=now,
        because=None,
        data=data,
    )


async def _remembered(
    question: Question[Any],
    account: LinkedAccount,
    known: KnownParts,
    connections: tuple[str, ...],
    because: str,
) -> Part[Any]:
    log.info("part %s of %s not confirmed: %s", question.part, account.id, because)
    last = await known.last(account.id, question.part, question.answer)
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
