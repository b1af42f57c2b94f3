"""What is the whole picture of one account right now?"""

import asyncio
from collections.abc import Collection

import msgspec

from canonical.caller import EVERYONE, AccountScope
from canonical.ownership import TIELINE
from process_apis import clock, entitlement, links
from process_apis.account_360 import rules
from process_apis.account_360.asking import answered, oldest
from process_apis.account_360.bounding import bounded
from process_apis.account_360.handover import settled
from process_apis.account_360.known import KnownParts
from process_apis.account_360.model import Part, Parts, Picture, Risk, State
from process_apis.account_360.parts import BILLING_DETAILS, QUESTIONS
from process_apis.account_360.questions import side_by_side
from process_apis.entitlement.model import Decision
from process_apis.links import LinkedAccount
from system_apis.metrics import counter

_known = KnownParts()
_asked: dict[str, asyncio.Task[Picture]] = {}

_PARTS = counter("account_360.parts", "Parts of pictures that were made, by how fresh.", ("part", "state"))
_NOT_YET: Part[Risk] = Part(
    state=State.UNKNOWN, source=TIELINE, connections=(), observed_at=None, because=None, data=None
)


async def picture(id: str, scope: AccountScope) -> Picture:
    """All parts of an account, each with its state; identical questions at the same time are asked once.

    Other accounts are named as far as the scope reaches.

    Never fails because of a platform. Raises NotFound when the account is unknown or outside the scope, and
    StoreUnavailable.
    """
    account = await links.account(id, scope)
    if (warm := _known.warm.picture(account)) is not None and await _still_entitled(warm):
        return bounded(warm, scope)
    if (task := _asked.get(account.id)) is None:
        task = _asked[account.id] = asyncio.create_task(_picture(account))
        task.add_done_callback(lambda _: _asked.pop(account.id, None))
    made = await asyncio.shield(task)  # one caller who leaves does not take the answer from the others
    return bounded(made, scope)


def configure(*, warm_seconds: float = 0.0) -> None:
    """For how long a part that its owner confirmed may be given again without asking; 0: not at all."""
    _known.warm.configure(warm_seconds)


def changed(id: str, parts: Collection[str] = ()) -> None:
    """These parts of an account (none: all of them) are not what they were: they are asked next time."""
    _known.warm.changed(id, parts)


async def renew(id: str, parts: Collection[str]) -> None:
    """Ask for these parts again, when anybody ever looked at the account, so that what is remembered is new.

    Raises NotFound.
    """
    changed(id, parts)
    account = await links.account(id, EVERYONE)
    if not await _known.any(account.id):
        return
    async with side_by_side() as group:
        for question in QUESTIONS:
            if question.part in parts:
                group.create_task(answered(question, account, _known))


async def close() -> None:
    """Write down what is remembered only in memory, and forget it there."""
    await _known.close()


async def _still_entitled(picture: Picture) -> bool:
    """Whether the decisions are still those of this picture: they are made here, from facts of our own."""
    return picture.parts.entitlements.data == await entitlement.of_account(picture.account.id, EVERYONE)


async def _picture(account: LinkedAccount) -> Picture:
    asked_in = _known.warm.generation
    async with side_by_side() as group:
        asked = {
            question.part: group.create_task(answered(question, account, _known)) for question in QUESTIONS
        }
        details = group.create_task(answered(BILLING_DETAILS, account, _known))
        entitled = group.create_task(_entitlements(account))
    found = {part: task.result() for part, task in asked.items()}
    found["profile"] = settled(found["profile"], details.result())
    parts = Parts(**found, entitlements=entitled.result(), risk=_NOT_YET)
    parts = msgspec.structs.replace(parts, risk=_risk(parts))
    made = Picture(account=account, at=clock.now(), parts=parts, findings=rules.findings(account, parts))
    for part in Parts.__struct_fields__:
        _PARTS.add(part, getattr(parts, part).state)
    _known.warm.keep_picture(made, [*(task.result() for task in asked.values()), details.result()], asked_in)
    return made


def _risk(parts: Parts) -> Part[Risk]:
    """Derived here from billing's facts: as fresh as the weakest of them."""
    facts = (parts.invoices, parts.payments, parts.subscriptions)
    state, observed_at = oldest(facts)
    known = state is not State.UNKNOWN
    weakest = next((part for part in facts if part.state is state and part.because), None)
    return Part(
        state=state,
        source=TIELINE,
        connections=parts.invoices.connections,
        observed_at=observed_at if known else None,
        because=weakest.because if weakest else None,
        silent=weakest.silent if weakest else (),
        data=rules.risk(parts, clock.now()) if known else None,
    )


async def _entitlements(account: LinkedAccount) -> Part[tuple[Decision, ...]]:
    """Answered from our own projection, so it is here in all weathers."""
    decisions = await entitlement.of_account(account.id, EVERYONE)
    facts = [fact for decision in decisions for fact in decision.facts]
    fallback = any(decision.fallback for decision in decisions)
    no_facts = any(decision.reason == "no_facts" for decision in decisions)
    return Part(
        state=State.UNKNOWN if no_facts else State.STALE if fallback else State.FRESH,
        source=TIELINE,
        connections=tuple(dict.fromkeys(fact.source for fact in facts)),
        observed_at=min((fact.observed_at for fact in facts), default=None),
        because="no facts yet" if no_facts else "the facts are older than allowed" if fallback else None,
        data=decisions,
    )
