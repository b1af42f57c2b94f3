"""Which account bought when, and what became of it?"""

from datetime import datetime, timedelta
from typing import Final, Literal

from sandbox.seeding.billing import Billing, charge, invoices_of, take_back_payment
from sandbox.seeding.catalogue import NO_TIER, TIERS
from sandbox.seeding.chance import Making, months_after
from sandbox.seeding.deals import Deal, Deals
from sandbox.world import Account, InvoiceStatus, SubscriptionStatus, World

# So that an account has more invoices than fit on one page of any platform.
LONG_SUBSCRIPTIONS: Final = 12
# Dealt out to accounts that stand alone; everyone else is active.
FATES: Final[dict[SubscriptionStatus, int]] = {"trialing": 5, "paused": 4, "canceled": 8, "unpaid": 2}
# The first group's parent is billed on the day before the anchor, and its invoices are reviewed for days:
# so there is always a draft.
REVIEWED: Final = 1
_YEARLY_SHARE: Final = 0.06
# A subscription in one of these states is being served, so the account has its tier.
SERVED: Final = ("trialing", "active", "past_due")


class Histories:
    """Gives every account its deals, what was billed for them, and the tier that follows."""

    def __init__(self, making: Making) -> None:
        self._making = making
        self._world = making.world
        self._dice = making.dice("histories")
        self._deals = Deals(making)
        self._billing = Billing(making)

    def live_through(self, standing_alone: list[Account], long_billed: Account) -> None:
        """`standing_alone` may meet any fate but the first of them, which are kept for long lists."""
        pool = self._dice.sample(standing_alone[3:], sum(FATES.values()))
        fates = [status for status, accounts in FATES.items() for _ in range(accounts)]
        fate_of = {account.number: fate for account, fate in zip(pool, fates, strict=True)}
        for account in list(self._world.accounts.values()):
            for _ in range(LONG_SUBSCRIPTIONS if account is long_billed else 1):
                self._live(self._deal(account, fate_of.get(account.number, "active"), account is long_billed))
            account.tier = served_tier(self._world, account.number)
        self._deals.pursue()
        self._odd_ends()

    def _live(self, deal: Deal) -> None:
        subscription = self._billing.bill(deal, self._deals.sign(deal))
        if deal.status == "unpaid":
            for invoice in invoices_of(self._world, subscription.number)[-2:]:
                take_back_payment(self._world, invoice)
                for attempt in range(4):
                    # The last try, like the first, comes before the anchor even for the newest invoice.
                    charge(
                        self._world, invoice, invoice.created + timedelta(hours=2 + attempt), "do_not_honor"
                    )

    def _deal(self, account: Account, status: SubscriptionStatus, is_long: bool) -> Deal:
        anchor, dice = self._world.anchor, self._dice
        is_reviewed = account.number == REVIEWED
        yearly = status == "active" and not (is_long or is_reviewed) and dice.random() < _YEARLY_SHARE
        interval: Literal["month", "year"] = "year" if yearly else "month"
        # Long-billed ones have all twelve months behind them.
        months = dice.randrange(14, 30) if is_long or yearly else dice.randrange(3, 30)
        started = self._some_day(months_after(anchor, -months))
        if is_reviewed:
            started = started.replace(day=min((anchor - timedelta(days=1)).day, 28))
        if status == "trialing":
            started = anchor - timedelta(days=dice.randrange(1, 12), hours=5)
        ended = anchor - timedelta(days=dice.randrange(10, 80), hours=7) if status == "canceled" else None
        return Deal(account, status, interval, started, ended)

    def _some_day(self, month: datetime) -> datetime:
        """A moment in that month, on a day that every month has."""
        return month.replace(day=self._dice.randrange(1, 29)) + timedelta(
            minutes=self._dice.randrange(60, 1_300)
        )

    def _odd_ends(self) -> None:
        """One invoice void and one given up, three refunds, two subscriptions ending, two unsigned deals."""
        world, dice = self._world, self._dice
        paid = [invoice for invoice in world.invoices.values() if invoice.status == "paid"]
        statuses: tuple[InvoiceStatus, ...] = ("void", "uncollectible")
        for invoice, status in zip(dice.sample(paid, len(statuses)), statuses, strict=True):
            take_back_payment(world, invoice)
            invoice.status = status
        succeeded = [payment for payment in world.payments.values() if payment.status == "succeeded"]
        for payment in dice.sample(succeeded, 3):
            payment.status = "refunded"
        active = [one for one in world.subscriptions.values() if one.status == "active"]
        for subscription in dice.sample(active, 2):
            subscription.cancel_at_period_end = True
            subscription.canceled_at = subscription.changed
        for account in dice.sample(list(world.accounts.values()), 2):
            self._deals.offer(account, "Closed Won", timedelta(days=-1))


def served_tier(world: World, account: int) -> str:
    """The best tier among what an account is being served now."""
    tiers = [
        world.products[line.sku].tier
        for subscription in world.subscriptions.values()
        if subscription.account == account and subscription.status in SERVED
        for line in subscription.lines
    ]
    return max(tiers, key=TIERS.index, default=NO_TIER)
