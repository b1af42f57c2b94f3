"""May this customer have this service now, whatever the weather?

Answers come from the projection and never wait for a platform. `configure` comes first, then `fill` once,
and `keep_fresh` as long as the house stands.
"""

import asyncio
from collections.abc import Iterable, Sequence
from datetime import datetime

from canonical.caller import EVERYONE, AccountScope
from canonical.support import Plan, ServiceTier
from process_apis import clock, links
from process_apis.entitlement import facts, rules
from process_apis.entitlement.deciding import Deciding
from process_apis.entitlement.filling import Filling, FillReport, Progress, all_sources
from process_apis.entitlement.freshness import Freshness
from process_apis.entitlement.model import CheckedItem, Decision, Known, Summary
from process_apis.entitlement.offer import Offer
from process_apis.entitlement.projection import Projection
from process_apis.errors import NotFound, TooMany
from system_apis.metrics import counter

CHECKS_AT_ONCE = 100
_DECISIONS = counter(
    "entitlement.decisions", "Decisions that were given, and whether on old facts.", ("decision", "fallback")
)


class _Desk:
    """What a check needs at hand."""

    def __init__(self, offer: Offer) -> None:
        self.deciding = Deciding(offer)
        self.projection = Projection()
        self.filling = Filling(self.projection)
        self.freshness = Freshness(self.filling)


class _Slot:
    desk: _Desk | None = None


def configure(plans: Iterable[Plan], tiers: Iterable[ServiceTier]) -> None:
    """Say what is sold; everything in memory is read anew. Raises ValueError for a tier that there is not."""
    _Slot.desk = _Desk(Offer.of(plans, tiers))


async def fill(progress: Progress | None = None) -> FillReport:
    """Read the facts of all accounts from their owners; one that fails keeps what is known of it."""
    return await _desk().filling.fill(progress)


async def filled() -> bool:
    """Whether every list of every connection was once seen whole, be it before the last restart."""
    return set(all_sources()) <= (await facts.fills()).keys()


def changed(account: str) -> None:
    """What decides about this account was written elsewhere: read it again, here and now."""
    _desk().projection.changed(account)


async def refresh(account: str) -> tuple[str, ...]:
    """Read one account's facts again; the connections that could not be read. Raises NotFound."""
    return await _desk().filling.refresh(account)


async def keep_fresh(stop: asyncio.Event) -> None:
    """Read again what grows old, until `stop` is set."""
    await _desk().freshness.keep(stop)


async def check(account: str, feature: str, scope: AccountScope) -> Decision:
    """The decision about one feature or service tier. Raises NotFound outside the scope."""
    desk = _desk()
    linked = await links.account(account, scope)
    known = desk.projection.at_hand(linked) or await desk.projection.known(linked)
    return _decided(desk, known, feature, clock.now())


async def check_many(checks: Sequence[tuple[str, str]], scope: AccountScope) -> tuple[CheckedItem, ...]:
    """One answer per check, in order; an account that is missing to the caller is said per check.

    Raises TooMany above CHECKS_AT_ONCE.
    """
    if len(checks) > CHECKS_AT_ONCE:
        raise TooMany("checks", CHECKS_AT_ONCE)
    return tuple([await _checked(account, feature, scope) for account, feature in checks])


async def of_account(account: str, scope: AccountScope) -> tuple[Decision, ...]:
    """The decision about every feature that is sold, by name. Raises NotFound outside the scope."""
    desk = _desk()
    known = await _known(desk, account, scope)
    now = clock.now()
    return tuple(_decided(desk, known, feature, now) for feature in desk.deciding.offer.features)


async def summary(account: str) -> Summary:
    """All subscriptions of an account in one line, for our own use. Raises NotFound."""
    desk = _desk()
    known, now = await _known(desk, account, EVERYONE), clock.now()
    if rules.stale(known, now):
        desk.freshness.want(account)
    return rules.summary(known, desk.deciding.offer, now)


async def _checked(account: str, feature: str, scope: AccountScope) -> CheckedItem:
    try:
        decision = await check(account, feature, scope)
    except NotFound:
        return CheckedItem(account=account, feature=feature, found=False, decision=None)
    return CheckedItem(account=account, feature=feature, found=True, decision=decision)


async def _known(desk: _Desk, account: str, scope: AccountScope) -> Known:
    linked = await links.account(account, scope)
    return desk.projection.at_hand(linked) or await desk.projection.known(linked)


def _decided(desk: _Desk, known: Known, feature: str, now: datetime) -> Decision:
    """The decision; of an account whose facts are old, they are wanted anew."""
    decision = desk.deciding.about(known, feature, now)
    _DECISIONS.add(decision.decision, "yes" if decision.fallback else "no")
    if decision.fallback:
        desk.freshness.want(known.account)
    return decision


def _desk() -> _Desk:
    if _Slot.desk is None:
        raise RuntimeError("entitlement.configure was not called at start-up")
    return _Slot.desk
