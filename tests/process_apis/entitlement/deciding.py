"""How is a decision made in one line of a test?"""

from datetime import datetime
from typing import Any

from canonical.billing import Subscription, SubscriptionStatus
from canonical.sales import Contract
from process_apis.entitlement import rules
from process_apis.entitlement.model import Decision, Known, Look
from process_apis.entitlement.offer import Offer
from tests.builders import NOW, PLANS, TIERS, account_id

A = account_id("A")
OFFER = Offer.of(PLANS, TIERS)
LOOKS = (
    Look(name="subscriptions", source="stripe", observed_at=NOW),
    Look(name="contracts", source="salesforce", observed_at=NOW),
)
S = SubscriptionStatus


def known(*facts: Subscription | Contract, looks: tuple[Look, ...] = LOOKS, **said: Any) -> Known:
    subscriptions = tuple(fact for fact in facts if isinstance(fact, Subscription))
    contracts = tuple(fact for fact in facts if isinstance(fact, Contract))
    return Known(
        account=A,
        subscriptions=subscriptions,
        contracts=contracts,
        looks=looks,
        facts=rules.shown(subscriptions, contracts, looks),
        **said,
    )


def decide(
    *facts: Subscription | Contract, feature: str = "sso", now: datetime = NOW, **said: Any
) -> Decision:
    return rules.decide(known(*facts, **said), feature, OFFER, now)
