"""Which small company do the tests of the practice NetSuite stand in?

Customer 1 (US) has everything, 2 (JP) is its child, 3 is not in the ERP, 4 is there twice.
"""

from datetime import UTC, date, datetime, timedelta
from typing import Final, Literal

from sandbox.world import (
    Account,
    Contract,
    Entity,
    Invoice,
    Line,
    Order,
    Payment,
    Period,
    Person,
    Posting,
    Product,
    Receivable,
    System,
    World,
)

ANCHOR: Final = datetime(2026, 11, 20, tzinfo=UTC)
BILLED: Final = datetime(2026, 9, 30, 8, 30, 15, tzinfo=UTC)
EVERYWHERE: Final[set[System]] = {"crm", "billing", "support", "erp"}


def a_world() -> World:
    """Invoice 1 was paid, 2 is open and one cent off in the ERP, 3 is in yen and paid in part."""
    world = World(seed=1, anchor=ANCHOR)
    world.entities = {
        "US": Entity(1, "US", "Practice Inc", "US", "USD", "12-3456789"),
        "JP": Entity(3, "JP", "Practice KK", "JP", "JPY", "T1234567890123"),
    }
    world.products = {"TL-TEAM": Product("TL-TEAM", "Team", "team", ("sso",), "saas", "over_time")}
    world.accounts = {number: an_account(number) for number in range(1, 5)}
    world.accounts[2].parent = 1
    world.accounts[3].systems = {"crm"}
    world.accounts[4].copies = {"erp"}
    world.accounts[4].said = {"erp": {"name": "Customer Four (ERP)"}}
    world.people = {1: Person(1, 1, "Ada", "Byron", "ada@customer-1.example", "billing")}
    world.contracts = {1: _contract()}
    world.orders = {1: _order()}
    world.periods = {
        1: Period(1, "US", "2026-09", date(2026, 9, 1), date(2026, 9, 30), closed=True),
        2: Period(2, "JP", "2026-09", date(2026, 9, 1), date(2026, 9, 30), closed=True),
        3: Period(3, "US", "2026-10", date(2026, 10, 1), date(2026, 10, 31), closed=True),
        4: Period(4, "JP", "2026-10", date(2026, 10, 1), date(2026, 10, 31), closed=False),
        5: Period(5, "US", "2026-11", date(2026, 11, 1), date(2026, 11, 30), closed=False),
        6: Period(6, "JP", "2026-11", date(2026, 11, 1), date(2026, 11, 30), closed=False),
    }
    _book(world, 1, account=1, owed=0)
    _book(world, 2, account=1, owed=10_501, total=10_501)
    _book(world, 3, account=2, owed=4_500)
    return world


def an_account(number: int) -> Account:
    """A US account, a Japanese one for 2."""
    return Account(
        number=number,
        key=f"acc_{number:020d}",
        name=f"Customer {number}",
        parent=None,
        entity="JP" if number == 2 else "US",
        domain=f"customer-{number}.example",
        segment="small",
        owner="Dana Whitfield",
        street="1 Alder Street",
        city="Portland",
        postal_code="97205",
        country="US",
        tax_id=None,
        payment_terms_days=30,
        tier="team",
        created=ANCHOR - timedelta(days=400),
        changed=ANCHOR - timedelta(days=number),
        systems=set(EVERYWHERE),
    )


def add_customers(world: World, count: int) -> None:
    """So many more US customers, from number 101 on."""
    world.accounts |= {number: an_account(number) for number in range(101, 101 + count)}


def _lines() -> list[Line]:
    return [Line(1, "TL-TEAM", 10, 1_000)]


def _contract() -> Contract:
    return Contract(
        number=1,
        account=1,
        reference="00000001",
        opportunity=1,
        entity="US",
        status="Activated",
        start=date(2026, 2, 1),
        end=date(2027, 1, 31),
        term_months=12,
        signed_on=date(2026, 1, 20),
        changed=ANCHOR,
    )


def _order() -> Order:
    return Order(1, "SO10001", 1, 1, "US", "USD", "billed", _lines(), date(2026, 1, 20), ANCHOR)


def _book(world: World, number: int, *, account: int, owed: int, total: int = 10_500) -> None:
    """An invoice of 105.00 with 5.00 tax, its receivable and posting, and a payment of what is not owed."""
    code: Literal["US", "JP"] = "JP" if account == 2 else "US"
    currency = world.entities[code].currency
    world.invoices[number] = Invoice(
        number=number,
        reference=f"TL-{number:04d}",
        account=account,
        subscription=1,
        currency=currency,
        status="open" if owed else "paid",
        lines=_lines(),
        tax=500,
        created=BILLED,
        finalized=BILLED,
        due=BILLED + timedelta(days=30),
        paid=None if owed else BILLED,
        period_start=BILLED,
        period_end=BILLED + timedelta(days=30),
        attempts=1,
        next_attempt=None,
    )
    world.receivables[number] = Receivable(
        number=number,
        reference=f"INV{10_000 + number}",
        account=account,
        invoice=number,
        entity=code,
        currency=currency,
        total=total,
        open_amount=owed,
        posted_on=date(2026, 9, number),
        due_on=date(2026, 10, number),
        period="2026-09",
        changed=BILLED,
    )
    sides = [("1100", total, 0), ("2400", 0, total - 500), ("2200", 0, 500)]
    world.postings[number] = Posting(number, number, code, currency, date(2026, 9, number), "2026-09", sides)
    world.payments[number] = Payment(
        number=number,
        account=account,
        invoice=number,
        amount=total - owed or total,
        currency=currency,
        status="succeeded" if total - owed else "failed",
        failure=None if total - owed else "insufficient_funds",
        at=BILLED + timedelta(days=1),
    )
