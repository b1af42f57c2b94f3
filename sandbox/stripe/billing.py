"""How does an invoice come to be, and how is it collected?

Drafts are looked over for a while, then finalised. Of who pays by card the card is charged at once and, when
it fails, again every three days, four times in all; then the subscription is unpaid. Who pays by the due date
does so outside of billing. (docs.stripe.com/billing/invoices/subscription, /billing/revenue-recovery)
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Final

from sandbox.seeding.billing import REVIEW, tax_on
from sandbox.seeding.chance import months_after
from sandbox.stripe.desk import Desk
from sandbox.stripe.ids import stripe_id
from sandbox.world import Invoice, Line, Payment, PaymentStatus, Subscription, SubscriptionStatus

Json = dict[str, Any]

# Stripe's Smart Retries try again some days later (docs.stripe.com/billing/revenue-recovery/smart-retries).
RETRY: Final = timedelta(days=3)
ATTEMPTS: Final = 4
DECLINED: Final = "insufficient_funds"
LIVING: Final = ("active", "past_due", "unpaid", "incomplete")


def draw_up(
    desk: Desk, billed: Subscription, lines: Iterable[Line], period: tuple[datetime, datetime], reason: Any
) -> Invoice:
    """A new draft for these lines and what the subscription owes."""
    customer = stripe_id("customer", billed.account)
    asked = [*desk.again(billed.owed), *desk.again(lines)]
    billed.owed = []
    account = desk.world.accounts[billed.account]
    address = desk.find("customer", customer)["address"] or {}
    place = len(desk.books.of("invoice", "customer", customer)) + 1
    invoice = Invoice(
        number=desk.practice.next_number("invoices"),
        reference=f"TL{account.number:04d}-{place:04d}",
        account=account.number,
        subscription=billed.number,
        currency=billed.currency,
        status="draft",
        lines=asked,
        tax=tax_on(asked, address.get("country") or "", account.tax_id) if billed.taxed else 0,
        created=desk.now,
        finalized=None,
        due=None,
        paid=None,
        period_start=period[0],
        period_end=period[1],
        attempts=0,
        next_attempt=None,
        reason=reason,
    )
    desk.world.invoices[invoice.number] = invoice
    desk.changed(invoices=[invoice.number], subscriptions=[billed.number])
    desk.tell("invoice", stripe_id("invoice", invoice.number), "invoice.created")
    return invoice


def review_ends(desk: Desk, invoice: Invoice) -> datetime:
    """When a draft is finalised by itself."""
    return invoice.created + REVIEW[desk.world.accounts[invoice.account].segment]


def by_card(desk: Desk, billed: Subscription) -> bool:
    """Whether a card is charged: as the subscription says, else small customers pay by card."""
    if billed.collection:
        return billed.collection == "charge_automatically"
    return desk.world.accounts[billed.account].segment == "small"


def finalise(desk: Desk, invoice: Invoice, *, collecting: bool = True) -> None:
    """From now on it is owed; with nothing to pay it is paid at once, else the card is charged."""
    billed = desk.subscription_of(invoice)
    terms = billed.days_until_due or desk.world.accounts[billed.account].payment_terms_days
    before = shown(desk, invoice)
    invoice.status, invoice.finalized = "open", desk.now
    if billed.collection != "charge_automatically":
        invoice.due = desk.now + timedelta(days=terms)
    desk.changed(invoices=[invoice.number])
    told(desk, invoice, "invoice.finalized", "invoice.updated", before=before)
    if invoice.to_pay == 0:
        settle(desk, invoice)
    elif collecting and by_card(desk, billed):
        collect(desk, invoice)


def collect(desk: Desk, invoice: Invoice, failure: str | None = None) -> bool:
    """Charge the card once, and say whether the money came. It fails as it did before, or with `failure`."""
    if failure is None and desk.books.failing(invoice.account):
        failure = last_failure(desk, invoice.account)
    if failure is None:
        succeed(desk, invoice)
        return True
    fail(desk, invoice, failure)
    return False


def succeed(desk: Desk, invoice: Invoice) -> None:
    """The money of one charge came."""
    invoice.attempts += 1
    payment = attempt(desk, invoice, "succeeded", None)
    settle(desk, invoice, payment)


def settle(desk: Desk, invoice: Invoice, payment: Payment | None = None) -> None:
    """The invoice is paid, and its subscription in good standing unless another invoice holds it."""
    before, customer = shown(desk, invoice), customer_of(desk, invoice)
    invoice.status, invoice.paid, invoice.next_attempt = "paid", desk.now, None
    desk.changed(invoices=[invoice.number], payments=[payment.number] if payment else [])
    told(desk, invoice, "invoice.updated", "invoice.paid", "invoice.payment_succeeded", before=before)
    if payment:
        desk.tell("invoice_payment", stripe_id("invoice_payment", payment.number), "invoice_payment.paid")
    desk.tell("customer", customer["id"], "customer.updated", before=customer)
    follow(desk, desk.subscription_of(invoice), "active")


def fail(desk: Desk, invoice: Invoice, failure: str) -> None:
    """One more charge was declined; after the last the subscription is unpaid, until then past due."""
    before, customer = shown(desk, invoice), customer_of(desk, invoice)
    invoice.attempts += 1
    last = invoice.attempts >= ATTEMPTS
    invoice.next_attempt = None if last else desk.now + RETRY
    payment = attempt(desk, invoice, "failed", failure)
    desk.changed(invoices=[invoice.number], payments=[payment.number])
    told(desk, invoice, "invoice.payment_failed", "invoice.updated", before=before)
    desk.tell("customer", customer["id"], "customer.updated", before=customer)
    follow(desk, desk.subscription_of(invoice), "unpaid" if last else "past_due")


def attempt(desk: Desk, invoice: Invoice, status: PaymentStatus, failure: str | None) -> Payment:
    payment = Payment(
        desk.practice.next_number("payments"),
        invoice.account,
        invoice.number,
        invoice.to_pay,
        invoice.currency,
        status,
        failure,
        desk.now,
    )
    desk.world.payments[payment.number] = payment
    return payment


def end(desk: Desk, invoice: Invoice, status: Any, type: str) -> None:
    """It is void, or given up as uncollectible."""
    before, customer = shown(desk, invoice), customer_of(desk, invoice)
    invoice.status, invoice.ended, invoice.next_attempt = status, desk.now, None
    desk.changed(invoices=[invoice.number])
    told(desk, invoice, type, "invoice.updated", before=before)
    desk.tell("customer", customer["id"], "customer.updated", before=customer)


def follow(desk: Desk, billed: Subscription, status: SubscriptionStatus) -> None:
    """The subscription goes with its invoice, unless it ended or another open invoice holds it.

    One that never began stays incomplete until it is paid.
    """
    held = status == "active" and any(
        one.subscription == billed.number and one.status == "open" and one.attempts
        for one in open_invoices(desk, billed.account)
    )
    if billed.status not in LIVING or held or (billed.status == "incomplete" and status != "active"):
        return
    if billed.status != status:
        id = stripe_id("subscription", billed.number)
        before = desk.find("subscription", id)
        billed.status, billed.changed = status, desk.now
        desk.changed(subscriptions=[billed.number])
        desk.tell("subscription", id, "customer.subscription.updated", before=before)


def open_invoices(desk: Desk, account: int) -> list[Invoice]:
    """What this customer owes, newest first."""
    found = desk.books.of("invoice", "customer", stripe_id("customer", account))
    numbers = (desk.books.numbers[one["id"]] for one in found if one["status"] == "open")
    return [desk.world.invoices[number] for number in numbers]


def last_failure(desk: Desk, account: int) -> str:
    """Why this customer's card failed the last time."""
    for one in desk.books.of("charge", "customer", stripe_id("customer", account)):
        payment = desk.world.payments[desk.books.numbers[one["id"]]]
        if payment.failure:
            return payment.failure
    return DECLINED


def shown(desk: Desk, invoice: Invoice) -> Json:
    return desk.find("invoice", stripe_id("invoice", invoice.number))


def customer_of(desk: Desk, invoice: Invoice) -> Json:
    return desk.find("customer", stripe_id("customer", invoice.account))


def told(desk: Desk, invoice: Invoice, *types: str, before: Json) -> None:
    desk.tell("invoice", stripe_id("invoice", invoice.number), *types, before=before)


def period_after(billed: Subscription, moment: datetime) -> tuple[datetime, datetime]:
    """The billing period that begins at this moment or contains it, counted from the subscription's cycle."""
    step = 12 if billed.interval == "year" else 1
    cycle = billed.counted_from
    place = ((moment.year - cycle.year) * 12 + moment.month - cycle.month) // step
    if months_after(cycle, place * step) > moment:
        place -= 1
    return months_after(cycle, place * step), months_after(cycle, (place + 1) * step)
