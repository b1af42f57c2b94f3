"""Does every record of billing stand in the ledger once, after what it rests on, in a period that is open?"""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from msgspec.structs import replace

from canonical.billing import (
    CreditNote,
    CreditNoteStatus,
    Dispute,
    DisputeStatus,
    InvoiceStatus,
    PaymentApplication,
    Payout,
    PayoutStatus,
    Refund,
    RefundStatus,
)
from canonical.events import (
    CreditNoteChanged,
    DisputeChanged,
    EventData,
    InvoiceChanged,
    InvoiceFinalized,
    InvoicePaid,
    PaymentApplied,
    PayoutFailed,
    PayoutPaid,
    RefundChanged,
)
from canonical.identity import Kind
from canonical.money import Money
from process_apis import events
from process_apis.billing_to_ledger.receiving import receive
from process_apis.durable import State
from process_apis.events import Filter
from tests.builders import invoice, legal_entity, origin, record
from tests.process_apis.durable.house import until_it
from tests.process_apis.flows.town import Town

pytestmark = pytest.mark.asyncio(loop_scope="module")
IN_MARCH = datetime(2026, 3, 10, 9, tzinfo=UTC)


def eur(minor: int) -> Money:
    return Money(minor=minor, currency="EUR")


async def comes(town: Town, *facts: EventData) -> None:
    for fact in facts:
        await receive(await town.hears(fact))


async def bills(town: Town, **said: Any) -> InvoiceFinalized:
    facts = {"finalized_at": IN_MARCH, "status": InvoiceStatus.OPEN, **said}
    billed = invoice(f"in_{town.name}", town.customer, **facts)
    town.world.billing.invoiced = [billed]
    return InvoiceFinalized(invoice=billed)


def pays(town: Town, minor: int = 10_000) -> PaymentApplied:
    applied = PaymentApplication(
        payment=f"pi_{town.name}",
        invoice=f"in_{town.name}",
        customer=town.customer,
        amount=eur(minor),
        at=IN_MARCH,
        origin=origin(f"inpay_{town.name}", Kind.BILLING, "payment_application"),
    )
    town.world.billing.applied = [applied]
    return PaymentApplied(application=applied)


def credits(town: Town, minor: int = 2_500, **said: Any) -> CreditNoteChanged:
    facts = {"status": CreditNoteStatus.ISSUED, **said}
    note = CreditNote(
        number="CN-1",
        invoice=f"in_{town.name}",
        customer=town.customer,
        reason="product_unsatisfactory",
        total=eur(minor),
        tax=eur(0),
        refunded=eur(0),
        lines=(),
        issued_at=IN_MARCH,
        origin=origin(f"cn_{town.name}", Kind.BILLING, "credit_note"),
        **facts,
    )
    town.world.billing.credited = [note]
    return CreditNoteChanged(credit_note=note)


def refunds(town: Town, status: RefundStatus) -> RefundChanged:
    refund = Refund(
        payment=f"pi_{town.name}",
        invoice=f"in_{town.name}",
        customer=town.customer,
        amount=eur(1_000),
        status=status,
        reason=None,
        at=IN_MARCH,
        origin=origin(f"re_{town.name}", Kind.BILLING, "refund"),
    )
    town.world.billing.refunded = [refund]
    return RefundChanged(refund=refund)


def disputes(town: Town, status: DisputeStatus, *, withdrawn: bool) -> DisputeChanged:
    one = Dispute(
        payment=f"pi_{town.name}",
        invoice=f"in_{town.name}",
        customer=town.customer,
        amount=eur(10_000),
        fee=eur(1_500),
        reason="fraudulent",
        status=status,
        withdrawn=withdrawn,
        opened_at=IN_MARCH,
        closed_at=None if status is DisputeStatus.OPEN else IN_MARCH,
        origin=origin(f"du_{town.name}", Kind.BILLING, "dispute"),
    )
    town.world.billing.disputed = [one]
    return DisputeChanged(dispute=one)


async def test_a_finalised_invoice_stands_in_the_ledger(town: Town) -> None:
    await town.moves_in()
    await comes(town, await bills(town))
    await town.quiet()
    posting = town.world.erp.postings["invoice", f"in_{town.name}"]
    assert (posting.customer, posting.legal_entity, posting.total) == (town.debtor, "DE", eur(10_000))
    assert posting.posted_on == IN_MARCH.date()
    told = await events.query(Filter(accounts=(town.account,), types=("ledger.posted",)), None, 10)
    assert [(one.data.what, one.data.source) for one in told.items] == [("invoice", f"in_{town.name}")]


async def test_a_payment_that_comes_first_posts_its_invoice_before_itself(town: Town) -> None:
    await town.moves_in()
    finalized = await bills(town)
    await comes(town, pays(town), finalized, InvoicePaid(invoice=finalized.invoice))
    await town.quiet()
    assert sorted(town.world.erp.postings) == [
        ("invoice", f"in_{town.name}"),
        ("payment", f"inpay_{town.name}"),
    ]
    assert [one.open_amount for one in town.world.erp.owed] == [eur(0)]


