"""What do the items of a write ask a subscription to hold?"""

from typing import NamedTuple

from sandbox.stripe import requests
from sandbox.stripe.desk import Desk
from sandbox.stripe.errors import Refusal, missing, missing_parameter
from sandbox.stripe.ids import stripe_id
from sandbox.world import Line, Subscription

MOST = 20
"""Items of one subscription, as with Stripe."""


class Sold(NamedTuple):
    """What a price says: of what, how much for one, how often, in which currency (upper case)."""

    sku: str
    unit_amount: int
    interval: str
    currency: str


def sold(desk: Desk, price: str | None, data: requests.PriceData | None, param: str) -> Sold:
    """The price that an item names, or the one it makes up."""
    if data is not None:
        if desk.books.find("product", data.product) is None:
            raise missing("product", data.product, f"{param}[price_data][product]", status=400)
        return Sold(data.product, data.unit_amount, data.recurring.interval, data.currency.upper())
    if price is None:
        raise missing_parameter(f"{param}[price]")
    found = desk.books.find("price", price)
    if found is None:
        raise missing("price", price, f"{param}[price]", status=400)
    return Sold(
        found["product"], found["unit_amount"], found["recurring"]["interval"], found["currency"].upper()
    )


class Basket:
    """The lines of a subscription while they are being changed, each with its slot."""

    def __init__(self, desk: Desk, billed: Subscription) -> None:
        self._desk = desk
        self._billed = billed
        self.slots = list(billed.slots or range(len(billed.lines)))
        self.lines = list(billed.lines)
        self.interval = billed.interval
        self.before: list[Line] = []
        """Lines as they were that changed or went."""
        self.after: list[Line] = []
        """Lines that changed or came."""

    def apply(self, items: list[requests.Item]) -> None:
        """Make the changes; `Refusal` for one that cannot be, and then nothing is changed yet."""
        wanted: set[str] = {self.interval} if not items else set()
        for place, item in enumerate(items):
            self._one(item, f"items[{place}]", wanted)
        if not self.lines:
            raise Refusal(400, "A subscription must have at least one active plan.", param="items")
        if len(self.lines) > MOST:
            raise Refusal(400, f"A subscription can have at most {MOST} items.", param="items")
        touched = len(self.before) if self.interval not in wanted else 0
        if len(wanted) > 1 or (wanted and self.interval not in wanted and touched != len(self._billed.lines)):
            raise Refusal(
                400,
                "Currently, all items of a subscription must have the same `recurring.interval`.",
                param="items",
            )
        if len(wanted) == 1:
            self.interval = "year" if "year" in wanted else "month"

    def _one(self, item: requests.Item, param: str, wanted: set[str]) -> None:
        place = self._place(item, param)
        if item.deleted:
            if place is None:
                raise missing_parameter(f"{param}[id]")
            self.before.append(self.lines.pop(place))
            del self.slots[place]
            return
        old = self.lines[place] if place is not None else None
        if item.price is None and item.price_data is None and old is not None:
            sku, unit_amount = old.sku, old.unit_amount
            wanted.add(self._billed.interval)
        else:
            what = sold(self._desk, item.price, item.price_data, param)
            if what.currency != self._billed.currency:
                raise Refusal(
                    400,
                    f"The price is not in the subscription's currency: {what.currency.lower()}",
                    param=param,
                )
            sku, unit_amount = what.sku, what.unit_amount
            wanted.add(what.interval)
        quantity = item.quantity if item.quantity is not None else old.quantity if old else 1
        new = self._desk.line(sku, quantity, unit_amount)
        if place is None or old is None:
            self.slots.append(max(self.slots, default=-1) + 1)
            self.lines.append(new)
            self.after.append(new)
        elif (old.sku, old.quantity, old.unit_amount) != (sku, quantity, unit_amount):
            self.lines[place] = new
            self.before.append(old)
            self.after.append(new)

    def _place(self, item: requests.Item, param: str) -> int | None:
        """Where the item that is named stands now; none: it is a new one."""
        if item.id is None:
            return None
        for place, slot in enumerate(self.slots):
            if stripe_id("subscription_item", self._billed.number * 100 + slot) == item.id:
                return place
        raise missing("subscription item", item.id, f"{param}[id]", status=400)
