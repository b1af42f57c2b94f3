"""Does everybody who should know of a late payment know, once, whoever is down and whatever comes first?"""

import time
from datetime import timedelta

import pytest
from msgspec import Struct
from msgspec.structs import replace

from canonical.billing import Invoice, InvoiceStatus
from canonical.caller import EVERYONE
from canonical.events import InvoiceChanged, InvoicePaid, InvoicePaymentFailed
from canonical.identity import ExternalRef, Kind
from canonical.requests import CaseDraft
from canonical.support import CasePriority, CaseStatus
from process_apis import durable, entitlement, events, landing, payment_recovery, turns
from process_apis.durable import State
from process_apis.events import Filter
from process_apis.payment_recovery import kept, steps
from process_apis.payment_recovery.receiving import receive
from process_apis.payment_recovery.steps import Looked
from system_apis.errors import OutcomeUnknown, Refused
from system_apis.ports import LIMIT
from tests.builders import receivable
from tests.process_apis.durable.house import fresh, until_it
from tests.process_apis.flows.town import Town

pytestmark = pytest.mark.asyncio(loop_scope="module")
A_DAY = timedelta(days=1)


class Noted(Struct, frozen=True, tag=True):
    """What came of a note."""

    late: bool


@durable.flow("test-recovery-ask")
async def ask(invoice: ExternalRef) -> Looked:
    return await steps.look(invoice, None)


@durable.flow("test-recovery-keep")
async def keep(looked: Looked) -> Noted:
    return Noted(late=await steps.note(looked) is not None)


async def fails(town: Town, owed: Invoice, failure: str = "insufficient_funds") -> None:
    await receive(await town.hears(InvoicePaymentFailed(invoice=owed, failure=failure)))


async def pays(town: Town, owed: Invoice) -> None:
    paid = replace(owed, status=InvoiceStatus.PAID, remaining=owed.total.times(0), paid=owed.total)
    town.world.billing.invoiced = [paid]
    await receive(await town.hears(InvoicePaid(invoice=paid)))


async def lives_here(town: Town) -> Invoice:
    """A customer with a subscription and an invoice that stands in the ledger."""
    await town.moves_in()
    await town.subscribes()
    owed = town.owes()
    town.world.erp.owed = [receivable(owed.origin.ref.id, town.debtor)]
    return owed


async def is_suspended(town: Town) -> Invoice:
    """The same customer, who did not pay within the grace."""
    owed = await lives_here(town)
    payment_recovery.configure({"gold": A_DAY})
    await fails(town, owed)
    await town.quiet(State.WAITING)
    town.time.forward(A_DAY)
    await town.quiet()
    return owed


async def test_a_failure_is_known_everywhere_and_cleared_by_the_payment(town: Town) -> None:
    owed = await lives_here(town)
    await fails(town, owed)
    await town.quiet(State.WAITING)
    key = f"recovery-{owed.origin.ref.id}"
    assert "insufficient_funds" in (town.world.erp.owed[0].dunning or "")
    assert town.world.crm.standings[town.crm].risk.flagged
    assert town.world.crm.tasks[key].open
    assert town.world.support.standings[town.organization].risk.flagged
    (ticket,) = town.world.support.tickets
    assert (ticket.organization, ticket.status) == (town.organization, CaseStatus.NEW)

    await pays(town, owed)
    await town.quiet(State.WAITING)
    assert town.world.erp.owed[0].dunning is None
    assert not town.world.crm.standings[town.crm].risk.flagged
    assert not town.world.crm.tasks[key].open
    assert not town.world.support.standings[town.organization].risk.flagged
    assert [one.status for one in town.world.support.tickets] == [CaseStatus.SOLVED]


async def test_there_is_one_case_however_often_it_fails(town: Town) -> None:
    owed = await lives_here(town)
    for attempts in (1, 2, 3):
        town.world.billing.invoiced = [replace(owed, attempts=attempts)]
        await fails(town, owed)
    await town.quiet(State.WAITING)
    assert len(town.world.support.tickets) == len(town.world.crm.tasks) == 1
    assert len(town.world.support.said[town.world.support.tickets[0].number]) == 1


