"""How does what is sold read in Stripe: products, prices, features?

A product's id is its SKU. A line sold at another amount than the list price has a price of its own, made
inline and therefore archived (docs.stripe.com/products-prices/manage-prices, `price_data`).
"""

from datetime import datetime, timedelta
from typing import Any, Literal

from sandbox.stripe.ids import feature_id, stripe_id
from sandbox.world import Line, Price, Product, World

Json = dict[str, Any]
Interval = Literal["month", "year"]

# Inline prices are numbered apart from list prices so that both keep their ids.
INLINE = 1_000_000
# The price list is older than any customer.
LISTED = timedelta(days=5 * 365)


def seconds(moment: datetime | None) -> int | None:
    """A UTC instant as Stripe counts it: whole seconds since 1970."""
    return None if moment is None else int(moment.timestamp())


def product(world: World, sold: Product) -> Json:
    """`default_price` is the first list price; what it includes stands in `marketing_features`."""
    listed = [price for price in world.prices.values() if price.sku == sold.sku]
    return {
        "id": sold.sku,
        "object": "product",
        "active": True,
        "created": seconds(world.anchor - LISTED),
        "default_price": stripe_id("price", listed[0].number) if listed else None,
        "description": None,
        "images": [],
        "livemode": False,
        "marketing_features": [{"name": name} for name in sold.features],
        "metadata": {"sku": sold.sku, "tier": sold.tier},
        "name": sold.name,
        "package_dimensions": None,
        "shippable": None,
        "statement_descriptor": None,
        "tax_code": sold.tax_category,
        "type": "service",
        "unit_label": None,
        "updated": seconds(world.anchor - LISTED),
        "url": None,
    }


def price(world: World, listed: Price, *, active: bool = True) -> Json:
    """One recurring price; an archived one (`active` false) can still be billed."""
    return {
        "id": stripe_id("price", listed.number),
        "object": "price",
        "active": active,
        "billing_scheme": "per_unit",
        "created": seconds(world.anchor - LISTED),
        "currency": listed.currency.lower(),
        "custom_unit_amount": None,
        "livemode": False,
        "lookup_key": None,
        "metadata": {},
        "nickname": None,
        "product": listed.sku,
        "recurring": {
            "interval": listed.interval,
            "interval_count": 1,
            "meter": None,
            "trial_period_days": None,
            "usage_type": "licensed",
        },
        "tax_behavior": "exclusive",
        "tiers_mode": None,
        "transform_quantity": None,
        "type": "recurring",
        "unit_amount": listed.unit_amount,
        "unit_amount_decimal": str(listed.unit_amount),
    }


def plan(of: Json) -> Json:
    """The older face of a price, still inside every subscription item."""
    return {
        "id": of["id"],
        "object": "plan",
        "active": of["active"],
        "amount": of["unit_amount"],
        "amount_decimal": of["unit_amount_decimal"],
        "billing_scheme": "per_unit",
        "created": of["created"],
        "currency": of["currency"],
        "interval": of["recurring"]["interval"],
        "interval_count": 1,
        "livemode": False,
        "metadata": {},
        "meter": None,
        "nickname": None,
        "product": of["product"],
        "tiers_mode": None,
        "transform_usage": None,
        "trial_period_days": None,
        "usage_type": "licensed",
    }


def price_of(world: World, line: Line, number: int, currency: str, interval: Interval) -> Json:
    """The price a line is sold at: the list price when the amount is the list's, else its own."""
    for listed in world.prices.values():
        if (listed.sku, listed.currency, listed.interval, listed.unit_amount) == (
            line.sku,
            currency,
            interval,
            line.unit_amount,
        ):
            return price(world, listed)
    own = Price(INLINE + number, line.sku, currency, line.unit_amount, interval)
    return price(world, own, active=False)


def feature(name: str) -> Json:
    """What an entitlement is about; its `lookup_key` is the business name."""
    return {
        "id": feature_id(name),
        "object": "entitlements.feature",
        "active": True,
        "livemode": False,
        "lookup_key": name,
        "metadata": {},
        "name": name.replace("_", " ").capitalize(),
    }
