"""Which small company do the tests of the practice Salesforce stand in?"""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from sandbox.world import (
    Account,
    Contract,
    Entity,
    Line,
    Opportunity,
    Person,
    Price,
    Product,
    Subscription,
    World,
)

ANCHOR = datetime(2026, 11, 20, tzinfo=UTC)
SIGNED = date(2026, 2, 1)


def a_world(accounts: int = 3) -> World:
    """Accounts 1 to n, each with one contact and one won deal; 2 is a child of 1 and pays in yen."""
    world = World(seed=1, anchor=ANCHOR)
    world.entities = {
        "US": Entity(1, "US", "Practice Inc", "US", "USD", "12-3456789"),
        "JP": Entity(3, "JP", "Practice KK", "JP", "JPY", "T1234567890123"),
    }
    world.products = {"TL-TEAM": Product("TL-TEAM", "Team", "team", ("sso",), "saas", "over_time")}
    world.prices = {
        1: Price(1, "TL-TEAM", "USD", 1999, "month"),
        2: Price(2, "TL-TEAM", "JPY", 3000, "month"),
    }
    for number in range(1, accounts + 1):
        _customer(world, number)
    if 2 in world.accounts:
        world.accounts[2].parent = 1
    return world


def an_account(number: int, **changes: Any) -> Account:
    """An account with every attribute set."""
    values: dict[str, Any] = {
        "number": number,
        "key": f"acc_{number:020d}",
        "name": f"Customer {number}",
        "parent": None,
        "entity": "JP" if number == 2 else "US",
        "domain": f"customer-{number}.example",
        "segment": "small",
        "owner": "Dana Whitfield",
        "street": "1 Alder Street",
        "city": "Portland",
        "postal_code": "97205",
        "country": "US",
        "tax_id": None,
        "payment_terms_days": 30,
        "tier": "team",
        "told_status": "active",
        "created": ANCHOR - timedelta(days=400),
        "changed": ANCHOR - timedelta(days=number),
    }
    return Account(**values | changes)


def _customer(world: World, number: int) -> None:
    account = an_account(number)
    currency = world.entities[account.entity].currency
    price = 3000 if currency == "JPY" else 1999
    started = datetime(2026, 2, 1, tzinfo=UTC)
    world.accounts[number] = account
    world.people[number] = Person(
        number, number, "Ava", f"Archer {number}", f"ava@{account.domain}", "Billing"
    )
    world.contracts[number] = Contract(
        number, number, f"{number:08d}", number, account.entity, "Activated",
        SIGNED, date(2027, 1, 31), 12, SIGNED, started,
    )  # fmt: skip
    world.opportunities[number] = Opportunity(
        number, number, f"Deal {number}", "Closed Won", True, True, SIGNED, currency,
        [Line(number, "TL-TEAM", 3, price)], number, started - timedelta(days=30), started,
    )  # fmt: skip
    world.subscriptions[number] = Subscription(
        number, number, number, currency, "active", [Line(number, "TL-TEAM", 3, price)], "month", started,
        started, started, False, None, None, None, None, started,
    )  # fmt: skip