async def test_a_comment_whose_answer_was_lost_is_found_behind_many_others(town: Town) -> None:
    owed = await lives_here(town)
    await fails(town, owed)
    await town.quiet(State.WAITING)
    said = town.world.support.said[town.world.support.tickets[0].number]
    others = 3 * LIMIT
    said[:0] = [replace(said[0], body=f"a word {n}") for n in range(others)]
    town.world.support.goes_silent_after_writing = 4  # what the record shows is written there, too
    await fails(town, owed, "expired_card")
    await until_it(lambda: len(said) == others + 2)
    await town.ended("payment-recovery-support")
    assert len(said) == others + 2


async def test_a_slow_write_that_may_still_arrive_is_not_overtaken(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turns, "SLOW", 0.0)  # here a platform need not be slow for it
    landing.configure(timedelta(seconds=1.5))
    try:
        owed = await lives_here(town)
        erp = town.world.erp
        erp.loses_before_writing = 1
        await fails(town, owed)
        await until_it(lambda: "mark_receivable" in erp.calls)
        lost = time.monotonic()
        await pays(town, owed)
        await until_it(lambda: erp.calls.count("mark_receivable") > 1)
        assert time.monotonic() - lost > 1.0
        await town.ended("payment-recovery-erp")
        assert erp.owed[0].dunning is None
    finally:
        landing.configure()


async def test_a_case_that_may_still_be_opened_is_waited_for_and_then_solved(town: Town) -> None:
    """Whoever hears of the payment finds no case, and it comes a moment later."""
    landing.configure(timedelta(seconds=1.5))
    try:
        owed = await lives_here(town)
        support, key = town.world.support, f"recovery-{owed.origin.ref.id}"
        support.refusing["open_case"] = OutcomeUnknown("zendesk", "still at it")
        await fails(town, owed)
        await until_it(lambda: "open_case" in support.calls)
        looks = support.calls.count("case_by_key")
        await pays(town, owed)
        await until_it(lambda: support.calls.count("case_by_key") > looks + 1)
        support._open(CaseDraft(organization=town.organization, subject="late", body="it is late"), key)
        await town.ended("payment-recovery-support")
        assert [one.status for one in support.tickets] == [CaseStatus.SOLVED]
    finally:
        landing.configure()


async def test_the_same_event_twice_is_one_run(town: Town) -> None:
    owed = await lives_here(town)
    event = await town.hears(InvoicePaymentFailed(invoice=owed, failure=None))
    await receive(event)
    before = {one.id for one in await town.quiet(State.WAITING)}
    await receive(event)
    assert {one.id for one in await town.quiet(State.WAITING)} == before


async def test_a_payment_that_is_told_of_before_its_failure_leaves_nothing(town: Town) -> None:
    owed = await lives_here(town)
    await pays(town, owed)
    await fails(town, owed)
    await town.quiet()
    assert town.world.support.tickets == []
    assert town.world.crm.tasks == {}
    assert town.world.erp.owed[0].dunning is None


async def test_an_erp_that_is_down_keeps_nobody_else_waiting(town: Town) -> None:
    owed = await lives_here(town)
    town.world.erp.down = True
    await fails(town, owed)
    found = await town.quiet(State.WAITING)
    assert [one.flow for one in found if one.error == "Unavailable"] == ["payment-recovery-erp"]
    assert town.world.crm.standings[town.crm].risk.flagged
    assert len(town.world.support.tickets) == 1

    town.world.erp.down = False
    await until_it(lambda: town.world.erp.owed[0].dunning)


async def test_what_waited_too_long_shows_what_is_so_by_then(town: Town) -> None:
    owed = await lives_here(town)
    town.world.erp.down = True
    await fails(town, owed)
    await town.quiet(State.WAITING)
    await pays(town, owed)
    await town.quiet(State.WAITING)
    town.world.erp.down = False
    await town.ended("payment-recovery-erp")
    assert town.world.erp.owed[0].dunning is None


