"""Does Stripe do by itself what is due as business time passes?"""

from sandbox.seeding.billing import REVIEW
from tests.sandbox.stripe.till import Json, Till

DAY = 86_400


async def failing(till: Till, **asked: str) -> tuple[str, Json]:
    _, told = await till.control("/fail-payment", **asked)
    return told["invoice"], await till.read(f"/v1/invoices/{told['invoice']}")


async def status_of(till: Till, invoice: Json) -> str:
    id = invoice["parent"]["subscription_details"]["subscription"]
    status: str = (await till.read(f"/v1/subscriptions/{id}"))["status"]
    return status


async def test_a_failed_payment_is_tried_again_until_the_subscription_is_unpaid(own_till: Till) -> None:
    id, invoice = await failing(own_till)
    assert await status_of(own_till, invoice) == "past_due"
    for attempts in (2, 3):
        await own_till.wait(3 * DAY + 1)
        again = await own_till.read(f"/v1/invoices/{id}")
        assert (again["attempt_count"], again["status"]) == (attempts, "open")
        assert await status_of(own_till, invoice) == "past_due"
    await own_till.wait(3 * DAY + 1)
    last = await own_till.read(f"/v1/invoices/{id}")
    assert (last["attempt_count"], last["next_payment_attempt"]) == (4, None)
    assert await status_of(own_till, invoice) == "unpaid"
    failed = [
        one for one in await own_till.events("invoice.payment_failed") if one["data"]["object"]["id"] == id
    ]
    assert [one["data"]["object"]["attempt_count"] for one in failed] == [4, 3, 2, 1]
    assert [b["created"] - a["created"] for a, b in zip(failed[1:], failed[:-1], strict=True)] == [
        3 * DAY
    ] * 3
    await own_till.wait(9 * DAY)
    assert (await own_till.read(f"/v1/invoices/{id}"))["attempt_count"] == 4


async def test_once_it_is_paid_nothing_fails_any_more(own_till: Till) -> None:
    id, invoice = await failing(own_till)
    await own_till.control("/pay", invoice=id)
    await own_till.wait(35 * DAY)
    assert await status_of(own_till, invoice) == "active"
    customer = ("customer", invoice["customer"])
    assert (await own_till.read("/v1/charges", customer))["data"][0]["status"] == "succeeded"


async def test_a_month_brings_an_invoice_to_every_active_monthly_subscription(own_till: Till) -> None:
    world, now = own_till.practice.world, own_till.practice.clock.now()
    monthly = [
        one
        for one in world.subscriptions.values()
        if one.status == "active" and one.interval == "month" and not one.cancel_at_period_end
    ]
    before = len(world.invoices)
    await own_till.wait(31 * DAY)
    new = [one for one in world.invoices.values() if one.created > now]
    assert {one.number for one in monthly} <= {one.subscription for one in new}
    assert len(world.invoices) == before + len(new)
    references = [one.reference for one in world.invoices.values()]
    assert len(set(references)) == len(references)
    for one in monthly:
        assert one.period_start <= own_till.practice.clock.now() < one.period_end
        (last,) = [each for each in new if each.subscription == one.number][-1:]
        assert (last.period_start, last.period_end) == (one.period_start, one.period_end)


async def test_what_is_due_happens_in_the_order_of_time(own_till: Till) -> None:
    await own_till.wait(20 * DAY)
    created = [one["created"] for one in await own_till.events()]
    assert created == sorted(created, reverse=True)


async def test_a_seeded_draft_is_finalised_when_its_review_is_over(own_till: Till) -> None:
    draft = own_till.invoice(status="draft")
    await own_till.wait(5 * DAY)
    assert draft.status != "draft"
    assert draft.finalized is not None
    segment = own_till.practice.world.accounts[draft.account].segment
    assert draft.finalized == draft.created + REVIEW[segment]


async def test_many_years_are_billed_for_three_periods_and_then_the_present(own_till: Till) -> None:
    world = own_till.practice.world
    one = next(s for s in world.subscriptions.values() if s.status == "active" and s.interval == "month")
    before = sum(invoice.subscription == one.number for invoice in world.invoices.values())
    await own_till.wait(1_000 * 365 * DAY)
    assert sum(invoice.subscription == one.number for invoice in world.invoices.values()) == before + 3
    assert one.period_start <= own_till.practice.clock.now() < one.period_end


async def test_a_paused_subscription_is_not_billed(own_till: Till) -> None:
    world = own_till.practice.world
    paused = [one.number for one in world.subscriptions.values() if one.status == "paused"]
    before = [one.number for one in world.invoices.values() if one.subscription in paused]
    await own_till.wait(40 * DAY)
    assert [one.number for one in world.invoices.values() if one.subscription in paused] == before


async def test_a_trial_ends_in_an_active_subscription(own_till: Till) -> None:
    world = own_till.practice.world
    trying = [one for one in world.subscriptions.values() if one.status == "trialing"]
    assert trying
    await own_till.wait(15 * DAY)
    assert {one.status for one in trying} == {"active"}


async def test_the_books_brought_up_to_date_are_those_made_anew(own_till: Till) -> None:
    """Whatever happened: what was rendered piece by piece is what a whole rendering shows."""
    await failing(own_till)
    await own_till.control("/bill", count=120)
    await own_till.control("/dispute")
    await own_till.control("/payout")
    await own_till.wait(34 * DAY)
    kinds = ("customer", "subscription", "invoice", "charge", "payment_intent", "invoice_payment")
    more = ("credit_note", "refund", "dispute", "payout", "balance_transaction", "subscription_item")

    async def held() -> dict[str, dict[str, Json]]:
        shown = {}
        for kind in (*kinds, *more, "entitlements.active_entitlement"):
            async with own_till.client.get(f"{own_till.url}/_sim/state/{kind}") as answer:
                shown[kind] = {one["id"]: one for one in (await answer.json())["data"]}
        return shown

    before = await held()
    own_till.practice.changed()
    assert await held() == before
