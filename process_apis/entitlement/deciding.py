"""When does a decision about the same facts change by itself?

Between two moments that the facts name (an end, a period's turn, an age beyond which they may not be shown as
they are) the passing of time changes nothing. So a decision is kept until the facts are others or the next
such moment comes; at a moment itself it is made anew, as some of them belong to what is before and some to
what is after.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple

from process_apis.entitlement.model import Decision, Known
from process_apis.entitlement.offer import Offer
from process_apis.entitlement.rules import day_after, decide, fresh_for

KEPT: Final = 20_000
_BEFORE_ALL: Final = datetime.min.replace(tzinfo=UTC)
_AFTER_ALL: Final = datetime.max.replace(tzinfo=UTC)


class _Kept(NamedTuple):
    known: Known
    after: datetime
    before: datetime
    decision: Decision


class Deciding:
    """Decisions about one offer, the last ones remembered: the oldest goes first."""

    def __init__(self, offer: Offer, most: int = KEPT) -> None:
        self.offer = offer
        self._most = most
        self._kept: dict[tuple[str, str], _Kept] = {}

    def about(self, known: Known, feature: str, now: datetime) -> Decision:
        """What `rules.decide` says; the very same object while nothing changed."""
        key = known.account, feature
        kept = self._kept.get(key)
        if kept is not None and kept.known is known and kept.after < now < kept.before:
            return kept.decision
        decision = decide(known, feature, self.offer, now)
        self._keep(key, _Kept(known, *_around(known, now), decision))
        return decision

    def _keep(self, key: tuple[str, str], kept: _Kept) -> None:
        self._kept.pop(key, None)
        if len(self._kept) >= self._most:
            del self._kept[next(iter(self._kept))]
        self._kept[key] = kept


def _around(known: Known, now: datetime) -> tuple[datetime, datetime]:
    """The last moment at which something could change, and the next one; both are now, if it is one."""
    after, before = _BEFORE_ALL, _AFTER_ALL
    for moment in turns(known):
        if moment <= now:
            after = max(after, moment)
        if moment >= now:
            before = min(before, moment)
    return after, before


def turns(known: Known) -> Iterator[datetime]:
    """Every moment at which a decision about these facts may change."""
    for subscription in known.subscriptions:
        for moment in (subscription.trial_end, subscription.ended_at, subscription.period_end):
            if moment is not None:
                yield moment
    for contract in known.contracts:
        if (over := day_after(contract)) is not None:
            yield over
    for look in known.looks:
        yield from _ages(look.observed_at, fresh_for(look.name))
    for fact in known.facts:
        yield from _ages(fact.observed_at, fresh_for(fact.name))


def _ages(observed_at: datetime, budget: timedelta) -> tuple[datetime, datetime]:
    """A clock that was moved back makes a fact as bad as an old one."""
    return observed_at - budget, observed_at + budget