@pytest.mark.parametrize("system", ["crm", "support", "erp"])
async def test_a_lost_answer_makes_no_second_thing(town: Town, system: str) -> None:
    owed = await lives_here(town)
    getattr(town.world, system).goes_silent_after_writing = 2
    await fails(town, owed)
    await town.quiet(State.WAITING)
    assert len(town.world.support.tickets) == 1
    assert len(town.world.crm.tasks) == 1
    assert town.world.erp.owed[0].dunning


async def test_a_card_that_will_never_work_is_urgent(town: Town) -> None:
    owed = await lives_here(town)
    await fails(town, owed, "lost_card")
    await town.quiet(State.WAITING)
    (task,) = town.world.crm.tasks.values()
    assert task.task.urgent
    assert "another one" in task.task.description
    assert [one.priority for one in town.world.support.tickets] == [CasePriority.HIGH]


async def test_after_the_grace_access_is_withheld_until_it_is_paid(town: Town) -> None:
    owed = await lives_here(town)
    payment_recovery.configure({"gold": 3 * A_DAY})
    await fails(town, owed)
    await town.quiet(State.WAITING)
    assert (await entitlement.check(town.account, "sso", EVERYONE)).decision == "granted"

    town.time.forward(2 * A_DAY)
    await town.quiet(State.WAITING)
    assert (await entitlement.check(town.account, "sso", EVERYONE)).decision == "granted"

    town.time.forward(A_DAY)
    await town.quiet()
    decision = await entitlement.check(town.account, "sso", EVERYONE)
    assert (decision.decision, decision.reason) == ("withheld", "suspended")
    assert town.world.crm.standings[town.crm].tier is None
    assert "suspended" in town.world.support.said["0"][-1].body

    await pays(town, owed)
    await town.quiet()
    assert (await entitlement.check(town.account, "sso", EVERYONE)).decision == "granted"
    assert town.world.crm.standings[town.crm].tier == "gold"


async def test_who_paid_within_the_grace_is_never_suspended(town: Town) -> None:
    owed = await lives_here(town)
    await fails(town, owed)
    await town.quiet(State.WAITING)
    await pays(town, owed)
    town.time.forward(20 * A_DAY)
    await town.quiet()
    assert (await entitlement.check(town.account, "sso", EVERYONE)).decision == "granted"


async def test_what_billing_gave_up_stays_a_risk_and_ends_the_outreach(town: Town) -> None:
    owed = await lives_here(town)
    await fails(town, owed)
    await town.quiet(State.WAITING)
    lost = replace(owed, status=InvoiceStatus.UNCOLLECTIBLE)
    town.world.billing.invoiced = [lost]
    await receive(await town.hears(InvoiceChanged(invoice=lost)))
    await town.quiet(State.WAITING)
    assert town.world.crm.standings[town.crm].risk.flagged
    assert [one.status for one in town.world.support.tickets] == [CaseStatus.SOLVED]
    assert "uncollectible" in (town.world.erp.owed[0].dunning or "")


async def test_who_was_suspended_and_is_given_up_by_billing_stays_suspended(town: Town) -> None:
    owed = await is_suspended(town)
    lost = replace(owed, status=InvoiceStatus.UNCOLLECTIBLE)
    town.world.billing.invoiced = [lost]
    await receive(await town.hears(InvoiceChanged(invoice=lost)))
    await town.quiet()
    assert (await entitlement.check(town.account, "sso", EVERYONE)).decision == "withheld"

    await pays(town, owed)
    await town.quiet()
    assert (await entitlement.check(town.account, "sso", EVERYONE)).decision == "granted"


async def test_an_answer_that_waited_does_not_make_late_what_was_paid_meanwhile(town: Town) -> None:
    """As when the node that asked first dies before it could note the answer."""
    owed = await lives_here(town)
    ref = owed.origin.ref
    first = await durable.run(ask, ref, id=fresh("ask"))
    await pays(town, owed)
    await receive(await town.hears(InvoicePaymentFailed(invoice=owed, failure=None)))
    await town.quiet()
    assert await durable.run(keep, first, id=fresh("keep")) == Noted(late=False)
    assert await kept.read(ref) is None


