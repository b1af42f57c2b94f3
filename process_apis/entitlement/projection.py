"""What do we know right now that decides about an account, without asking anybody?"""

import time
from collections.abc import Iterator

from canonical.billing import Subscription
from canonical.identity import Kind
from canonical.sales import Contract
from process_apis import clock
from process_apis.entitlement import facts, rules, suspensions
from process_apis.entitlement.facts import KIND_OF, Source
from process_apis.entitlement.model import Known, Look
from process_apis.links import LinkedAccount
from process_apis.records.lately import Lately
from process_apis.records.moments import micros, moment
from process_apis.systems import systems

IN_MEMORY = 20_000
SECONDS_IN_MEMORY = 30.0
LOOKS_IN_MEMORY = 50_000


class Projection:
    """The facts of each account: a bounded memory in front of our own table."""

    def __init__(self) -> None:
        self._memory: Lately[str, tuple[LinkedAccount, Known]] = Lately(IN_MEMORY, SECONDS_IN_MEMORY)
        self._looked: Lately[tuple[str, Source], int] = Lately(LOOKS_IN_MEMORY, 3600.0)

    def at_hand(self, account: LinkedAccount) -> Known | None:
        """What is known of this account, if it is in memory."""
        kept = self._memory.get(account.id)
        # Another LinkedAccount has perhaps other records, so other lists count.
        return kept[1] if kept is not None and kept[0] is account else None

    async def known(self, account: LinkedAccount) -> Known:
        """What is known of this account; reads at most our own table, never a platform."""
        generation = self._memory.generation
        known = await self._load(account)
        self._memory.keep(account.id, (account, known), read_in=generation)
        return known

    def changed(self, account: str) -> None:
        """Facts of this account were written."""
        self._memory.forget(account)

    def all_changed(self) -> None:
        """Facts of any account were written."""
        self._memory.clear()

    def looked(self, account: str, source: Source) -> None:
        """This list of this account was just seen whole, even when it is empty."""
        self._looked.keep((account, source), micros(clock.now()))

    async def _load(self, account: LinkedAccount) -> Known:
        stored = await facts.of_account(account.id)
        filled = await facts.fills()
        suspended = await suspensions.of_account(account.id)
        looks, missing = [], []
        for source in lists_of(account):
            seen = _oldest(stored, source) or max(
                filled.get(source, 0), self._looked.get((account.id, source)) or 0
            )
            if seen:
                looks.append(Look(name=source.name, source=source.connection, observed_at=moment(seen)))
            else:
                missing.append(source)
        return Known(
            account=account.id,
            subscriptions=stored.subscriptions,
            contracts=stored.contracts,
            looks=tuple(looks),
            facts=rules.shown(stored.subscriptions, stored.contracts, looks),
            missing=bool(missing),
            no_facts=not stored.subscriptions and any(source.name == "subscriptions" for source in missing),
            suspended=suspended,
        )


def lists_of(account: LinkedAccount) -> Iterator[Source]:
    """The lists that say something about this account.

    Those of the connections that know it. No billing system knows it: that it buys nothing there is known
    only when all of them were seen.
    """
    for name, kind in KIND_OF.items():
        connections = [record.origin.ref.connection for record in account.of(kind)]
        if kind is Kind.BILLING and not connections:
            connections = [connection.name for connection in systems().all(kind)]
        yield from (Source(connection, name) for connection in dict.fromkeys(connections))


def _oldest(stored: facts.Stored, source: Source) -> int | None:
    kept: tuple[Subscription | Contract, ...] = (
        stored.subscriptions if source.name == "subscriptions" else stored.contracts
    )
    seen = [fact.origin.observed_at for fact in kept if fact.origin.ref.connection == source.connection]
    return micros(min(seen)) if seen else None


def wall_micros() -> int:
    """Wall time, to tell which of two walks asked later; business time may be moved back."""
    return time.time_ns() // 1000
