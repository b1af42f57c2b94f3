"""Does what happens to money after an invoice come back to the cent from the practice Stripe?"""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import httpx
import pytest
import pytest_asyncio

from canonical.billing import (
    CreditNoteStatus,
    DisputeStatus,
    Invoice,
    PaymentStatus,
    PayoutLineKind,
    PayoutStatus,
    RefundStatus,
)
from canonical.money import Money
from canonical.sales import Line
from sandbox.kit.opening import opened
from sandbox.kit.practice import Practice
from sandbox.kit.serving import running
from sandbox.stripe import Stripe
from system_apis.errors import Missing
from system_apis.stripe import Config, connect
from system_apis.stripe.adapter import StripeBilling


@dataclass
class Till:
    """The practice Stripe: over our adapter, and as its own users and its control face see it."""

    port: StripeBilling
    practice: Practice
    http: httpx.AsyncClient
    taken: set[str] = field(default_factory=set)

    async def does(self, path: str, **form: Any) -> dict[str, Any]:
        answer = await self.http.post(f"/v1/{path}", data=form)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def has_done(self, what: str, **said: Any) -> dict[str, Any]:
        answer = await self.http.post(f"/_sim/{what}", json=said)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def an_invoice(self, status: str) -> Invoice:
        """One that no test had before."""
        listed = await self.http.get("/v1/invoices", params={"status": status, "limit": 30})
        for one in listed.json()["data"]:
            if one["id"] not in self.taken and one["total"] > 1000:
                self.taken.add(one["id"])
                return await self.port.invoice(one["id"])
        raise AssertionError(f"no {status} invoice is left")


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def till() -> AsyncIterator[Till]:
    practice = opened()
    keys = practice.keys.stripe
    async with running(practice, [Stripe]) as urls:
        auth = {"Authorization": f"Bearer {keys.api_key}"}
        async with httpx.AsyncClient(base_url=urls["stripe"], headers=auth) as http:
            config = Config(base_url=urls["stripe"], api_key=keys.api_key)
            port = connect("stripe", config, practice.clock.now)
            yield Till(port, practice, http)
            await port.aclose()


pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_an_application_says_what_paid_what_of_whom(till: Till) -> None:
    invoice = await till.an_invoice("paid")
    (applied,) = await till.port.applications(invoice.origin.ref.id)
    assert (applied.invoice, applied.customer) == (invoice.origin.ref.id, invoice.customer)
    assert applied.amount == invoice.paid
    payment = await till.port.payment(applied.payment)
    assert (payment.customer, payment.status) == (invoice.customer, PaymentStatus.SUCCEEDED)
    alone = await till.port.application(applied.origin.ref.id)
    assert (alone.payment, alone.amount, alone.customer) == (
        applied.payment,
        applied.amount,
        applied.customer,
    )


async def test_what_is_not_paid_has_no_application(till: Till) -> None:
    open_one = (await till.http.get("/v1/invoices", params={"status": "open", "limit": 1})).json()["data"][0]
    assert await till.port.applications(open_one["id"]) == ()


async def test_a_credit_note_says_what_it_gives_back_to_the_cent(till: Till) -> None:
    invoice = await till.an_invoice("open")
    lines = (await till.http.get(f"/v1/invoices/{invoice.origin.ref.id}/lines")).json()["data"]
    made = await till.does(
        "credit_notes",
        **{
            "invoice": invoice.origin.ref.id,
            "lines[0][type]": "invoice_line_item",
            "lines[0][invoice_line_item]": lines[0]["id"],
            "lines[0][quantity]": 1,
            "reason": "order_change",
        },
    )
    note = await till.port.credit_note(made["id"])
    assert (note.invoice, note.customer) == (invoice.origin.ref.id, invoice.customer)
    assert (note.status, note.reason, note.refunded.minor) == (CreditNoteStatus.ISSUED, "order_change", 0)
    assert note.total.minor == made["total"]
    assert sum_of(note.lines, note.total.currency) + note.tax == note.total
    assert (await till.port.invoice(note.invoice)).credited == note.taken_off
    await till.does(f"credit_notes/{made['id']}/void")
    assert (await till.port.credit_note(made["id"])).status is CreditNoteStatus.VOID


async def test_a_credit_note_of_what_was_paid_says_what_went_back_as_money(till: Till) -> None:
    invoice = await till.an_invoice("paid")
    made = await till.does("credit_notes", invoice=invoice.origin.ref.id, amount=500, refund_amount=500)
    note = await till.port.credit_note(made["id"])
    assert note.total == note.refunded == Money(minor=500, currency=invoice.total.currency)


def sum_of(lines: tuple[Line, ...], currency: str) -> Money:
    return sum((line.amount for line in lines), Money(minor=0, currency=currency))


async def test_a_refund_says_whose_it_is_and_what_it_had_paid(till: Till) -> None:
    invoice = await till.an_invoice("paid")
    (applied,) = await till.port.applications(invoice.origin.ref.id)
    made = await till.does("refunds", payment_intent=applied.payment, amount=300)
    refund = await till.port.refund(made["id"])
    assert (refund.payment, refund.invoice) == (applied.payment, invoice.origin.ref.id)
    assert (refund.customer, refund.status) == (invoice.customer, RefundStatus.SUCCEEDED)
    assert refund.amount == Money(minor=300, currency=invoice.total.currency)
    assert [one.origin.ref.id for one in await till.port.refunds(applied.payment)] == [made["id"]]
    assert (await till.port.payment(applied.payment)).status is PaymentStatus.SUCCEEDED
    await till.does("refunds", payment_intent=applied.payment)
    assert (await till.port.payment(applied.payment)).status is PaymentStatus.REFUNDED
    assert sum(one.amount.minor for one in await till.port.refunds(applied.payment)) == invoice.paid.minor


