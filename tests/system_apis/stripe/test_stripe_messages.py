"""Is a message of Stripe's taken when it is proven, and read as what happened?"""

import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
import stripe as sdk

from canonical import events
from canonical.billing import (
    DisputeStatus,
    InvoiceStatus,
    PaymentStatus,
    PayoutStatus,
    RefundStatus,
    SubscriptionStatus,
)
from canonical.money import Money
from system_apis.errors import Forged, Stale, Undecodable
from system_apis.messages import Arrived
from system_apis.signatures import prove as proven
from system_apis.stripe.webhook import HEADER, Proof, told

NEW, OLD = "whsec_new_secret_of_ours", "whsec_old_secret_of_ours"
AT = datetime(2026, 3, 15, 12, tzinfo=UTC)
EUR = "EUR"


def signed(body: bytes, *secrets: str, at: datetime = AT) -> str:
    moment = int(at.timestamp())
    signatures = [
        hmac.new(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
        for secret in secrets
    ]
    return ",".join([f"t={moment}", *(f"v1={one}" for one in signatures)])


def arrived(body: bytes, header: str, at: datetime = AT) -> Arrived:
    return Arrived(headers={"stripe-signature": header}, body=body, at=at)


def prove(connection: str, secrets: tuple[str, ...], message: Arrived) -> None:
    proven(connection, HEADER, secrets, message)


def event(type: str, object: dict[str, Any], **said: Any) -> bytes:
    whole = {
        "id": "evt_1",
        "object": "event",
        "api_version": "2026-10-28.endive",
        "created": int(AT.timestamp()),
        "livemode": False,
        "pending_webhooks": 1,
        "type": type,
        "data": {"object": object},
        **said,
    }
    return msgspec.json.encode(whole)


def read(body: bytes, *, account: str | None = None, live: bool | None = False) -> events.Notice:
    proof = Proof((NEW,), account, live)
    (notice,) = told("billing", proof, arrived(body, signed(body, NEW))).notices
    return notice


# What proves a message.


def test_the_vector_that_both_sdks_agree_on() -> None:
    body = b'{"id":"evt_1","object":"event"}'
    header = "t=1700000000,v1=0c8670ed117751cc551a20e35839447075c42800ea3cf3e8a2fbda99cd1e6edd"
    prove("billing", ("whsec_test_secret",), arrived(body, header, datetime.fromtimestamp(1700000000, UTC)))


def test_what_the_sdk_takes_as_proven_is_proven_here_and_the_other_way_round() -> None:
    body = event("ping", {})
    header = signed(body, NEW, at=datetime.now(UTC))
    prove("billing", (NEW,), arrived(body, header, datetime.now(UTC)))
    assert sdk.WebhookSignature.verify_header(body.decode(), header, NEW, 300)
    with pytest.raises(Forged):
        prove("billing", (NEW,), arrived(body + b" ", header, datetime.now(UTC)))
    with pytest.raises(sdk.SignatureVerificationError):
        sdk.WebhookSignature.verify_header(body.decode() + " ", header, NEW, 300)


@pytest.mark.parametrize("sent_with", [(NEW,), (OLD,), (OLD, NEW), ("whsec_nobody_knows", OLD)])
def test_while_a_secret_is_rolled_either_proves_a_message(sent_with: tuple[str, ...]) -> None:
    body = event("ping", {})
    prove("billing", (NEW, OLD), arrived(body, signed(body, *sent_with)))


BODY = event("ping", {})
RIGHT = signed(BODY, NEW)
MOMENT, _, SIGNATURE = RIGHT.partition(",v1=")
FORGED = {
    "nothing": "",
    "another secret's": signed(BODY, "whsec_somebody_else"),
    "another body's": signed(BODY + b" ", NEW),
    "another moment's": f"t={int(AT.timestamp()) + 1},v1={SIGNATURE}",
    "no moment": f"v1={SIGNATURE}",
    "two moments": f"{RIGHT},t=1",
    "a moment that is no number": f"t=now,v1={SIGNATURE}",
    "a moment in other digits": f"t=\u0661\u0667,v1={SIGNATURE}",
    "an endless moment": f"t={'9' * 400},v1={SIGNATURE}",
    "no signature": MOMENT,
    "an empty signature": f"{MOMENT},v1=",
    "half a signature": f"{MOMENT},v1={SIGNATURE[:32]}",
    "another scheme": f"{MOMENT},v0={SIGNATURE}",
    "upper case": f"{MOMENT},v1={SIGNATURE.upper()}",
    "not ASCII": f"{MOMENT},v1={SIGNATURE[:-1]}é",
    "the right one behind many": ",".join([MOMENT, *["v1=0"] * 50, f"v1={SIGNATURE}"]),
}


@pytest.mark.parametrize("header", FORGED.values(), ids=FORGED.keys())
def test_what_nobody_signed_is_forged(header: str) -> None:
    with pytest.raises(Forged) as caught:
        prove("billing", (NEW, OLD), arrived(BODY, header))
    assert not isinstance(caught.value, Stale)
    assert NEW not in str(caught.value)


def test_without_a_secret_nothing_is_taken() -> None:
    for header in (RIGHT, signed(BODY, ""), ""):
        with pytest.raises(Forged):
            prove("billing", (), arrived(BODY, header))


@pytest.mark.parametrize("off", [300, -300])
def test_a_signature_may_be_five_minutes_off(off: int) -> None:
    prove("billing", (NEW,), arrived(BODY, RIGHT, AT + timedelta(seconds=off)))


@pytest.mark.parametrize("off", [301, -301, 86400])
def test_an_older_one_or_one_from_the_future_is_stale(off: int) -> None:
    with pytest.raises(Stale):
        prove("billing", (NEW,), arrived(BODY, RIGHT, AT + timedelta(seconds=off)))


def test_a_proof_does_not_show_its_secrets() -> None:
    assert NEW not in repr(Proof((NEW,)))


def test_a_message_about_another_account_or_of_the_other_mode_is_forged() -> None:
    body = event("ping", {}, account="acct_ours")
    assert read(body, account="acct_ours").data == events.Unrecognised(name="ping")
    for account in (None, "acct_another"):
        with pytest.raises(Forged):
            read(body, account=account)
    with pytest.raises(Forged):
        read(event("ping", {}), account="acct_ours")
    with pytest.raises(Forged):
        read(event("ping", {}), live=True)
    with pytest.raises(Forged):
        read(event("ping", {}, livemode=True))
    assert read(event("ping", {}, livemode=True), live=None)


# What a message says.

CUSTOMER = {"id": "cus_1", "name": "Sable", "email": None, "metadata": {"gateway_id": "acc_1"}}
INVOICE = {
    "id": "in_1",
    "number": "A-1",
    "customer": "cus_1",
    "status": "open",
    "currency": "eur",
    "total": 1190,
    "amount_paid": 0,
    "amount_remaining": 1190,
    "total_taxes": [{"amount": 190}],
    "lines": {"data": [], "has_more": False},
    "parent": {"type": "subscription_details", "subscription_details": {"subscription": "sub_1"}},
    "created": 1,
    "due_date": None,
    "status_transitions": {"finalized_at": 2, "paid_at": None},
    "attempt_count": 1,
    "next_payment_attempt": 3,
}
SUBSCRIPTION = {
    "id": "sub_1",
    "customer": "cus_1",
    "status": "paused",
    "items": {"data": [], "has_more": False},
    "start_date": 1,
    "cancel_at_period_end": False,
    "ended_at": None,
    "trial_end": None,
    "status_details": {"paused": {"transitioned_at": 7}},
}
INTENT = {
    "id": "pi_1",
    "customer": "cus_1",
    "status": "requires_payment_method",
    "amount": 1190,
    "currency": "eur",
    "created": 1,
    "last_payment_error": {"code": "card_declined", "decline_code": "lost_card"},
    "latest_charge": "ch_1",
}
INVOICE_PAYMENT = {
    "id": "inpay_1",
    "invoice": "in_1",
    "payment": {"type": "payment_intent", "payment_intent": "pi_1"},
    "status": "paid",
    "amount_paid": 1190,
    "currency": "eur",
    "created": 1,
    "status_transitions": {"paid_at": 2},
}
CHARGE = {
    "id": "ch_1",
    "customer": "cus_1",
    "payment_intent": "pi_1",
    "amount": 1190,
    "currency": "eur",
    "created": 1,
    "refunded": True,
}
CREDIT_NOTE = {
    "id": "cn_1",
    "number": "A-1-CN-01",
    "invoice": "in_1",
    "customer": "cus_1",
    "status": "issued",
    "reason": "order_change",
    "currency": "eur",
    "total": 595,
    "total_taxes": [{"amount": 95}],
    "lines": {"data": [{"id": "cnli_1", "amount": 500, "invoice_line_item": "il_1"}], "has_more": False},
    "created": 1,
    "refunds": [{"amount_refunded": 595, "refund": "re_1"}],
}
REFUND = {
    "id": "re_1",
    "amount": 595,
    "currency": "eur",
    "created": 1,
    "status": "requires_action",
    "reason": None,
    "payment_intent": "pi_1",
    "charge": "ch_1",
}
DISPUTE = {
    "id": "du_1",
    "amount": 1190,
    "currency": "eur",
    "created": 1,
    "status": "lost",
    "reason": "fraudulent",
    "charge": "ch_1",
    "payment_intent": "pi_1",
    "balance_transactions": [{"amount": -1190, "fee": 1500, "created": 1795600000}],
}


@pytest.mark.parametrize(
    ("type", "fact"),
    [
        *(
            (f"invoice.{what}", events.InvoiceChanged)
            for what in (
                "created",
                "updated",
                "overdue",
                "voided",
                "marked_uncollectible",
                "payment_succeeded",
            )
        ),
        ("invoice.finalized", events.InvoiceFinalized),
        ("invoice.paid", events.InvoicePaid),
        ("invoice.payment_failed", events.InvoicePaymentFailed),
    ],
)
def test_an_invoice(type: str, fact: type[events.Fact]) -> None:
    notice = read(event(type, INVOICE))
    assert isinstance(notice.data, fact)
    assert (notice.source_id, notice.at) == ("evt_1", AT)
    assert notice.customer is not None
    assert (notice.customer.object, notice.customer.id) == ("customer", "cus_1")
    invoice = notice.data.invoice
    assert (invoice.subscription, invoice.status) == ("sub_1", InvoiceStatus.OPEN)
    assert (invoice.total, invoice.tax) == (Money(minor=1190, currency=EUR), Money(minor=190, currency=EUR))
    assert (invoice.origin.observed_at, invoice.origin.modified_at) == (AT, AT)


@pytest.mark.parametrize("what", ["created", "updated", "deleted", "paused", "resumed", "trial_will_end"])
def test_a_subscription(what: str) -> None:
    data = read(event(f"customer.subscription.{what}", SUBSCRIPTION)).data
    assert isinstance(data, events.SubscriptionChanged)
    assert data.subscription.status is SubscriptionStatus.PAUSED
    assert data.subscription.paused_at == datetime.fromtimestamp(7, UTC)


def test_a_subscription_whose_collection_alone_is_paused_keeps_its_status() -> None:
    collected = {**SUBSCRIPTION, "status": "active", "pause_collection": {"behavior": "void"}}
    data = read(event("customer.subscription.updated", collected)).data
    assert isinstance(data, events.SubscriptionChanged)
    assert data.subscription.status is SubscriptionStatus.ACTIVE


def test_a_payment_that_failed_says_why_and_one_of_nobodys_is_let_pass() -> None:
    data = read(event("payment_intent.payment_failed", INTENT)).data
    assert isinstance(data, events.PaymentChanged)
    assert (data.payment.status, data.payment.failure) == (PaymentStatus.FAILED, "lost_card")
    nobodys = read(event("payment_intent.succeeded", {**INTENT, "customer": None}))
    assert nobodys.data == events.Unrecognised(name="payment_intent.succeeded")


def test_an_application() -> None:
    data = read(event("invoice_payment.paid", INVOICE_PAYMENT)).data
    assert isinstance(data, events.PaymentApplied)
    applied = data.application
    assert (applied.payment, applied.invoice, applied.customer) == ("pi_1", "in_1", None)
    assert applied.amount == Money(minor=1190, currency=EUR)
    assert applied.at == datetime.fromtimestamp(2, UTC)


def test_a_payment_that_went_back() -> None:
    data = read(event("charge.refunded", CHARGE)).data
    assert isinstance(data, events.PaymentChanged)
    assert (data.payment.origin.ref.id, data.payment.status) == ("pi_1", PaymentStatus.REFUNDED)
    partly = read(event("charge.refunded", {**CHARGE, "refunded": False})).data
    assert isinstance(partly, events.PaymentChanged)
    assert partly.payment.status is PaymentStatus.SUCCEEDED


@pytest.mark.parametrize(
    "type", ["refund.created", "refund.updated", "refund.failed", "charge.refund.updated"]
)
def test_a_refund(type: str) -> None:
    data = read(event(type, REFUND)).data
    assert isinstance(data, events.RefundChanged)
    assert (data.refund.payment, data.refund.status) == ("pi_1", RefundStatus.PENDING)


@pytest.mark.parametrize("what", ["created", "updated", "closed", "funds_withdrawn", "funds_reinstated"])
def test_a_dispute(what: str) -> None:
    data = read(event(f"charge.dispute.{what}", DISPUTE)).data
    assert isinstance(data, events.DisputeChanged)
    assert (data.dispute.status, data.dispute.withdrawn) == (DisputeStatus.LOST, True)
    assert (data.dispute.fee, data.dispute.closed_at) == (Money(minor=1500, currency=EUR), AT)


def test_a_dispute_whose_money_came_back_is_no_longer_withdrawn() -> None:
    back = [
        {"amount": -1190, "fee": 1500, "created": 1795600000},
        {"amount": 1190, "fee": -1500, "created": 1795700000},
    ]
    data = read(
        event("charge.dispute.closed", {**DISPUTE, "status": "won", "balance_transactions": back})
    ).data
    assert isinstance(data, events.DisputeChanged)
    assert (data.dispute.status, data.dispute.withdrawn, data.dispute.fee.minor) == (
        DisputeStatus.WON,
        False,
        0,
    )


@pytest.mark.parametrize("what", ["created", "updated", "voided"])
def test_a_credit_note(what: str) -> None:
    data = read(event(f"credit_note.{what}", CREDIT_NOTE)).data
    assert isinstance(data, events.CreditNoteChanged)
    note = data.credit_note
    assert (note.total.minor, note.tax.minor, note.refunded.minor) == (595, 95, 595)
    assert [line.amount.minor for line in note.lines] == [500]


def test_a_customer() -> None:
    changed = read(event("customer.updated", CUSTOMER))
    assert isinstance(changed.data, events.CustomerChanged)
    assert changed.data.record.key == "acc_1"
    assert changed.customer is not None
    assert changed.customer.id == "cus_1"
    gone = read(event("customer.deleted", CUSTOMER)).data
    assert isinstance(gone, events.CustomerGone)
    assert gone.ref.id == "cus_1"


@pytest.mark.parametrize(
    ("what", "fact", "status"),
    [
        ("paid", events.PayoutPaid, PayoutStatus.PAID),
        ("failed", events.PayoutFailed, PayoutStatus.FAILED),
    ],
)
def test_a_payout_says_what_it_is_and_not_what_is_in_it(
    what: str, fact: type[events.PayoutPaid | events.PayoutFailed], status: PayoutStatus
) -> None:
    object = {
        "id": "po_1",
        "automatic": True,
        "amount": 970,
        "currency": "eur",
        "arrival_date": 86400,
        "created": 1,
        "status": what,
    }
    data = read(event(f"payout.{what}", object)).data
    assert isinstance(data, fact)
    assert (data.payout.net.minor, data.payout.lines, data.payout.status) == (970, (), status)


@pytest.mark.parametrize(
    ("type", "object", "what", "id"),
    [
        ("payout.created", {"id": "po_1"}, "payout", "po_1"),
        ("payout.reconciliation_completed", {"id": "po_1"}, "payout", "po_1"),
        ("customer.tax_id.created", {"id": "txi_1", "customer": "cus_1"}, "account", "cus_1"),
        (
            "subscription_schedule.updated",
            {"id": "sub_sched_1", "customer": "cus_1", "subscription": "sub_1"},
            "subscription",
            "sub_1",
        ),
    ],
)
def test_what_a_message_does_not_hold_is_named(type: str, object: dict[str, Any], what: str, id: str) -> None:
    data = read(event(type, object)).data
    assert isinstance(data, events.RecordTouched)
    assert (data.what, data.ref.id) == (what, id)


@pytest.mark.parametrize(
    "type", ["test_helpers.test_clock.ready", "invoice.something_new", "", "subscription_schedule.created"]
)
def test_a_type_that_nobody_reads_is_named(type: str) -> None:
    notice = read(event(type, {"id": "x"}))
    assert notice.data == events.Unrecognised(name=type)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff",
        b"[]",
        b"{}",
        b"[" * 100_000,
        event("invoice.paid", {"id": "in_1"}),
        event("customer.subscription.updated", {**SUBSCRIPTION, "status": "on_the_moon"}),
        event("invoice.paid", {**INVOICE, "created": 10**20}),
        event("invoice.paid", INVOICE, created=10**20),
        event("invoice_payment.paid", {**INVOICE_PAYMENT, "payment": {"type": "gold"}}),
    ],
)
def test_what_is_proven_and_cannot_be_read_says_so_and_nothing_of_it(body: bytes) -> None:
    with pytest.raises(Undecodable) as caught:
        read(body)
    assert "cus_1" not in str(caught.value)
