"""How does a subscription begin?"""

from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from sandbox.seeding.chance import months_after
from sandbox.stripe import requests
from sandbox.stripe.billing import collect, draw_up, finalise
from sandbox.stripe.desk import Desk
from sandbox.stripe.errors import Refusal, missing_parameter
from sandbox.stripe.ids import stripe_id
from sandbox.stripe.subscription_items import MOST, Sold, sold
from sandbox.stripe.subscription_writes import said_of
from sandbox.world import NO_CONTRACT, Subscription

Json = dict[str, Any]


def create(desk: Desk, sent: requests.NewSubscription, _: str) -> Json:
    """It begins now: with a trial, or with an invoice that is paid at once by card, or by its due date."""
    account = desk.number("customer", sent.customer, "customer", status=400)
    lines = [sold(desk, one.price, one.price_data, f"items[{n}]") for n, one in enumerate(sent.items)]
    currency, interval = _same(desk, sent, lines)
    if sent.collection_method == "send_invoice" and sent.days_until_due is None:
        raise missing_parameter("days_until_due")
    trial_end = _trial(desk, sent)
    declined = desk.books.failing(account) and sent.collection_method == "charge_automatically"
    if declined and not trial_end and sent.payment_behavior == "error_if_incomplete":
        raise declined_card()
    number = desk.practice.next_number("subscriptions")
    billed = Subscription(
        number=number,
        account=account,
        contract=NO_CONTRACT,
        currency=currency,
        status="trialing" if trial_end else "active",
        lines=[
            desk.line(what.sku, one.quantity, what.unit_amount)
            for what, one in zip(lines, sent.items, strict=True)
        ],
        interval=interval,
        started=desk.now,
        period_start=desk.now,
        period_end=trial_end or months_after(desk.now, 12 if interval == "year" else 1),
        cancel_at_period_end=sent.cancel_at_period_end,
        canceled_at=desk.now if sent.cancel_at_period_end else None,
        ended_at=None,
        paused_at=None,
        trial_end=trial_end,
        changed=desk.now,
        slots=list(range(len(lines))),
        collection=sent.collection_method,
        days_until_due=sent.days_until_due,
        taxed=bool(sent.automatic_tax and sent.automatic_tax.enabled),
    )
    return _begun(desk, billed, sent, waiting=declined or sent.payment_behavior == "default_incomplete")


def _begun(desk: Desk, billed: Subscription, sent: requests.NewSubscription, *, waiting: bool) -> Json:
    """Put it in the books, and bill its first period unless it is tried out first."""
    id, by_card = stripe_id("subscription", billed.number), billed.collection == "charge_automatically"
    if by_card and waiting and billed.status == "active":
        billed.status = "incomplete"
    desk.world.subscriptions[billed.number] = billed
    desk.say(sent.customer, {"currency": billed.currency.lower()})
    desk.say(id, {"metadata": {}, **said_of(sent, {})})
    desk.changed(subscriptions=[billed.number], accounts=[billed.account])
    if billed.status == "trialing":
        desk.tell("subscription", id, "customer.subscription.created")
        return desk.find("subscription", id)
    period = (billed.period_start, billed.period_end)
    invoice = draw_up(desk, billed, billed.lines, period, "subscription_create")
    desk.tell("subscription", id, "customer.subscription.created")
    if by_card:
        finalise(desk, invoice, collecting=False)
        if invoice.status == "open" and sent.payment_behavior != "default_incomplete":
            collect(desk, invoice)
    return desk.find("subscription", id)


def declined_card() -> Refusal:
    """Stripe's 402 when a card says no."""
    return Refusal(
        402,
        "Your card was declined.",
        "card_declined",
        type="card_error",
        began=True,
        more={"decline_code": "generic_decline"},
    )


def _same(
    desk: Desk, sent: requests.NewSubscription, lines: list[Sold]
) -> tuple[str, Literal["month", "year"]]:
    """The one currency and the one interval of all lines."""
    if not 0 < len(lines) <= MOST:
        raise Refusal(400, f"A subscription must have between 1 and {MOST} items.", param="items")
    currencies, intervals = {one.currency for one in lines}, {one.interval for one in lines}
    if len(currencies) > 1 or (sent.currency and currencies != {sent.currency.upper()}):
        raise Refusal(400, "All prices of a subscription must have the same currency.", param="items")
    if len(intervals) > 1:
        raise Refusal(400, "All prices of a subscription must have the same interval.", param="items")
    (currency,) = currencies
    known = desk.find("customer", sent.customer)["currency"]
    if known and known != currency.lower():
        raise Refusal(
            400,
            "You cannot combine currencies on a single customer. This customer has had a subscription,"
            f" coupon, or invoice item with currency {known}",
            param="items",
        )
    return currency, "year" if intervals == {"year"} else "month"


def _trial(desk: Desk, sent: requests.NewSubscription) -> datetime | None:
    if isinstance(sent.trial_end, int):
        end = datetime.fromtimestamp(sent.trial_end, UTC)
        if end <= desk.now:
            raise Refusal(
                400, "Invalid timestamp: must be an integer Unix timestamp in the future.", param="trial_end"
            )
        return end
    return desk.now + timedelta(days=sent.trial_period_days) if sent.trial_period_days else None
