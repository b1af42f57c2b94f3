"""What does this Stripe account hold right now?

The company's billing facts rendered as Stripe's objects. What was touched is rendered again, and with it
whatever shows a part of it; everything else stays.
"""

from collections import defaultdict
from datetime import UTC, datetime
from typing import Any

from sandbox.stripe import balance, credits, customers, disputes, invoices, payments, prices, subscriptions
from sandbox.stripe.ids import stripe_id
from sandbox.stripe.memory import Memory
from sandbox.stripe.shelf import Shelf
from sandbox.world import Account, Invoice, World

Json = dict[str, Any]
Touched = dict[str, set[int]]

# docs.stripe.com/billing/entitlements: features are active while the subscription is one of these.
ENTITLING = ("trialing", "active", "past_due")
ENTITLEMENT = "entitlements.active_entitlement"
# What a movement of the balance came from, by the beginning of its id.
SOURCES = {"ch": "charge", "re": "refund", "du": "dispute", "po": "payout"}
TABLES = (
    "accounts",
    "subscriptions",
    "invoices",
    "payments",
    "credit_notes",
    "refunds",
    "disputes",
    "payouts",
)


class Books:
    """`kinds` by object name. By id, `changed` says when it last changed (for the search index) and `numbers`
    which record of the world it is."""

    def __init__(self, world: World, memory: Memory) -> None:
        self.kinds: defaultdict[str, Shelf] = defaultdict(Shelf)
        self.changed: dict[str, datetime] = {}
        self.numbers: dict[str, int] = {}
        self.entitlements: defaultdict[str, list[Json]] = defaultdict(list)
        self._world = world
        self._memory = memory
        self._links = Links()
        self._catalogue()
        self.update({table: set(getattr(world, table)) for table in TABLES})

    def all(self, kind: str) -> list[Json]:
        """Every object of a kind, newest first."""
        if kind == ENTITLEMENT:
            return [one for granted in self.entitlements.values() for one in granted]
        return self.kinds[kind].all()

    def find(self, kind: str, id: str) -> Json | None:
        """One object; a `source` is of whichever kind its id says."""
        if kind == "source":
            kind = SOURCES.get(id.partition("_")[0], kind)
        return self.kinds[kind].get(id)

    def failing(self, account: int) -> bool:
        """Whether the card of this customer is one that fails: it did for an invoice that is still open."""
        return bool(self._links.late[account])

    def of(self, kind: str, field: str, value: str) -> list[Json]:
        """Those of a kind whose field has this value, newest first."""
        return self.kinds[kind].having(field, value)

    def update(self, touched: Touched) -> None:
        """Render again what was touched, and what shows it."""
        links, world = self._links, self._world
        links.follow(world, touched)
        of_invoices = {world.payments[n].invoice for n in touched.get("payments", ())}
        of_invoices |= {world.credit_notes[n].invoice for n in touched.get("credit_notes", ())}
        of_payments = {world.refunds[n].payment for n in touched.get("refunds", ())}
        of_payments |= {world.disputes[n].payment for n in touched.get("disputes", ())}
        invoices = touched.get("invoices", set()) | of_invoices
        # Whether an invoice advances by itself is up to its subscription.
        invoices |= {n for one in touched.get("subscriptions", ()) for n in links.unfinished[one]}
        accounts = touched.get("accounts", set()) | {world.invoices[n].account for n in invoices}
        subscriptions = touched.get("subscriptions", set()) | {
            world.invoices[n].subscription for n in invoices
        }
        of_payments |= {payment for n in invoices for payment in links.payments_of[n]}
        for number in sorted(accounts):
            self._account(world.accounts[number])
        for number in sorted(invoices):
            self._invoice(world.invoices[number])
        for number in sorted(of_payments):
            self._payment(number)
        for number in sorted(subscriptions):
            self._subscription(number)
        self._small(touched)

    def _put(self, kind: str, one: Json, number: int = 0, changed: datetime | None = None) -> None:
        """Keep an object, with what callers wrote to it."""
        if number:
            self.numbers[one["id"]] = number
        said = self._memory.said.get(one["id"])
        self.kinds[kind].put({**one, **said} if said else one)
        if changed:
            self.changed[one["id"]] = changed

    def _catalogue(self) -> None:
        world = self._world
        features = sorted({name for sold in world.products.values() for name in sold.features})
        for name in reversed(features):
            self._put("entitlements.feature", prices.feature(name))
        for sold in reversed(world.products.values()):
            self._put("product", prices.product(world, sold))
        for listed in reversed(world.prices.values()):
            self._put("price", prices.price(world, listed))

    def _account(self, account: Account) -> None:
        """The customer once, or twice when billing holds it twice."""
        if "billing" not in account.systems:
            return
        late = bool(self._links.late[account.number])
        for copy in (False, True) if "billing" in account.copies else (False,):
            one = customers.customer(self._world, account, delinquent=late, copy=copy)
            self._put("customer", one, 0 if copy else account.number, account.changed)
        if account.tax_id:
            self._put("tax_id", customers.tax_id(account, account.tax_id))

    def _invoice(self, asked: Invoice) -> None:
        customer = self.find("customer", stripe_id("customer", asked.account))
        if customer is None:
            return
        notes = [self._world.credit_notes[n] for n in self._links.notes_of[asked.number]]
        paid = [self._world.payments[n].at for n in self._links.payments_of[asked.number]]
        noted = [note.voided or note.created for note in notes]
        changed = latest(asked.created, asked.finalized, asked.paid, asked.ended, *paid, *noted)
        one = invoices.invoice(self._world, asked, customer, notes)
        self._put("invoice", one, asked.number, changed)

    def _payment(self, number: int) -> None:
        """The three objects of one attempt, and the movement of the balance it brought."""
        world, paid = self._world, self._world.payments[number]
        asked = world.invoices[paid.invoice]
        if self.find("invoice", stripe_id("invoice", asked.number)) is None:
            return
        attempts = (world.payments[n] for n in self._links.payments_of[asked.number])
        last = max(attempts, key=lambda one: (one.at, one.number))
        waiting = paid is last and asked.status == "open"
        refunds = [world.refunds[n] for n in self._links.refunds_of[number]]
        disputed = [world.disputes[n] for n in self._links.disputes_of[number]]
        self._put("payment_intent", payments.intent(paid, waiting=waiting), number)
        self._put("charge", payments.charge(paid, refunds, disputed=bool(disputed)), number)
        self._put("invoice_payment", payments.invoice_payment(paid, waiting=waiting, default=paid is last))
        if payments.collected(paid):
            self._put("balance_transaction", balance.of_charge(paid))

    def _subscription(self, number: int) -> None:
        billed, world = self._world.subscriptions[number], self._world
        customer = stripe_id("customer", billed.account)
        if self.find("customer", customer) is None:
            return
        asked = [world.invoices[n] for n in self._links.invoices_of[number]]
        asked.sort(key=lambda one: one.created, reverse=True)
        one = subscriptions.subscription(world, billed, asked)
        self._put("subscription", one, number, billed.changed)
        for item in reversed(one["items"]["data"]):
            self._put("subscription_item", item)
            if self.find("price", item["price"]["id"]) is None:
                self._put("price", item["price"])
        self._entitle(customer)

    def _entitle(self, customer: str) -> None:
        """Each feature once, however many subscriptions bring it."""
        granted: dict[str, Json] = {}
        for one in self.of("subscription", "customer", customer):
            if one["status"] in ENTITLING:
                for item in one["items"]["data"]:
                    for name in self._world.products[item["price"]["product"]].features:
                        granted[name] = subscriptions.active_entitlement(customer, prices.feature(name))
        self.entitlements[customer] = list(granted.values())

    def _small(self, touched: Touched) -> None:
        world = self._world
        for number in sorted(touched.get("credit_notes", ())):
            self._put("credit_note", credits.credit_note(world, world.credit_notes[number]), number)
        for number in sorted(touched.get("refunds", ())):
            self._put("refund", credits.refund(world.refunds[number]))
            self._put("balance_transaction", balance.of_refund(world.refunds[number]))
        for number in sorted(touched.get("disputes", ())):
            movements = balance.of_dispute(world.disputes[number])
            for movement in movements:
                self._put("balance_transaction", movement)
            self._put("dispute", disputes.dispute(world.disputes[number], movements), number)
        for number in sorted(touched.get("payouts", ())):
            self._put("payout", balance.payout(world.payouts[number]), number)
            for movement in balance.of_payout(world.payouts[number]):
                self._put("balance_transaction", movement)