async def test_a_customer_that_moves_to_another_account_takes_what_is_late_along(town: Town) -> None:
    owed = await is_suspended(town)
    recovery = await kept.read(owed.origin.ref)
    assert recovery is not None
    elsewhere = replace(recovery.bill, account="acc_elsewhere")
    assert (await entitlement.check(town.account, "sso", EVERYONE)).decision == "withheld"
    later = Looked(bill=elsewhere, at=recovery.looked_at + 1)
    assert await durable.run(keep, later, id=fresh("keep")) == Noted(late=True)
    moved = await kept.read(owed.origin.ref)
    assert moved is not None
    assert (moved.bill.account, moved.left) == ("acc_elsewhere", town.account)
    assert moved.version == recovery.version + 1
    assert (await entitlement.check(town.account, "sso", EVERYONE)).decision == "granted"
    # The run that noted it may have died before it told the former account's systems: the next one does.
    again = Looked(bill=elsewhere, at=later.at + 1)
    await durable.run(keep, again, id=fresh("keep"))
    noted = await kept.read(owed.origin.ref)
    assert noted is not None
    assert (noted.version, noted.left) == (moved.version, town.account)


async def test_an_account_with_two_late_invoices_is_at_risk_until_both_are_paid(town: Town) -> None:
    owed = await lives_here(town)
    other = replace(
        owed, origin=replace(owed.origin, ref=replace(owed.origin.ref, id=f"{owed.origin.ref.id}b"))
    )
    town.world.erp.owed.append(receivable(other.origin.ref.id, town.debtor))
    town.world.billing.invoiced = [owed, other]
    for one in (owed, other):
        await fails(town, one)
    await town.quiet(State.WAITING)
    paid = replace(owed, status=InvoiceStatus.PAID)
    town.world.billing.invoiced = [paid, other]
    await receive(await town.hears(InvoicePaid(invoice=paid)))
    await town.quiet(State.WAITING)
    assert town.world.crm.standings[town.crm].risk.flagged
    assert [one.dunning is None for one in town.world.erp.owed] == [True, False]


async def test_an_invoice_that_the_ledger_does_not_have_yet_is_waited_for(town: Town) -> None:
    owed = await lives_here(town)
    posted, town.world.erp.owed = town.world.erp.owed, []
    await fails(town, owed)
    found = await town.quiet(State.WAITING)
    (waits,) = [one for one in found if one.flow == "payment-recovery-erp"]
    assert (waits.state, waits.error) == (State.WAITING, "NotYet")
    town.world.erp.owed = posted
    await town.quiet(State.WAITING)


async def test_a_customer_whom_support_does_not_know_is_made_known(town: Town) -> None:
    await town.moves_in(Kind.CRM, Kind.BILLING)
    await town.subscribes()
    owed = town.owes()
    await fails(town, owed)
    await town.quiet(State.WAITING)
    assert list(town.world.support.customers) == [town.account]
    assert [one.organization for one in town.world.support.tickets] == [town.account]


async def test_a_refusal_is_for_a_person_and_stops_nobody_else(town: Town) -> None:
    owed = await lives_here(town)
    town.world.crm.refusing["put_follow_up"] = Refused("salesforce", "no such field")
    await fails(town, owed)
    found = await town.quiet(State.WAITING, State.NEEDS_PERSON)
    stuck = [one.flow for one in found if one.state is State.NEEDS_PERSON]
    assert stuck == ["payment-recovery-crm"]
    assert len(town.world.support.tickets) == 1


async def test_the_story_is_told_in_the_log(town: Town) -> None:
    owed = await lives_here(town)
    await fails(town, owed)
    await town.quiet(State.WAITING)
    await pays(town, owed)
    await town.quiet(State.WAITING)
    told = await events.query(Filter(accounts=(town.account,), types=("payment_recovery.changed",)), None, 10)
    assert sorted(one.data.stage for one in told.items) == ["at_risk", "recovered"]
