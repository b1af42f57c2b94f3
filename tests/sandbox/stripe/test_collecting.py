"""Do the control actions change billing, and billing only?"""

from sandbox.ids import stripe_id
from tests.sandbox.stripe.till import Json, Till, id_of


async def payments_of(till: Till, invoice: str) -> list[Json]:
    return list((await till.read("/v1/invoice_payments", ("invoice", invoice)))["data"])


async def test_a_failed_payment_shows_on_invoice_subscription_and_payment_intent(own_till: Till) -> None:
    status, told = await own_till.control("/fail-payment")
    assert status == 200
    invoice = await own_till.read(
        f"/v1/invoices/{told['invoice']}", ("expand[]", "parent.subscription_details.subscription")
    )
    assert (invoice["customer"], invoice["status"], invoice["attempt_count"]) == (told["customer"], "open", 1)
    assert invoice["next_payment_attempt"] > own_till.practice.clock.now().timestamp()
    assert invoice["parent"]["subscription_details"]["subscription"]["status"] == "past_due"
    payment = (await payments_of(own_till, told["invoice"]))[0]
    intent = await own_till.read(f"/v1/payment_intents/{payment['payment']['payment_intent']}")
    assert (payment["status"], intent["status"]) == ("open", "requires_payment_method")
    assert intent["last_payment_error"]["decline_code"] == "insufficient_funds"
    assert (await own_till.read(f"/v1/customers/{told['customer']}"))["delinquent"] is True


async def test_a_failed_payment_hits_an_account_without_trouble(own_till: Till) -> None:
    world = own_till.practice.world
    troubled = {stripe_id("customer", one.account) for one in world.trouble}
    _, told = await own_till.control("/fail-payment")
    assert told["customer"] not in troubled
    account = next(a for a in world.accounts.values() if stripe_id("customer", a.number) == told["customer"])
    assert account.systems == {"crm", "billing", "support", "erp"}


async def test_each_failed_payment_without_a_name_hits_another_account(own_till: Till) -> None:
    customers = {(await own_till.control("/fail-payment"))[1]["customer"] for _ in range(3)}
    assert len(customers) == 3


async def test_a_named_invoice_fails_again_and_keeps_its_ids(own_till: Till) -> None:
    invoice = own_till.invoice(status="open", attempts=0)
    await own_till.control("/fail-payment", invoice=id_of(invoice))
    first = await payments_of(own_till, id_of(invoice))
    await own_till.control("/fail-payment", invoice=id_of(invoice))
    both = await payments_of(own_till, id_of(invoice))
    assert {one["id"] for one in first} < {one["id"] for one in both}
    assert sorted(one["status"] for one in both) == ["canceled", "open"]


async def test_paying_makes_the_invoice_paid_and_the_subscription_active(own_till: Till) -> None:
    _, told = await own_till.control("/fail-payment")
    assert await own_till.control("/pay", invoice=told["invoice"]) == (200, told)
    invoice = await own_till.read(
        f"/v1/invoices/{told['invoice']}", ("expand[]", "parent.subscription_details.subscription")
    )
    assert (invoice["status"], invoice["amount_remaining"], invoice["next_payment_attempt"]) == (
        "paid",
        0,
        None,
    )
    assert invoice["parent"]["subscription_details"]["subscription"]["status"] == "active"
    assert sorted(one["status"] for one in await payments_of(own_till, told["invoice"])) == [
        "canceled",
        "paid",
    ]
    assert (await own_till.read(f"/v1/customers/{told['customer']}"))["delinquent"] is False


async def test_the_receivable_of_the_erp_stays_as_it_was(own_till: Till) -> None:
    world = own_till.practice.world
    before = [vars(one).copy() for one in world.receivables.values()]
    _, told = await own_till.control("/fail-payment")
    await own_till.control("/pay", invoice=told["invoice"])
    assert [vars(one) for one in world.receivables.values()] == before


async def test_only_an_open_invoice_can_fail(own_till: Till) -> None:
    paid = id_of(own_till.invoice(status="paid"))
    assert await own_till.control("/fail-payment", invoice=paid) == (
        400,
        {"reason": "invoice is paid, only an open one can fail"},
    )


async def test_paying_needs_an_invoice_that_exists(own_till: Till) -> None:
    assert (await own_till.control("/pay"))[0] == 400
    assert (await own_till.control("/pay", invoice="in_none")) == (
        400,
        {"reason": "no such invoice: in_none"},
    )


async def test_a_reset_takes_everything_back(own_till: Till) -> None:
    open_now = id_of(own_till.invoice(status="open", attempts=0))
    _, told = await own_till.control("/fail-payment", invoice=open_now)
    await own_till.control("/reset")
    assert (await own_till.read(f"/v1/invoices/{told['invoice']}"))["attempt_count"] == 0