class Links:
    """Which records belong to which, so that what shows a changed one is found without looking at all."""

    def __init__(self) -> None:
        self.invoices_of: defaultdict[int, set[int]] = defaultdict(set)
        self.payments_of: defaultdict[int, set[int]] = defaultdict(set)
        self.notes_of: defaultdict[int, set[int]] = defaultdict(set)
        self.refunds_of: defaultdict[int, set[int]] = defaultdict(set)
        self.disputes_of: defaultdict[int, set[int]] = defaultdict(set)
        # By subscription: the invoices that are drafts or open.
        self.unfinished: defaultdict[int, set[int]] = defaultdict(set)
        # By account: the open invoices of which a charge failed.
        self.late: defaultdict[int, set[int]] = defaultdict(set)

    def follow(self, world: World, touched: Touched) -> None:
        """Learn what belongs to what among the records that were touched."""
        for number in touched.get("invoices", ()):
            asked = world.invoices[number]
            self.invoices_of[asked.subscription].add(number)
            unfinished, late = self.unfinished[asked.subscription], self.late[asked.account]
            (unfinished.add if asked.status in ("draft", "open") else unfinished.discard)(number)
            (late.add if asked.status == "open" and asked.attempts else late.discard)(number)
        for table, links in (("payments", self.payments_of), ("credit_notes", self.notes_of)):
            for number in touched.get(table, ()):
                links[getattr(world, table)[number].invoice].add(number)
        for table, links in (("refunds", self.refunds_of), ("disputes", self.disputes_of)):
            for number in touched.get(table, ()):
                links[getattr(world, table)[number].payment].add(number)


def latest(*moments: datetime | None) -> datetime:
    return max((moment for moment in moments if moment), default=datetime.min.replace(tzinfo=UTC))
