"""How does a subscription change, pause, go on and end?"""

from datetime import UTC, datetime
from typing import Any

from sandbox.stripe import requests
from sandbox.stripe.billing import draw_up, finalise, period_after
from sandbox.stripe.customer_writes import metadata
from sandbox.stripe.desk import Desk
from sandbox.stripe.errors import Refusal, missing, missing_parameter, wrong_state
from sandbox.stripe.proration import bill_owed, charged, owe, taken_back
from sandbox.stripe.subscription_items import Basket
from sandbox.world import Subscription

Json = dict[str, Any]
ENDED = ("canceled", "incomplete_expired")
RUNNING = ("active", "past_due")


def update(desk: Desk, sent: requests.SubscriptionChange, id: str) -> Json:
    billed = living(desk, id)
    basket = Basket(desk, billed)
    basket.apply(sent.items)
    method = sent.collection_method or billed.collection
    if method == "send_invoice" and (sent.days_until_due or billed.days_until_due) is None:
        raise missing_parameter("days_until_due")
    at = datetime.fromtimestamp(sent.proration_date, UTC) if sent.proration_date else desk.now
    if not billed.period_start <= at <= billed.period_end and sent.proration_date:
        raise Refusal(
            400, "Invalid proration_date: it must be within the current period.", param="proration_date"
        )
    before = desk.find("subscription", id)
    desk.say(id, said_of(sent, before))
    _set(desk, billed, sent)
    _exchange(desk, billed, basket, sent, at)
    if sent.trial_end == "now" and billed.status == "trialing":
        _restart(desk, billed)
    billed.changed = desk.now
    desk.changed(subscriptions=[billed.number])
    desk.tell("subscription", id, "customer.subscription.updated", before=before)
    if sent.proration_behavior == "always_invoice":
        bill_owed(desk, billed)
    return desk.find("subscription", id)


def _set(desk: Desk, billed: Subscription, sent: requests.SubscriptionChange) -> None:
    if sent.cancel_at_period_end is not None and sent.cancel_at_period_end != billed.cancel_at_period_end:
        billed.cancel_at_period_end = sent.cancel_at_period_end
        billed.canceled_at = desk.now if sent.cancel_at_period_end else None
    if isinstance(sent.pause_collection, requests.Holding):
        resumes = sent.pause_collection.resumes_at
        billed.holding = sent.pause_collection.behavior
        billed.resumes = datetime.fromtimestamp(resumes, UTC) if resumes else None
    elif sent.pause_collection == "":
        billed.holding, billed.resumes = None, None
    billed.collection = sent.collection_method or billed.collection
    if sent.days_until_due is not None:
        billed.days_until_due = sent.days_until_due


def _exchange(
    desk: Desk, billed: Subscription, basket: Basket, sent: requests.SubscriptionChange, at: datetime
) -> None:
    """Other lines from now on. Another interval begins a new period, which is billed at once."""
    prorated = billed.status in RUNNING and sent.proration_behavior != "none"
    back = taken_back(desk, billed, basket.before, at) if prorated else []
    changes_interval = basket.interval != billed.interval
    billed.lines, billed.slots, billed.interval = basket.lines, basket.slots, basket.interval
    if changes_interval and billed.status in RUNNING:
        billed.owed += back
        _restart(desk, billed)
    elif prorated:
        owe(desk, billed, [*back, *charged(desk, billed, basket.after, at)], "create_prorations")


def _restart(desk: Desk, billed: Subscription) -> None:
    """A period begins now, and is billed."""
    if billed.status == "trialing":
        billed.trial_end, billed.status = desk.now, "active"
    billed.cycle = desk.now
    billed.period_start, billed.period_end = period_after(billed, desk.now)
    desk.changed(subscriptions=[billed.number])
    period = (billed.period_start, billed.period_end)
    finalise(desk, draw_up(desk, billed, billed.lines, period, "subscription_update"))


def cancel(desk: Desk, sent: requests.Cancel, id: str) -> Json:
    """It ends now."""
    billed = living(desk, id)
    if sent.prorate and billed.status in RUNNING:
        billed.owed += taken_back(desk, billed, billed.lines, desk.now)
    if sent.invoice_now:
        bill_owed(desk, billed)
    desk.say(id, _left(sent.cancellation_details, desk.find("subscription", id)))
    billed.status, billed.ended_at, billed.changed = "canceled", desk.now, desk.now
    billed.canceled_at = billed.canceled_at or desk.now
    desk.changed(subscriptions=[billed.number])
    desk.tell("subscription", id, "customer.subscription.deleted")
    return desk.find("subscription", id)


def pause(desk: Desk, sent: requests.Pause, id: str) -> Json:
    """It stands still: no service, no invoices. What is left of the period is taken back with the next."""
    billed = living(desk, id)
    if billed.status not in RUNNING:
        raise wrong_state(f"Only an active subscription can be paused; this one is {billed.status}.")
    unused = (
        sent.bill_for.unused_time_from.type if sent.bill_for and sent.bill_for.unused_time_from else "now"
    )
    since = {"now": desk.now, "item_current_period_start": billed.period_start}.get(unused)
    before = desk.find("subscription", id)
    if since is not None:
        billed.owed += taken_back(desk, billed, billed.lines, since)
    if sent.invoicing_behavior == "invoice":
        bill_owed(desk, billed)
    billed.status, billed.paused_at, billed.changed = "paused", desk.now, desk.now
    desk.changed(subscriptions=[billed.number])
    desk.tell(
        "subscription", id, "customer.subscription.paused", "customer.subscription.updated", before=before
    )
    return desk.find("subscription", id)


def resume(desk: Desk, sent: requests.Resume, id: str) -> Json:
    """It goes on: with a new period from now, or with what is left of the old count."""
    billed = living(desk, id)
    if billed.status != "paused":
        raise wrong_state(f"Only a paused subscription can be resumed; this one is {billed.status}.")
    anchor = sent.billing_cycle_anchor
    before = desk.find("subscription", id)
    billed.status, billed.paused_at, billed.changed = "active", None, desk.now
    if (anchor if isinstance(anchor, str) else anchor.type) == "now":
        _restart(desk, billed)
    else:
        billed.period_start, billed.period_end = period_after(billed, desk.now)
        rest = charged(desk, billed, billed.lines, desk.now)
        owe(desk, billed, rest, sent.proration_behavior)
        desk.changed(subscriptions=[billed.number])
    desk.tell(
        "subscription", id, "customer.subscription.resumed", "customer.subscription.updated", before=before
    )
    return desk.find("subscription", id)


def living(desk: Desk, id: str) -> Subscription:
    """One that has not ended: Stripe no longer finds the others when they are to be changed."""
    billed = desk.world.subscriptions[desk.number("subscription", id)]
    if billed.status in ENDED:
        raise missing("subscription", id, "id")
    return billed


def said_of(sent: requests.NewSubscription | requests.SubscriptionChange, before: Json) -> Json:
    said = {
        name: value or None
        for name in ("description", "default_payment_method")
        if (value := getattr(sent, name)) is not None
    }
    leaving = getattr(sent, "cancellation_details", None)
    return said | metadata(sent.metadata, before) | _left(leaving, before)


def _left(leaving: requests.Leaving | None, before: Json) -> Json:
    """Why they leave, in their own words."""
    if leaving is None:
        return {}
    reason = {"comment": leaving.comment, "feedback": leaving.feedback}
    return {"cancellation_details": {**before["cancellation_details"], **reason}}