async def test_everything_twice_and_backwards_is_as_once(town: Town) -> None:
    await town.moves_in()
    finalized = await bills(town)
    facts: list[EventData] = [finalized, pays(town, 7_500), credits(town)]
    await comes(town, *reversed(facts), *facts)
    await town.quiet()
    assert len(town.world.erp.effects) == 3
    assert [one.open_amount for one in town.world.erp.owed] == [eur(0)]


@pytest.mark.parametrize("lost", [1, 2])
async def test_a_lost_answer_posts_nothing_twice(town: Town, lost: int) -> None:
    await town.moves_in()
    town.world.erp.goes_silent_after_writing = lost
    await comes(town, await bills(town), pays(town))
    await town.quiet()
    assert len(town.world.erp.effects) == 2
    assert [one.open_amount for one in town.world.erp.owed] == [eur(0)]


async def test_a_closed_period_is_answered_by_the_next_open_one_and_the_reason_is_kept(town: Town) -> None:
    await town.moves_in()
    town.world.erp.closed = {"2026-03"}
    await comes(town, await bills(town))
    await town.quiet()
    posting = town.world.erp.postings["invoice", f"in_{town.name}"]
    assert posting.posted_on == date(2026, 4, 1)
    assert posting.note == "period 2026-03 is closed; own day 2026-03-10"


async def test_no_open_period_is_waited_for(town: Town) -> None:
    await town.moves_in()
    town.world.erp.closed = {f"2026-{month:02}" for month in range(1, 7)}
    await comes(town, await bills(town))
    (run,) = await town.quiet(State.WAITING)
    assert run.needs == "waits for an open period of DE"
    assert town.world.erp.postings == {}


async def test_a_customer_whom_the_ledger_does_not_know_is_made_known_with_what_the_crm_owns(
    town: Town,
) -> None:
    await town.moves_in(Kind.CRM, Kind.BILLING)
    town.world.erp.records = []
    await comes(town, await bills(town))
    found = await town.quiet(State.WAITING, State.NEEDS_PERSON)
    made = town.world.erp.customers[town.account]
    assert (made.legal_entity, made.currency, made.tax_id, made.payment_terms_days) == (
        "DE",
        "EUR",
        "DE123",
        30,
    )
    assert found


async def test_a_voided_invoice_is_taken_back_by_a_credit(town: Town) -> None:
    await town.moves_in()
    finalized = await bills(town)
    await comes(town, finalized)
    await town.quiet()
    void = replace(finalized.invoice, status=InvoiceStatus.VOID)
    town.world.billing.invoiced = [void]
    await comes(town, InvoiceChanged(invoice=void))
    await town.quiet()
    assert ("credit_note", f"in_{town.name}-void") in town.world.erp.postings
    assert [one.open_amount for one in town.world.erp.owed] == [eur(0)]


