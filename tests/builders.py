"""How is one canonical thing made in one line?

Every builder has a sensible value for all it is not told. Moments are around NOW.
"""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from canonical.billing import Invoice, InvoiceStatus, Payment, PaymentStatus, Subscription, SubscriptionStatus
from canonical.customer import (
    Account,
    AccountRecord,
    Address,
    BillingDetails,
    Contact,
    LegalEntity,
    Segment,
)
from canonical.finance import Receivable
from canonical.identity import ExternalRef, Kind, Origin, Prefix, derive
from canonical.money import Money
from canonical.sales import Contract, Line, Opportunity, Order, OrderStatus
from canonical.support import Case, CasePriority, CaseStatus, Comment, Plan, ServiceTier

NOW = datetime(2026, 3, 15, 12, tzinfo=UTC)
MONTH = timedelta(days=30)

CONNECTIONS = {Kind.CRM: "salesforce", Kind.BILLING: "stripe", Kind.SUPPORT: "zendesk", Kind.ERP: "netsuite"}
_OBJECTS = {
    Kind.CRM: "account",
    Kind.BILLING: "customer",
    Kind.SUPPORT: "organization",
    Kind.ERP: "customer",
}

GOLD = ServiceTier(name="gold", rank=3, first_response_minutes=60)
SILVER = ServiceTier(name="silver", rank=2, first_response_minutes=240)
TIERS = (GOLD, SILVER)
PLANS = (
    Plan(sku="GOLD", tier="gold", features=frozenset({"api", "sso"})),
    Plan(sku="SILVER", tier="silver", features=frozenset({"api"})),
    Plan(sku="AUDIT", tier=None, features=frozenset({"audit_log"})),
)


def ref(
    id: str, kind: Kind = Kind.CRM, object: str | None = None, connection: str | None = None
) -> ExternalRef:
    return ExternalRef(
        kind=kind, connection=connection or CONNECTIONS[kind], object=object or _OBJECTS[kind], id=id
    )


def origin(
    id: str,
    kind: Kind = Kind.CRM,
    object: str | None = None,
    connection: str | None = None,
    observed_at: datetime = NOW,
) -> Origin:
    return Origin(ref=ref(id, kind, object, connection), observed_at=observed_at)


def account_id(id: str, kind: Kind = Kind.CRM, connection: str | None = None) -> str:
    """The account id that comes from this record."""
    return derive(Prefix.ACCOUNT, ref(id, kind, connection=connection))


def record(
    id: str,
    kind: Kind = Kind.CRM,
    *,
    connection: str | None = None,
    observed_at: datetime = NOW,
    **said: Any,
) -> AccountRecord:
    named = {"key": None, "name": f"Customer {id}", **said}
    return AccountRecord(origin=origin(id, kind, connection=connection, observed_at=observed_at), **named)


def account(id: str, **said: Any) -> Account:
    return Account(
        record=record(id, **said),
        segment=Segment.ENTERPRISE,
        owner="Robin Owner",
        website="https://example.com",
        billing_address=Address(city="Berlin", country="DE"),
        tax_id="DE123",
        payment_terms_days=30,
    )


def billing_details(id: str, **said: Any) -> BillingDetails:
    """What the ERP says of customer `id`: the same as the CRM says of `account`."""
    facts = {
        "billing_address": Address(city="Berlin", country="DE"),
        "payment_terms_days": 30,
        "tax_id": "DE123",
        "tax_exempt": False,
        "first_ordered_on": date(2026, 1, 2),
        **said,
    }
    return BillingDetails(origin=origin(id, Kind.ERP), **facts)


def contact(id: str, **said: Any) -> Contact:
    facts = {"name": f"Person {id}", "email": f"{id}@example.com", "role": "admin", **said}
    return Contact(origin=origin(id, object="contact"), **facts)


def line(sku: str | None = "GOLD", quantity: int = 1, minor: int = 10_000, currency: str = "EUR") -> Line:
    price = Money(minor=minor, currency=currency)
    return Line(sku=sku, description=sku, quantity=quantity, unit_price=price, amount=price.times(quantity))


def contract(
    id: str,
    account: str,
    *skus: str,
    connection: str | None = None,
    observed_at: datetime = NOW,
    **said: Any,
) -> Contract:
    facts = {
        "number": f"C-{id}",
        "status": "Activated",
        "start": date(2026, 1, 1),
        "end": date(2026, 12, 31),
        "signed_on": date(2025, 12, 20),
        "legal_entities": ("DE",),
        **said,
    }
    where = origin(id, object="contract", connection=connection, observed_at=observed_at)
    return Contract(account=account, lines=tuple(line(sku) for sku in skus), origin=where, **facts)


