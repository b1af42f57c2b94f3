"""What is in the demonstration company, before any platform words it?

The world knows no platform: each practice platform renders it in its own words.
What one system says differently from the others stands in `Account.said` and in
`Receivable.total`, so the trouble is in the facts and not in the simulators.
Amounts are integer minor units of `currency`; days are calendar dates; moments are UTC.
"""

from dataclasses import dataclass, field
from datetime import datetime

from sandbox.customers import (
    Account,
    Case,
    CasePriority,
    CaseStatus,
    Comment,
    Contract,
    Entity,
    Line,
    Opportunity,
    Person,
    Price,
    Product,
    System,
)
from sandbox.finances import (
    NO_CONTRACT,
    CreditNote,
    Dispute,
    Invoice,
    InvoiceStatus,
    Order,
    Payment,
    PaymentStatus,
    Payout,
    Period,
    Posting,
    Receivable,
    Refund,
    Subscription,
    SubscriptionStatus,
)
from sandbox.written import Written

__all__ = [
    "NO_CONTRACT",
    "Account",
    "Case",
    "CasePriority",
    "CaseStatus",
    "Comment",
    "Contract",
    "CreditNote",
    "Dispute",
    "Entity",
    "Invoice",
    "InvoiceStatus",
    "Line",
    "Opportunity",
    "Order",
    "Payment",
    "PaymentStatus",
    "Payout",
    "Period",
    "Person",
    "Posting",
    "Price",
    "Product",
    "Receivable",
    "Refund",
    "Subscription",
    "SubscriptionStatus",
    "System",
    "Trouble",
    "World",
    "Written",
]


@dataclass
class Trouble:
    """One thing wrong on purpose: which, with whom, and where it shows."""

    code: str
    account: int
    story: str
    shows: str


@dataclass
class World:
    """Everything, by number. `version` grows with every change: a rendering can be kept until then.

    `crm` and `support` are what those two were told since: they show the facts as they were made, and over
    them what was written there. `erp` is all that the ERP has: taken over from the facts when its books are
    opened, and its own from then on.
    """

    seed: int
    anchor: datetime
    entities: dict[str, Entity] = field(default_factory=dict)
    products: dict[str, Product] = field(default_factory=dict)
    prices: dict[int, Price] = field(default_factory=dict)
    accounts: dict[int, Account] = field(default_factory=dict)
    people: dict[int, Person] = field(default_factory=dict)
    opportunities: dict[int, Opportunity] = field(default_factory=dict)
    contracts: dict[int, Contract] = field(default_factory=dict)
    subscriptions: dict[int, Subscription] = field(default_factory=dict)
    invoices: dict[int, Invoice] = field(default_factory=dict)
    payments: dict[int, Payment] = field(default_factory=dict)
    credit_notes: dict[int, CreditNote] = field(default_factory=dict)
    refunds: dict[int, Refund] = field(default_factory=dict)
    disputes: dict[int, Dispute] = field(default_factory=dict)
    payouts: dict[int, Payout] = field(default_factory=dict)
    cases: dict[int, Case] = field(default_factory=dict)
    orders: dict[int, Order] = field(default_factory=dict)
    receivables: dict[int, Receivable] = field(default_factory=dict)
    postings: dict[int, Posting] = field(default_factory=dict)
    periods: dict[int, Period] = field(default_factory=dict)
    trouble: list[Trouble] = field(default_factory=list)
    crm: Written = field(default_factory=Written)
    support: Written = field(default_factory=Written)
    erp: Written = field(default_factory=Written)
    version: int = 0