async def test_of_a_voided_invoice_no_more_is_taken_back_than_no_credit_note_did(town: Town) -> None:
    await town.moves_in()
    finalized = await bills(town)
    await comes(town, finalized)
    await town.quiet()
    one = replace(finalized.invoice, tax=eur(1_900))
    void = replace(one, status=InvoiceStatus.VOID, credited=eur(300))
    town.world.billing.invoiced = [void]
    await comes(town, InvoiceChanged(invoice=void))
    await town.quiet()
    taken = town.world.erp.postings["credit_note", f"in_{town.name}-void"]
    assert (taken.total, taken.tax) == (one.total - eur(300), eur(1_900 * 9_700 // 10_000))


async def test_an_invoice_that_was_credited_whole_is_not_taken_back_once_more(town: Town) -> None:
    await town.moves_in()
    finalized = await bills(town)
    void = replace(finalized.invoice, status=InvoiceStatus.VOID, credited=finalized.invoice.total)
    town.world.billing.invoiced = [void]
    await comes(town, InvoiceChanged(invoice=void))
    await town.quiet()
    assert list(town.world.erp.postings) == [("invoice", f"in_{town.name}")]


async def test_a_voided_credit_note_makes_it_owed_again(town: Town) -> None:
    await town.moves_in()
    await bills(town)
    await comes(town, credits(town))
    await town.quiet()
    await comes(town, credits(town, status=CreditNoteStatus.VOID))
    await town.quiet()
    assert sum(one.open_amount.minor for one in town.world.erp.owed) == 10_000


async def test_a_draft_is_nothing_to_post(town: Town) -> None:
    await town.moves_in()
    await comes(town, await bills(town, status=InvoiceStatus.DRAFT, number=None, finalized_at=None))
    await town.quiet()
    assert town.world.erp.postings == {}


async def test_a_customer_that_only_the_erp_knows_of_yet_stays_as_it_is(town: Town) -> None:
    """Right after the first start, when not everything was looked over yet."""
    await town.moves_in(Kind.CRM, Kind.BILLING)
    there = record(town.debtor, Kind.ERP, legal_entity="DE", name="As the ERP has it", key=town.account)
    town.world.erp.records.append(there)
    await comes(town, await bills(town))
    await town.quiet()
    assert town.world.erp.postings["invoice", f"in_{town.name}"].customer == town.debtor
    assert town.world.erp.records == [there]


async def test_a_refund_is_posted_when_it_succeeded(town: Town) -> None:
    await town.moves_in()
    await bills(town)
    await comes(town, refunds(town, RefundStatus.PENDING))
    await town.quiet()
    assert town.world.erp.postings == {}
    await comes(town, refunds(town, RefundStatus.SUCCEEDED))
    await town.quiet()
    assert town.world.erp.postings["refund", f"re_{town.name}"].amount == eur(1_000)
    # The customer's bank could not take it: the money is ours again.
    await comes(town, refunds(town, RefundStatus.FAILED))
    await town.quiet()
    assert town.world.erp.postings["payment", f"re_{town.name}-back"].amount == eur(1_000)


async def test_a_refund_that_never_succeeded_is_not_taken_back(town: Town) -> None:
    await town.moves_in()
    await bills(town)
    succeeded = refunds(town, RefundStatus.SUCCEEDED)
    await comes(town, refunds(town, RefundStatus.FAILED), succeeded)
    await town.quiet()
    assert town.world.erp.postings == {}


async def test_a_dispute_takes_the_money_and_gives_it_back_when_it_is_won(town: Town) -> None:
    await town.moves_in()
    await bills(town)
    await comes(town, disputes(town, DisputeStatus.OPEN, withdrawn=False))
    await town.quiet()
    assert town.world.erp.postings == {}
    await comes(town, disputes(town, DisputeStatus.OPEN, withdrawn=True))
    await town.quiet()
    assert list(town.world.erp.postings) == [("refund", f"du_{town.name}")]
    await comes(town, disputes(town, DisputeStatus.WON, withdrawn=False))
    await town.quiet()
    assert list(town.world.erp.postings) == [
        ("refund", f"du_{town.name}"),
        ("payment", f"du_{town.name}-back"),
    ]


async def pays_out(town: Town, status: PayoutStatus = PayoutStatus.PAID) -> Payout:
    town.world.erp.entities = [legal_entity("US", "USD"), legal_entity("DE", "EUR")]
    payout = Payout(
        net=eur(9_500),
        gross=eur(10_000),
        fees=eur(500),
        arrives_on=date(2026, 3, 12),
        lines=(),
        at=IN_MARCH,
        origin=origin(f"po_{town.name}", Kind.BILLING, "payout"),
        status=status,
    )
    town.world.billing.paid_out = [payout]
    return payout


async def test_a_payout_is_posted_gross_fees_and_net_in_the_books_of_its_currency(town: Town) -> None:
    await town.moves_in()
    await comes(town, PayoutPaid(payout=await pays_out(town)))
    await until_it(lambda: ("payout", f"po_{town.name}") in town.world.erp.postings)
    posting = town.world.erp.postings["payout", f"po_{town.name}"]
    assert (posting.legal_entity, posting.gross, posting.fees, posting.net) == (
        "DE",
        eur(10_000),
        eur(500),
        eur(9_500),
    )


async def test_a_payout_that_the_bank_sends_back_is_in_clearing_again_without_its_fees(town: Town) -> None:
    await town.moves_in()
    await comes(town, PayoutPaid(payout=await pays_out(town)))
    await town.quiet()
    for _ in range(2):
        await comes(town, PayoutFailed(payout=await pays_out(town, PayoutStatus.FAILED)))
        await town.quiet()
    postings = town.world.erp.postings
    assert list(postings) == [("payout", f"po_{town.name}"), ("payout", f"po_{town.name}-back")]
    back = postings["payout", f"po_{town.name}-back"]
    assert (back.legal_entity, back.gross, back.fees, back.net) == ("DE", eur(-9_500), eur(0), eur(-9_500))
    assert back.note == "payout failed"


async def test_a_payout_that_never_reached_the_bank_is_not_posted_whatever_is_heard_first(town: Town) -> None:
    await town.moves_in()
    failed = await pays_out(town, PayoutStatus.FAILED)
    await comes(town, PayoutFailed(payout=failed), PayoutPaid(payout=failed))
    await town.quiet()
    assert town.world.erp.postings == {}


async def test_a_payout_that_fails_while_its_posting_waits_is_taken_back_after_it(town: Town) -> None:
    await town.moves_in()
    town.world.erp.down = True
    await comes(town, PayoutPaid(payout=await pays_out(town)))
    await town.quiet(State.WAITING)
    await pays_out(town, PayoutStatus.FAILED)
    town.world.erp.down = False
    await town.quiet()
    postings = list(town.world.erp.postings)
    assert postings == [("payout", f"po_{town.name}"), ("payout", f"po_{town.name}-back")]


async def test_an_erp_that_is_down_is_waited_for(town: Town) -> None:
    await town.moves_in()
    town.world.erp.down = True
    await comes(town, await bills(town))
    assert {one.state for one in await town.quiet(State.WAITING)} == {State.WAITING}
    town.world.erp.down = False
    await town.quiet()
    assert len(town.world.erp.effects) == 1