def opportunity(id: str, account: str, **said: Any) -> Opportunity:
    facts = {
        "name": f"Deal {id}",
        "stage": "Closed Won",
        "won": True,
        "close_date": date(2025, 12, 20),
        "contract": None,
        **said,
    }
    return Opportunity(account=account, lines=(line(),), origin=origin(id, object="opportunity"), **facts)


def subscription(
    id: str,
    customer: str,
    *skus: str,
    connection: str | None = None,
    observed_at: datetime = NOW,
    **said: Any,
) -> Subscription:
    facts = {
        "status": SubscriptionStatus.ACTIVE,
        "started_at": NOW - 12 * MONTH,
        "period_start": NOW - MONTH / 2,
        "period_end": NOW + MONTH / 2,
        "cancel_at_period_end": False,
        "ended_at": None,
        "paused_at": None,
        "trial_end": None,
        **said,
    }
    where = origin(id, Kind.BILLING, "subscription", connection, observed_at)
    items = tuple(line(sku) for sku in skus or ("GOLD",))
    return Subscription(customer=customer, items=items, origin=where, **facts)


def invoice(id: str, customer: str, minor: int = 10_000, currency: str = "EUR", **said: Any) -> Invoice:
    total, nothing = Money(minor=minor, currency=currency), Money(minor=0, currency=currency)
    facts = {
        "number": f"INV-{id}",
        "subscription": None,
        "status": InvoiceStatus.OPEN,
        "total": total,
        "tax": nothing,
        "paid": nothing,
        "remaining": total,
        "lines": (line(minor=minor, currency=currency),),
        "created_at": NOW - MONTH,
        "finalized_at": NOW - MONTH,
        "due_at": NOW,
        "paid_at": None,
        "attempts": 0,
        "next_attempt_at": None,
        **said,
    }
    return Invoice(customer=customer, origin=origin(id, Kind.BILLING, "invoice"), **facts)


def payment(id: str, customer: str, minor: int = 10_000, currency: str = "EUR", **said: Any) -> Payment:
    facts = {"status": PaymentStatus.SUCCEEDED, "failure": None, "at": NOW - MONTH, **said}
    amount = Money(minor=minor, currency=currency)
    return Payment(customer=customer, amount=amount, origin=origin(id, Kind.BILLING, "payment"), **facts)


def case(id: str, organization: str | None, **said: Any) -> Case:
    facts = {
        "number": id,
        "subject": f"Question {id}",
        "status": CaseStatus.OPEN,
        "priority": CasePriority.NORMAL,
        "tags": (),
        "opened_at": NOW - timedelta(days=2),
        "updated_at": NOW - timedelta(days=1),
        **said,
    }
    return Case(organization=organization, origin=origin(id, Kind.SUPPORT, "ticket"), **facts)


def comment(body: str = "Hello", **said: Any) -> Comment:
    facts = {"public": True, "at": NOW - timedelta(days=1), "from_customer": True, **said}
    return Comment(body=body, **facts)


def legal_entity(code: str = "DE", currency: str = "EUR") -> LegalEntity:
    return LegalEntity(
        code=code,
        name=f"Company {code}",
        country=code,
        base_currency=currency,
        tax_registration=None,
        origin=origin(code, Kind.ERP, "subsidiary"),
    )


def order(id: str, customer: str, **said: Any) -> Order:
    facts = {
        "number": f"SO-{id}",
        "contract": None,
        "status": OrderStatus.BILLED,
        "ordered_on": date(2026, 1, 2),
        "legal_entity": "DE",
        "total": Money(minor=10_000, currency="EUR"),
        **said,
    }
    return Order(customer=customer, lines=(line(),), origin=origin(id, Kind.ERP, "salesOrder"), **facts)


def receivable(id: str, customer: str, minor: int = 10_000, currency: str = "EUR", **said: Any) -> Receivable:
    total = Money(minor=minor, currency=currency)
    facts = {
        "number": f"INV-{id}",
        "invoice": id,
        "legal_entity": "DE",
        "total": total,
        "open_amount": total,
        "posted_on": date(2026, 2, 1),
        "due_on": date(2026, 3, 1),
        "period": "Feb 2026",
        **said,
    }
    return Receivable(customer=customer, origin=origin(id, Kind.ERP, "invoice"), **facts)
