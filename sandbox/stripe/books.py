"""What does this Stripe account hold right now?

The whole world rendered once per version of it: each kind of object newest first, which is the order of
every list of Stripe. Readers get the same dicts again and again and must not change them.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from sandbox.stripe import customers, invoices, payments, prices, subscriptions
from sandbox.stripe.ids import stripe_id
from sandbox.world import Account, Invoice, Payment, World

Json = dict[str, Any]

# docs.stripe.com/billing/entitlements: features are active while the subscription is one of these.
ENTITLING = ("trialing", "active", "past_due")


class Books:
    """`kinds` by object name and id; `changed` says when an object last changed, for the search index."""

    def __init__(self, world: World) -> None:
        self.kinds: defaultdict[str, dict[str, Json]] = defaultdict(dict)
        self.changed: dict[str, datetime] = {}
        self.entitlements: defaultdict[str, list[Json]] = defaultdict(list)
        self._by_field: dict[tuple[str, str], defaultdict[str, list[Json]]] = {}
        self._world = world
        self._late = {one.account for one in world.invoices.values() if one.status == "open" and one.attempts}
        self._customers()
        self._catalogue()
        self._invoices()
        self._payments()
        self._subscriptions()
        self._entitlements()

    def all(self, kind: str) -> list[Json]:
        """Every object of a kind, newest first."""
        return list(self.kinds[kind].values())

    def find(self, kind: str, id: str) -> Json | None:
        return self.kinds[kind].get(id)

    def of(self, kind: str, field: str, value: str) -> list[Json]:
        """Those of a kind whose field has this value, newest first; sorted by the field when first asked."""
        if (kind, field) not in self._by_field:
            by_value = self._by_field[kind, field] = defaultdict(list)
            for one in self.kinds[kind].values():
                by_value[one[field]].append(one)
        return list(self._by_field[kind, field].get(value, ()))

    def _keep(self, kind: str, objects: Iterable[Json]) -> None:
        newest_first = sorted(objects, key=lambda one: -one["created"])
        self.kinds[kind] = {one["id"]: one for one in newest_first}

    def _customers(self) -> None:
        billed = [account for account in self._world.accounts.values() if "billing" in account.systems]
        self._keep("customer", (record for account in billed for record in self._records(account)))
        self._keep("tax_id", (customers.tax_id(one, one.tax_id) for one in billed if one.tax_id))

    def _records(self, account: Account) -> list[Json]:
        """The customer once, or twice when billing holds it twice."""
        late = account.number in self._late
        records = [customers.customer(self._world, account, delinquent=late)]
        if "billing" in account.copies:
            records.append(customers.customer(self._world, account, delinquent=late, copy=True))
        for record in records:
            self.changed[record["id"]] = account.changed
        return records

    def _catalogue(self) -> None:
        world = self._world
        features = sorted({name for sold in world.products.values() for name in sold.features})
        self.kinds["entitlements.feature"] = {one["id"]: one for one in map(prices.feature, features)}
        self._keep("product", (prices.product(world, sold) for sold in world.products.values()))
        self._keep("price", (prices.price(world, listed) for listed in world.prices.values()))

    def _invoices(self) -> None:
        rendered = []
        for asked in self._world.invoices.values():
            if customer := self.find("customer", stripe_id("customer", asked.account)):
                one = invoices.invoice(self._world, asked, customer)
                self.changed[one["id"]] = latest(asked.created, asked.finalized, asked.paid)
                rendered.append(one)
        self._keep("invoice", rendered)

    def _payments(self) -> None:
        attempts: defaultdict[int, list[Payment]] = defaultdict(list)
        for paid in self._world.payments.values():
            if self.find("invoice", stripe_id("invoice", paid.invoice)):
                attempts[paid.invoice].append(paid)
        found: dict[str, list[Json]] = {"payment_intent": [], "charge": [], "invoice_payment": []}
        for number, paid_for in attempts.items():
            last = max(paid_for, key=lambda paid: (paid.at, paid.number))
            for paid in paid_for:
                waiting = paid is last and self._world.invoices[number].status == "open"
                found["payment_intent"].append(payments.intent(paid, waiting=waiting))
                found["charge"].append(payments.charge(paid))
                found["invoice_payment"].append(
                    payments.invoice_payment(paid, waiting=waiting, default=paid is last)
                )
            changed = stripe_id("invoice", number)
            self.changed[changed] = latest(self.changed[changed], last.at)
        for kind, objects in found.items():
            self._keep(kind, objects)

    def _subscriptions(self) -> None:
        asked: defaultdict[int, list[Invoice]] = defaultdict(list)
        for invoice in sorted(self._world.invoices.values(), key=lambda one: one.created, reverse=True):
            asked[invoice.subscription].append(invoice)
        rendered = []
        for billed in self._world.subscriptions.values():
            if self.find("customer", stripe_id("customer", billed.account)):
                one = subscriptions.subscription(self._world, billed, asked[billed.number])
                self.changed[one["id"]] = billed.changed
                rendered.append(one)
        self._keep("subscription", rendered)
        self._keep("subscription_item", (item for one in rendered for item in one["items"]["data"]))
        inline = {item["price"]["id"]: item["price"] for item in self.kinds["subscription_item"].values()}
        self._keep("price", (self.kinds["price"] | inline).values())

    def _entitlements(self) -> None:
        for one in self.all("subscription"):
            if one["status"] not in ENTITLING:
                continue
            for item in one["items"]["data"]:
                self._grant(one["customer"], item["price"]["product"])
        granted = (one for of_customer in self.entitlements.values() for one in of_customer)
        self.kinds["entitlements.active_entitlement"] = {one["id"]: one for one in granted}

    def _grant(self, customer: str, sku: str) -> None:
        """Each feature once, however many subscriptions bring it."""
        for name in self._world.products[sku].features:
            one = subscriptions.active_entitlement(customer, prices.feature(name))
            if one not in self.entitlements[customer]:
                self.entitlements[customer].append(one)


def latest(*moments: datetime | None) -> datetime:
    return max((moment for moment in moments if moment), default=datetime.min.replace(tzinfo=UTC))
