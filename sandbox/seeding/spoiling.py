"""What does each trouble do to an account?

Every function takes a world without trouble and an account that is billed by the month under one active
subscription, with a paid invoice and a case.
"""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, Final, Protocol, TypeVar

from sandbox.ids import stripe_id, tieline_key, zendesk_id
from sandbox.seeding.billing import charge, invoices_of, take_back_payment
from sandbox.seeding.catalogue import NO_TIER
from sandbox.seeding.ledger import journal_lines, owed
from sandbox.world import NO_CONTRACT, Account, Invoice, Receivable, Subscription, System, World

# Numbers from here on belong to accounts that no system has.
VANISHED: Final = 900_000
Spoil = Callable[[World, Account], None]


class Owned(Protocol):
    """Something that belongs to an account."""

    account: int


Thing = TypeVar("Thing", bound=Owned)


def twice_in(system: System) -> Spoil:
    """The system holds the customer twice."""

    def spoil(_: World, account: Account) -> None:
        account.copies = {system}

    return spoil


def fail_payment(world: World, account: Account) -> None:
    """The newest invoice was charged twice without success."""
    subscription = _subscription(world, account)
    invoice = invoices_of(world, subscription.number)[-1]
    assert invoice.finalized
    take_back_payment(world, invoice)
    # Both tries lie between finalisation and the anchor, however new the invoice is.
    gap = (world.anchor - invoice.finalized) / 3
    for attempt in (1, 2):
        charge(world, invoice, invoice.finalized + gap * attempt, "insufficient_funds")
    invoice.next_attempt = world.anchor + timedelta(days=2)
    subscription.status = "past_due"
    subscription.changed = invoice.finalized + gap
    _receivable(world, invoice).open_amount = owed(invoice)
    _receivable(world, invoice).changed = invoice.finalized


def lose_receivable(world: World, account: Account) -> None:
    """A paid invoice has no receivable and no journal entry."""
    receivable = _receivable(world, _paid_invoice(world, account))
    del world.receivables[receivable.number]
    _forget(world, account)


def book_one_more(world: World, account: Account) -> None:
    """A paid invoice was booked one minor unit too high."""
    invoice = _paid_invoice(world, account)
    receivable = _receivable(world, invoice)
    receivable.total += 1
    posting = next(one for one in world.postings.values() if one.receivable == receivable.number)
    posting.lines = journal_lines(receivable.total, invoice.tax)


def pause(world: World, account: Account) -> None:
    """The subscription is paused, and support still says the tier from before."""
    subscription = _subscription(world, account)
    subscription.status = "paused"
    subscription.paused_at = subscription.period_start + (world.anchor - subscription.period_start) / 2
    subscription.changed = subscription.paused_at
    account.said = {"support": {"tier": account.tier}}
    account.tier = NO_TIER


def rename(_: World, account: Account) -> None:
    """The CRM has a new name."""
    account.said = {"crm": {"name": f"{account.name} Group"}}


def move(_: World, account: Account) -> None:
    """The ERP has a new billing address."""
    account.said = {"erp": {"street": "1 New Quay"}}


def only_in_billing(world: World, account: Account) -> None:
    """Billing alone knows the customer."""
    _known_to(account, "billing", "stripe", stripe_id("customer", account.number))
    _subscription(world, account).contract = NO_CONTRACT
    _forget(world, account, world.cases, world.orders, world.receivables)
    _forget(world, account, world.contracts, world.opportunities)


def only_in_crm(world: World, account: Account) -> None:
    """The CRM alone knows the customer, who has not bought yet."""
    account.systems = {"crm"}
    account.tier = NO_TIER
    for deal in _of(world.opportunities, account):
        deal.stage, deal.won, deal.closed, deal.contract = "Negotiation/Review", False, False, None
        deal.close_date = (world.anchor + timedelta(days=21)).date()
    _forget(world, account, world.cases, world.orders, world.receivables)
    _forget(world, account, world.payments, world.invoices, world.subscriptions, world.contracts)


def only_in_support(world: World, account: Account) -> None:
    """Support alone knows the customer."""
    _known_to(account, "support", "zendesk", str(zendesk_id("organization", account.number)))
    account.tier = NO_TIER
    _forget(world, account, world.orders, world.receivables, world.payments, world.invoices)
    _forget(world, account, world.subscriptions, world.contracts, world.opportunities)


def lose_parent(_: World, account: Account) -> None:
    """The CRM names a parent that is nowhere."""
    account.said = {"crm": {"parent": str(VANISHED + account.number)}}


def _known_to(account: Account, system: System, platform: str, external: str) -> None:
    """Only one system has the account, so the key comes from that system's id."""
    account.systems = {system}
    account.key = tieline_key(system, platform, external)


def _of(things: Mapping[int, Thing], account: Account) -> list[Thing]:
    return [thing for thing in things.values() if thing.account == account.number]


def _forget(world: World, account: Account, *tables: dict[int, Any]) -> None:
    """Take what belongs to the account out of these tables, and the postings of receivables that are gone."""
    for table in tables:
        for number in [number for number, thing in table.items() if thing.account == account.number]:
            del table[number]
    for number in [one.number for one in world.postings.values() if one.receivable not in world.receivables]:
        del world.postings[number]


def _subscription(world: World, account: Account) -> Subscription:
    return _of(world.subscriptions, account)[0]


def _paid_invoice(world: World, account: Account) -> Invoice:
    """The newest paid one."""
    return [invoice for invoice in _of(world.invoices, account) if invoice.status == "paid"][-1]


def _receivable(world: World, invoice: Invoice) -> Receivable:
    return next(one for one in world.receivables.values() if one.invoice == invoice.number)
