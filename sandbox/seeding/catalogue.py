"""What does the practice company sell, through whom, and which of its months are closed?"""

from dataclasses import replace
from datetime import timedelta
from typing import Final, Literal

from sandbox.seeding.chance import months_after
from sandbox.world import Entity, Period, Price, Product, World

ENTITIES: Final = (
    Entity(1, "US", "Tieline Practice Inc.", "US", "USD", "84-1234567"),
    Entity(2, "DE", "Tieline Practice GmbH", "DE", "EUR", "DE318274655"),
    Entity(3, "JP", "Tieline Practice 株式会社", "JP", "JPY", "T4010001123456"),
)
# What add-ons bring, and what a customer without a running subscription has.
NO_TIER: Final = "none"
# Stripe's product tax code "Software as a service - business use".
_SAAS: Final = "txcd_10103001"

PRODUCTS: Final = (
    Product("TL-STARTER", "Tieline Starter", "bronze", ("dashboards",), _SAAS, "ratable"),
    Product("TL-TEAM", "Tieline Team", "silver", ("dashboards", "workspaces"), _SAAS, "ratable"),
    Product(
        "TL-BUSINESS",
        "Tieline Business",
        "gold",
        ("dashboards", "workspaces", "automation"),
        _SAAS,
        "ratable",
    ),
    Product(
        "TL-ENTERPRISE",
        "Tieline Enterprise",
        "platinum",
        ("dashboards", "workspaces", "automation", "sso", "audit_log"),
        _SAAS,
        "ratable",
    ),
    Product("TL-SSO", "Single sign-on", NO_TIER, ("sso",), _SAAS, "ratable"),
    Product("TL-ANALYTICS", "Advanced analytics", NO_TIER, ("analytics",), _SAAS, "ratable"),
    Product("TL-API", "API access", NO_TIER, ("api",), _SAAS, "ratable"),
    Product("TL-AUDIT", "Audit log", NO_TIER, ("audit_log",), _SAAS, "ratable"),
)
TIERS: Final = (NO_TIER, "bronze", "silver", "gold", "platinum")

# Per seat and month, minor units: cents of USD and EUR, whole yen.
MONTHLY: Final = {
    "TL-STARTER": {"USD": 1_200, "EUR": 1_100, "JPY": 1_800},
    "TL-TEAM": {"USD": 2_900, "EUR": 2_700, "JPY": 4_300},
    "TL-BUSINESS": {"USD": 5_900, "EUR": 5_500, "JPY": 8_800},
    "TL-ENTERPRISE": {"USD": 9_900, "EUR": 9_300, "JPY": 14_800},
    "TL-SSO": {"USD": 400, "EUR": 370, "JPY": 600},
    "TL-ANALYTICS": {"USD": 1_500, "EUR": 1_390, "JPY": 2_200},
    "TL-API": {"USD": 990, "EUR": 919, "JPY": 1_480},
    "TL-AUDIT": {"USD": 350, "EUR": 329, "JPY": 520},
}
MONTHS_PAID_OF_A_YEAR: Final = 10

# Months that are kept before and after the anchor's, and how many of the last are still open.
_MONTHS_BACK, _MONTHS_AHEAD = 24, 3
_OPEN_MONTHS: Final = {"US": 1, "DE": 1, "JP": 2}


def stock(world: World) -> None:
    """Put in entities, products, prices and accounting periods."""
    world.entities.update({entity.code: replace(entity) for entity in ENTITIES})
    world.products.update({product.sku: product for product in PRODUCTS})
    for sku, monthly in MONTHLY.items():
        for currency, amount in monthly.items():
            _price(world, sku, currency, amount, "month")
            _price(world, sku, currency, amount * MONTHS_PAID_OF_A_YEAR, "year")
    for entity in world.entities.values():
        for distance in range(-_MONTHS_BACK, _MONTHS_AHEAD + 1):
            _period(world, entity.code, distance)


def list_price(world: World, sku: str, currency: str, interval: str) -> int:
    """The list price in minor units."""
    wanted = (sku, currency, interval)
    return next(p.unit_amount for p in world.prices.values() if (p.sku, p.currency, p.interval) == wanted)


def _price(world: World, sku: str, currency: str, amount: int, interval: Literal["month", "year"]) -> None:
    number = len(world.prices) + 1
    world.prices[number] = Price(number, sku, currency, amount, interval)


def _period(world: World, entity: str, distance: int) -> None:
    """The month so far from the anchor's; closed when it is older than the ones its entity keeps open."""
    number = len(world.periods) + 1
    start = months_after(world.anchor.date().replace(day=1), distance)
    end = months_after(start, 1) - timedelta(days=1)
    closed = distance < -_OPEN_MONTHS[entity]
    world.periods[number] = Period(number, entity, start.strftime("%Y-%m"), start, end, closed)
