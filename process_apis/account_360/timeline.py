"""What happened to an account, newest first?"""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time
from hashlib import blake2b
from typing import Any

from canonical.billing import Invoice, Payment, PaymentStatus, Subscription
from canonical.caller import AccountScope
from canonical.events import PaymentRecoveryChanged, Posted
from canonical.money import Money
from canonical.sales import Contract, Order
from canonical.support import Case
from process_apis import cursors, events
from process_apis.account_360.flow import picture
from process_apis.account_360.lists import Listed
from process_apis.account_360.model import Moment, Parts
from process_apis.events import Filter

EVENTS_SHOWN = 200
"""The newest of what was done here."""
_Told = Iterator[tuple[datetime | None, str, str]]


async def timeline(id: str, scope: AccountScope, cursor: str | None, limit: int) -> Listed[Moment]:
    """The moments that the parts of the picture tell of, and what was done here because of them.

    Raises NotFound like the picture itself, and StoreUnavailable. A cursor stands behind a moment, not at a
    place: what happens in between moves nothing.
    """
    question = f"timeline|{id}"
    after = cursors.unseal(question, cursor) if cursor else None
    seen = await picture(id, scope)
    found = sorted([*_moments(seen.parts), *await _done_here(seen.account.id)], key=_place, reverse=True)
    if isinstance(after, list):
        found = [moment for moment in found if list(_place(moment)) < after]
    shown = tuple(found[:limit])
    return Listed(
        items=shown,
        next_cursor=cursors.seal(question, _place(shown[-1])) if len(found) > limit else None,
    )


def _place(moment: Moment) -> tuple[str, str, str]:
    """Where a moment stands among the others; two at the same instant keep one order.

    A title is as long as its writer liked, and a cursor is not.
    """
    return moment.at.isoformat(), moment.kind, blake2b(moment.title.encode(), digest_size=8).hexdigest()


def _moments(parts: Parts) -> Iterator[Moment]:
    for name, tell in _TELL.items():
        listing = getattr(parts, name).data
        for record in listing.items if listing else ():
            for at, kind, title in tell(record):
                if at is not None:
                    yield Moment(at=at, kind=kind, title=title, source=record.origin.ref.connection)


async def _done_here(account: str) -> list[Moment]:
    """What our own processes did about the account lately, with the traces that show how."""
    logged = await events.query(Filter(accounts=(account,), types=tuple(_OURS)), None, EVENTS_SHOWN)
    return [
        Moment(
            at=one.at,
            kind=one.type,
            title=_OURS[one.type](one.data),
            source=one.source,
            trace_id=one.traceparent.split("-")[1] if one.traceparent else None,
        )
        for one in logged.items
        if one.data is not None
    ]


def _recovery(changed: PaymentRecoveryChanged) -> str:
    words = _STAGES.get(changed.stage, changed.stage)
    return f"{words}: {changed.reason}" if changed.reason else words


def _posted(posted: Posted) -> str:
    late = f" ({posted.deferred_because})" if posted.deferred_because else ""
    return f"{posted.what.replace('_', ' ').capitalize()} posted in the ledger{late}"


_STAGES = {
    "at_risk": "Payment late",
    "suspended": "Access suspended",
    "recovered": "Payment recovered",
    "written_off": "Payment given up",
}
_OURS: dict[str, Callable[[Any], str]] = {
    "payment_recovery.changed": _recovery,
    "entitlement.changed": lambda changed: "Entitlement brought up to date",
    "ledger.posted": _posted,
}
"""What our own events are called in a timeline."""


def _contract(contract: Contract) -> _Told:
    yield _day(contract.signed_on), "contract.signed", f"Contract {contract.number} signed"
    yield _day(contract.start), "contract.started", f"Contract {contract.number} started"


def _subscription(subscription: Subscription) -> _Told:
    what = ", ".join(item.sku or "?" for item in subscription.items)
    yield subscription.started_at, "subscription.started", f"Subscription to {what} started"
    yield subscription.paused_at, "subscription.paused", f"Subscription to {what} paused"
    yield subscription.ended_at, "subscription.ended", f"Subscription to {what} ended"


def _invoice(invoice: Invoice) -> _Told:
    amount = _words(invoice.total)
    yield invoice.finalized_at, "invoice.finalized", f"Invoice {invoice.number} over {amount}"
    yield invoice.paid_at, "invoice.paid", f"Invoice {invoice.number} paid"


def _payment(payment: Payment) -> _Told:
    amount = _words(payment.amount)
    if payment.status is PaymentStatus.FAILED:
        yield (
            payment.at,
            "payment.failed",
            f"Payment of {amount} failed: {payment.failure or 'no reason given'}",
        )
    else:
        yield payment.at, f"payment.{payment.status}", f"Payment of {amount} {payment.status}"


def _case(case: Case) -> _Told:
    yield case.opened_at, "case.opened", f"Case {case.number}: {case.subject}"


def _order(order: Order) -> _Told:
    yield _day(order.ordered_on), "order.booked", f"Order {order.number} over {_words(order.total)}"


def _words(amount: Money) -> str:
    return f"{amount.major} {amount.currency}"


def _day(on: date | None) -> datetime | None:
    """A calendar date has no time of day; in a timeline it stands at its beginning, UTC."""
    return datetime.combine(on, time(), UTC) if on else None


_TELL: dict[str, Callable[[Any], _Told]] = {
    "contracts": _contract,
    "subscriptions": _subscription,
    "invoices": _invoice,
    "payments": _payment,
    "cases": _case,
    "orders": _order,
}