@pytest.mark.parametrize(
    ("outcome", "status", "withdrawn"),
    [("won", DisputeStatus.WON, False), ("lost", DisputeStatus.LOST, True)],
)
async def test_a_dispute_takes_the_money_until_it_is_won(
    till: Till, outcome: str, status: DisputeStatus, withdrawn: bool
) -> None:
    invoice = await till.an_invoice("paid")
    said = await till.has_done("dispute", invoice=invoice.origin.ref.id, reason="fraudulent")
    dispute = await till.port.dispute(said["dispute"])
    assert (dispute.status, dispute.withdrawn, dispute.reason) == (DisputeStatus.OPEN, True, "fraudulent")
    assert (dispute.customer, dispute.invoice) == (invoice.customer, invoice.origin.ref.id)
    assert dispute.amount == invoice.paid
    assert dispute.fee.minor > 0
    await till.has_done("close-dispute", dispute=said["dispute"], outcome=outcome)
    closed = await till.port.dispute(said["dispute"])
    assert (closed.status, closed.withdrawn) == (status, withdrawn)
    assert closed.closed_at is not None


async def test_a_payout_is_the_sum_of_its_lines(till: Till) -> None:
    await till.has_done("payout")
    ids = [one["id"] for one in (await till.http.get("/v1/payouts", params={"limit": 9})).json()["data"]]
    assert ids
    kinds = set()
    for id in ids:
        payout = await till.port.payout(id)
        nothing = Money(minor=0, currency=payout.net.currency)
        assert sum((line.net for line in payout.lines), nothing) == payout.net == payout.gross - payout.fees
        kinds |= {line.kind for line in payout.lines}
        paid = [line.about for line in payout.lines if line.kind is PayoutLineKind.PAYMENT]
        assert paid
        assert await till.port.payment(paid[0] or "")
    assert {PayoutLineKind.PAYMENT, PayoutLineKind.REFUND, PayoutLineKind.DISPUTE} <= kinds


async def test_a_payout_that_was_made_by_hand_is_its_amount_and_nothing_is_known_of_its_lines(
    till: Till,
) -> None:
    invoice = await till.an_invoice("open")
    await till.has_done("pay", invoice=invoice.origin.ref.id)
    (made,) = (await till.has_done("payout", currency=invoice.total.currency, automatic=False))["data"]
    refused = await till.http.get("/v1/balance_transactions", params={"payout": made["payout"]})
    assert refused.status_code == 400
    assert "only be filtered on automatic transfers" in refused.json()["error"]["message"]
    payout = await till.port.payout(made["payout"])
    assert payout.gross == payout.net == Money(minor=made["amount"], currency=payout.net.currency)
    assert (payout.fees.minor, payout.lines) == (0, ())


async def test_a_payout_that_the_bank_sends_back_is_failed_and_its_money_goes_out_again(till: Till) -> None:
    invoice = await till.an_invoice("open")
    await till.has_done("pay", invoice=invoice.origin.ref.id)
    (made,) = (await till.has_done("payout", currency=invoice.total.currency))["data"]
    assert (await till.port.payout(made["payout"])).status is PayoutStatus.PENDING
    await till.has_done("return-payout", payout=made["payout"])
    failed = await till.port.payout(made["payout"])
    assert (failed.status, failed.net.minor) == (PayoutStatus.FAILED, made["amount"])
    (again,) = (await till.has_done("payout", currency=invoice.total.currency))["data"]
    payout = await till.port.payout(again["payout"])
    (line,) = payout.lines
    assert (line.kind, line.about, line.net) == (PayoutLineKind.ADJUSTMENT, made["payout"], failed.net)
    assert payout.net == failed.net


async def test_what_is_not_there_is_missing(till: Till) -> None:
    for ask in (
        till.port.subscription,
        till.port.payment,
        till.port.application,
        till.port.credit_note,
        till.port.refund,
        till.port.dispute,
        till.port.payout,
    ):
        with pytest.raises(Missing):
            await ask("xx_nobody")


async def test_every_event_of_all_this_is_read_from_the_list_each_once(till: Till) -> None:
    port = till.port
    till.practice.clock.advance(20)
    seen: list[str] = []
    cursor = None
    while True:
        page = await port.changes(cursor, till.practice.clock.now() - timedelta(days=29))
        seen += [one.source_id for one in page.notices]
        cursor = page.cursor
        if not page.more:
            break
    listed: list[str] = []
    behind: dict[str, str] = {}
    while True:
        answer = (await till.http.get("/v1/events", params={"limit": "100", **behind})).json()
        listed += [one["id"] for one in answer["data"]]
        if not answer["has_more"]:
            break
        behind = {"starting_after": listed[-1]}
    assert len(listed) > 20
    assert seen == listed[::-1]
    assert (await port.changes(cursor, till.practice.clock.now())).notices == ()
