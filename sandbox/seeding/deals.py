"""What was offered, won and signed, and what did the ERP book for it?"""

import random
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final, Literal

from sandbox.seeding.catalogue import list_price
from sandbox.seeding.chance import Making, months_after
from sandbox.world import Account, Contract, Line, Opportunity, Order, SubscriptionStatus

OPEN_STAGES: Final = (
    "Prospecting",
    "Qualification",
    "Needs Analysis",
    "Value Proposition",
    "Proposal/Price Quote",
    "Negotiation/Review",
)
_PLANS: Final = {
    "enterprise": ("TL-ENTERPRISE", "TL-BUSINESS"),
    "mid_market": ("TL-BUSINESS", "TL-TEAM"),
    "small": ("TL-TEAM", "TL-STARTER", "TL-STARTER"),
}
_ADD_ONS: Final = ("TL-SSO", "TL-ANALYTICS", "TL-API", "TL-AUDIT")
_SEATS: Final = {"enterprise": (80, 400), "mid_market": (15, 90), "small": (2, 20)}
_ORDER_STATUS: Final[dict[str, Literal["billed", "closed", "pending_fulfilment"]]] = {
    "canceled": "closed",
    "trialing": "pending_fulfilment",
}


@dataclass(frozen=True)
class Deal:
    """What an account bought: when it began, how it is paid, and what became of it since."""

    account: Account
    status: SubscriptionStatus
    interval: Literal["month", "year"]
    started: datetime
    ended: datetime | None


class Deals:
    """Signs deals: an opportunity that was won, its contract and its order."""

    def __init__(self, making: Making) -> None:
        self._making = making
        self._world = making.world
        self._dice = making.dice("deals")

    def sign(self, deal: Deal) -> Contract:
        """Opportunity, contract and order of one deal, with the same lines."""
        world, account = self._world, deal.account
        lines = self._lines(account, deal.interval)
        number = len(world.contracts) + 1
        signed = deal.started - timedelta(days=self._dice.randrange(2, 12))
        won = self._opportunity(account, "Closed Won", signed, lines, number)
        contract = self._contract(deal, number, won, signed.date())
        world.contracts[number] = contract
        self._order(deal, contract, self._making.again(lines))
        return contract

    def pursue(self) -> None:
        """Deals that are still open with a third of the accounts, and some that were lost."""
        for account in list(self._world.accounts.values()):
            fate = self._dice.random()
            if fate < 0.33:
                ahead = timedelta(days=self._dice.randrange(5, 90))
                self.offer(account, self._dice.choice(OPEN_STAGES), ahead)
            elif fate < 0.43:
                self.offer(account, "Closed Lost", timedelta(days=-self._dice.randrange(20, 200)))

    def offer(self, account: Account, stage: str, distance: timedelta) -> Opportunity:
        """An opportunity without a contract, with a close date so far from the anchor."""
        lines = self._lines(account, "month")
        return self._opportunity(account, stage, self._world.anchor + distance, lines, None)

    def _opportunity(
        self, account: Account, stage: str, close: datetime, lines: list[Line], contract: int | None
    ) -> Opportunity:
        number = len(self._world.opportunities) + 1
        # Entered before it closed, and never after the anchor.
        created = min(close, self._world.anchor) - timedelta(days=self._dice.randrange(15, 90))
        opportunity = Opportunity(
            number=number,
            account=account.number,
            name=f"{account.name} - {self._world.products[lines[0].sku].name}",
            stage=stage,
            won=stage == "Closed Won",
            closed=stage.startswith("Closed"),
            close_date=close.date(),
            currency=self._world.entities[account.entity].currency,
            lines=lines,
            contract=contract,
            created=created,
            changed=min(close, self._world.anchor - timedelta(days=1)),
        )
        self._world.opportunities[number] = opportunity
        return opportunity

    def _contract(self, deal: Deal, number: int, won: Opportunity, signed: date) -> Contract:
        term = _term_months(deal.started.date(), self._world.anchor.date())
        end = months_after(deal.started.date(), term) - timedelta(days=1)
        return Contract(
            number=number,
            account=deal.account.number,
            reference=f"{number:08d}",
            opportunity=won.number,
            entity=deal.account.entity,
            status="Expired" if deal.ended else "Activated",
            start=deal.started.date(),
            end=min(end, deal.ended.date()) if deal.ended else end,
            term_months=term,
            signed_on=signed,
            changed=deal.ended or deal.started,
        )

    def _order(self, deal: Deal, contract: Contract, lines: list[Line]) -> None:
        number = len(self._world.orders) + 1
        self._world.orders[number] = Order(
            number=number,
            reference=f"SO{10_000 + number}",
            account=contract.account,
            contract=contract.number,
            entity=contract.entity,
            currency=self._world.entities[contract.entity].currency,
            status=_ORDER_STATUS.get(deal.status, "billed"),
            lines=lines,
            ordered_on=contract.signed_on,
            changed=datetime.combine(contract.start, time(12), self._world.anchor.tzinfo),
        )

    def _lines(self, account: Account, interval: str) -> list[Line]:
        """A plan, and up to two add-ons for as many seats, at list price."""
        dice, currency = self._dice, self._world.entities[account.entity].currency
        seats = dice.randint(*_SEATS[account.segment])
        skus = [dice.choice(_PLANS[account.segment]), *_some(dice, _ADD_ONS)]
        return [
            self._making.line(sku, seats, list_price(self._world, sku, currency, interval)) for sku in skus
        ]


def _some(dice: random.Random, add_ons: tuple[str, ...]) -> list[str]:
    return dice.sample(add_ons, dice.choice((0, 0, 1, 1, 2)))


def _term_months(start: date, today: date) -> int:
    """The shortest usual term whose last day is not over yet."""
    return next(term for term in (12, 24, 36, 48) if months_after(start, term) > today)
