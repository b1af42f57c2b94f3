"""Does Stripe's wording become ours, also where accounts differ?"""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from msgspec.structs import replace

from canonical.billing import PaymentStatus, SubscriptionStatus
from canonical.money import Money
from system_apis.stripe import mapping, wire
from system_apis.stripe.amounts import to_money
from system_apis.stripe.mapping import Seen

NOW = datetime(2026, 11, 23, tzinfo=UTC)
SEEN = Seen("billing", NOW)
PRICE = wire.Price(product="SKU", currency="eur", unit_amount=1250)
ITEM = wire.Item(id="si_1", price=PRICE, current_period_start=0, current_period_end=100, quantity=3)
SUBSCRIPTION = wire.Subscription(
    id="sub_1",
    customer="cus_1",
    status="active",
    items=wire.Listed((ITEM,), False),
    start_date=0,
    cancel_at_period_end=False,
    ended_at=None,
    trial_end=None,
)
LINE = wire.LineItem(id="il_1", amount=100, currency="eur", description=None, quantity=None, pricing=None)
INVOICE = wire.Invoice(
    id="in_1",
    number="A-1",
    customer="cus_1",
    status="open",
    currency="eur",
    total=119,
    amount_paid=0,
    amount_remaining=119,
    total_taxes=(wire.Tax(10), wire.Tax(9)),
    lines=wire.Listed((LINE,), False),
    parent=None,
    created=0,
    due_date=None,
    status_transitions=wire.Transitions(None, None),
    attempt_count=0,
    next_payment_attempt=None,
)
INTENT = wire.PaymentIntent(
    id="pi_1",
    customer="cus_1",
    status="succeeded",
    amount=100,
    currency="eur",
    created=0,
    last_payment_error=None,
    latest_charge=wire.Charge(False),
)


def subscription(*items: wire.Item, **changed: Any) -> Any:
    return mapping.to_subscription(replace(SUBSCRIPTION, **changed), items or (ITEM,), SEEN)


def payment(**changed: Any) -> Any:
    return mapping.to_payment(replace(INTENT, **changed), SEEN)


AMOUNTS = [
    (500, "jpy", Money(minor=500, currency="JPY")),
    (1234, "kwd", Money(minor=1234, currency="KWD")),
    (500, "isk", Money(minor=5, currency="ISK")),
    (500, "ugx", Money(minor=5, currency="UGX")),
    (5, "mga", Money(minor=500, currency="MGA")),
]


@pytest.mark.parametrize(("amount", "currency", "money"), AMOUNTS)
def test_every_currency_is_counted_as_stripe_does_and_kept_as_iso_does(
    amount: int, currency: str, money: Money
) -> None:
    assert to_money(amount, currency) == money


def test_a_fraction_of_a_minor_unit_is_refused() -> None:
    with pytest.raises(ValueError, match="decimal places"):
        to_money(501, "isk")


def test_a_paused_subscription_says_since_when() -> None:
    details = wire.StatusDetails(wire.Paused(3600))
    told = subscription(status="paused", status_details=details)
    assert told.status is SubscriptionStatus.PAUSED
    assert told.paused_at == datetime(1970, 1, 1, 1, tzinfo=UTC)
    assert subscription(status="paused").paused_at is None


def test_a_subscription_that_only_stopped_its_invoices_is_still_active() -> None:
    assert subscription().status is SubscriptionStatus.ACTIVE
    assert subscription().paused_at is None


def test_the_period_is_that_of_the_item_which_ends_first() -> None:
    late = replace(ITEM, current_period_start=50, current_period_end=200)
    told = subscription(late, ITEM)
    assert (told.period_start.timestamp(), told.period_end.timestamp()) == (0, 100)
    empty = mapping.to_subscription(SUBSCRIPTION, (), SEEN)
    assert (empty.period_start, empty.period_end, empty.items) == (None, None, ())


def test_an_item_costs_its_price_times_its_quantity() -> None:
    line = subscription().items[0]
    assert (line.sku, line.quantity, line.unit_price.minor, line.amount.minor) == ("SKU", 3, 1250, 3750)


def test_a_price_in_parts_of_a_cent_is_exact_in_the_amount() -> None:
    fine = replace(PRICE, unit_amount=None, unit_amount_decimal=Decimal("0.5"))
    line = subscription(replace(ITEM, price=fine, quantity=1000)).items[0]
    assert line.amount == Money(minor=500, currency="EUR")


def test_what_is_metered_or_has_tiers_has_no_amount_yet() -> None:
    tiers = replace(PRICE, unit_amount=None)
    line = subscription(replace(ITEM, price=tiers, quantity=None)).items[0]
    assert (line.quantity, line.amount.minor) == (0, 0)


def test_the_taxes_of_an_invoice_are_one_sum() -> None:
    assert mapping.to_invoice(INVOICE, (), SEEN).tax == Money(minor=19, currency="EUR")
    assert mapping.to_invoice(replace(INVOICE, total_taxes=None), (), SEEN).tax.minor == 0


def test_an_invoice_by_hand_has_no_subscription_and_its_line_no_product() -> None:
    told = mapping.to_invoice(INVOICE, (LINE,), SEEN)
    assert told.subscription is None
    assert (told.lines[0].sku, told.lines[0].quantity, told.lines[0].unit_price.minor) == (None, 1, 100)


DECLINED = wire.PaymentError("card_declined", "insufficient_funds")
STATUSES: list[tuple[dict[str, Any], PaymentStatus, str | None]] = [
    ({}, PaymentStatus.SUCCEEDED, None),
    ({"latest_charge": wire.Charge(True)}, PaymentStatus.REFUNDED, None),
    ({"last_payment_error": DECLINED}, PaymentStatus.SUCCEEDED, None),
    ({"status": "requires_payment_method"}, PaymentStatus.PENDING, None),
    (
        {"status": "requires_payment_method", "last_payment_error": DECLINED},
        PaymentStatus.FAILED,
        "insufficient_funds",
    ),
    (
        {"status": "canceled", "last_payment_error": wire.PaymentError("expired_card")},
        PaymentStatus.FAILED,
        "expired_card",
    ),
    ({"status": "canceled"}, PaymentStatus.CANCELLED, None),
    ({"status": "processing"}, PaymentStatus.PENDING, None),
    ({"status": "requires_action", "last_payment_error": DECLINED}, PaymentStatus.PENDING, None),
]


@pytest.mark.parametrize(("changed", "status", "failure"), STATUSES)
def test_a_payment_says_what_became_of_it_and_why(
    changed: dict[str, Any], status: PaymentStatus, failure: str | None
) -> None:
    told = payment(**changed)
    assert (told.status, told.failure) == (status, failure)


def test_a_customer_without_a_name_is_called_by_its_address_or_id() -> None:
    assert mapping.to_record(wire.Customer("cus_1", email="a@b.example"), SEEN).name == "a@b.example"
    assert mapping.to_record(wire.Customer("cus_1"), SEEN).name == "cus_1"


def test_what_was_written_into_a_customer_is_read_back() -> None:
    written = {"gateway_id": "acc_1", "parent_gateway_id": "acc_0", "legal_entity": "JP"}
    told = mapping.to_record(wire.Customer("cus_1", metadata=written, delinquent=True), SEEN)
    assert (told.key, told.legal_entity, told.parent) == ("acc_1", "JP", None)
    assert told.attributes == {"parent_key": "acc_0", "delinquent": "true"}
