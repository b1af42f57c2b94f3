"""Does every ERP take what billing and the CRM own, once, to the cent, and say when it does not?"""

from collections.abc import Awaitable
from datetime import date, timedelta
from typing import Any

import msgspec
import pytest

from canonical.customer import Address
from canonical.identity import Kind
from canonical.money import Money
from canonical.projections import ErpCustomer, ReceivableMark, Risk
from system_apis.errors import Missing, PeriodClosed, Refused
from system_apis.writes import Written
from tests.ports.books import TODAY, books
from tests.ports.town import Standing, of_kind

pytestmark = pytest.mark.parametrize("shop", of_kind(Kind.ERP), indirect=True)


# Customers.


async def test_a_customer_is_made_known_by_our_account_id(shop: Standing) -> None:
    address = Address(street="Weg 1\nHof 2", city="Berlin", postal_code="10115", country="DE")
    customer = ErpCustomer(
        account="acc_whole",
        legal_entity="DE",
        currency="EUR",
        name="Whole GmbH",
        billing_address=address,
        payment_terms_days=30,
        tax_id="DE999",
    )
    written = await shop.port.put_customer(customer, key="acc_whole")
    assert written.created is True
    (record,) = await shop.port.account_records_by_key("acc_whole")
    assert (record.origin.ref, record.name, record.legal_entity) == (written.ref, "Whole GmbH", "DE")
    details = await shop.port.billing_details(written.ref.id)
    assert (details.billing_address, details.payment_terms_days) == (address, 30)
    assert details.tax_id == "DE999"

    again = await shop.port.put_customer(
        ErpCustomer(account="acc_whole", legal_entity="DE", currency="EUR", name="Renamed GmbH"), key="k"
    )
    assert (again.ref, again.created) == (written.ref, False)
    (record,) = await shop.port.account_records_by_key("acc_whole")
    assert record.name == "Renamed GmbH"
    kept = await shop.port.billing_details(written.ref.id)
    assert (kept.billing_address, kept.tax_id) == (address, "DE999"), "what is not set stays as it is"


async def test_a_child_stands_under_its_parent_and_waits_for_it(shop: Standing) -> None:
    child = ErpCustomer(account="acc_c", legal_entity="US", currency="USD", name="Child", parent="acc_p")
    with pytest.raises(Missing):
        await shop.port.put_customer(child, key="acc_c")
    parent = ErpCustomer(account="acc_p", legal_entity="US", currency="USD", name="Parent")
    there = await shop.port.put_customer(parent, key="acc_p")
    await shop.port.put_customer(child, key="acc_c")
    (record,) = await shop.port.account_records_by_key("acc_c")
    assert record.parent == there.ref.id


async def test_a_customer_may_buy_from_several_of_our_companies(shop: Standing) -> None:
    german = await books(shop)
    more = ErpCustomer(
        account=f"acc_shop{german.number}", legal_entity="JP", currency="JPY", name="Everywhere"
    )
    for _ in range(2):
        written = await shop.port.put_customer(more, key="k")
        assert written.ref.id == german.customer
    japanese = german._replace(entity="JP", currency="JPY")
    await shop.port.post_invoice(japanese.invoice(japanese.line(1250, 3)), key="k")
    owed = await shop.port.receivable(f"in_{german.number}")
    assert (owed.legal_entity, owed.total) == ("JP", Money(minor=3750, currency="JPY"))


@pytest.mark.parametrize(
    "wrong",
    [
        {"legal_entity": "XX"},
        {"currency": "XXX"},
        {"payment_terms_days": 17},
        {"account": "acc/../1"},
        {"account": "a" * 200},
    ],
)
async def test_a_customer_that_cannot_be_is_refused(shop: Standing, wrong: dict[str, Any]) -> None:
    facts: dict[str, Any] = {"account": "acc_wrong", "legal_entity": "US", "currency": "USD", "name": "Wrong"}
    with pytest.raises(Refused):
        await shop.port.put_customer(ErpCustomer(**{**facts, **wrong}), key="k")
    assert await shop.port.account_records_by_key("acc_wrong") == ()


# Postings.


@pytest.mark.parametrize("entity", ["US", "DE", "JP"])
async def test_an_invoice_stands_in_the_books_of_its_company_to_the_cent(shop: Standing, entity: str) -> None:
    here = await books(shop, entity)
    written = await shop.port.post_invoice(here.invoice(here.line(1234, 3), here.line(5), tax=703), key="k")
    assert written.created is True
    owed = await shop.port.receivable(f"in_{here.number}")
    assert owed.origin.ref == written.ref
    assert (owed.customer, owed.legal_entity, owed.invoice) == (here.customer, entity, f"in_{here.number}")
    assert owed.total == owed.open_amount == here.money(3 * 1234 + 5 + 703)
    assert (owed.posted_on, owed.due_on) == (TODAY, TODAY + timedelta(days=30))
    entry = await shop.port.ledger_entry("invoice", f"in_{here.number}")
    assert (entry.amount, entry.applied, entry.legal_entity) == (owed.total, None, entity)
    assert (entry.period, entry.posted_on) == (f"{TODAY:%Y-%m}", TODAY)


async def test_what_is_posted_stays_what_it_was_first(shop: Standing) -> None:
    here = await books(shop)
    first = await shop.port.post_invoice(here.invoice(note="first"), key="k")
    other = here.invoice(here.line(9999), posted_on=TODAY - timedelta(days=400), note="second")
    again = await shop.port.post_invoice(other, key="k")
    assert (again.ref, again.created) == (first.ref, False)
    entry = await shop.port.ledger_entry("invoice", f"in_{here.number}")
    assert (entry.amount, entry.note) == (here.money(2000), "first")


async def test_a_discount_of_the_whole_makes_the_total(shop: Standing) -> None:
    here = await books(shop)
    await shop.port.post_invoice(here.invoice(total=here.money(1900), tax=0), key="k")
    assert (await shop.port.receivable(f"in_{here.number}")).total == here.money(1900)


async def test_what_nobody_sells_is_refused(shop: Standing) -> None:
    here = await books(shop)
    for line in (here.line(1, sku="NOBODY-SELLS-THIS"), msgspec.structs.replace(here.line(1), sku=None)):
        with pytest.raises(Refused):
            await shop.port.post_invoice(here.invoice(line), key="k")
    with pytest.raises(Missing):
        await shop.port.receivable(f"in_{here.number}")


async def test_a_credit_that_names_no_sku_is_of_what_was_invoiced(shop: Standing) -> None:
    here = await books(shop)
    await shop.port.post_invoice(here.invoice(), key="k")
    line = msgspec.structs.replace(here.line(100), sku=None)
    await shop.port.post_credit_note(here.credit_note(100, lines=(line,)), key="k")
    entry = await shop.port.ledger_entry("credit_note", f"cn_{here.number}")
    assert (entry.amount, entry.applied) == (here.money(100), here.money(100))


async def test_a_payment_is_applied_to_its_invoice(shop: Standing) -> None:
    here = await books(shop)
    with pytest.raises(Missing):
        await shop.port.post_payment(here.payment(500), key="k")
    await shop.port.post_invoice(here.invoice(), key="k")
    await shop.port.post_payment(here.payment(500), key="k")
    await shop.port.post_payment(here.payment(1500, payment=f"inpay_{here.number}b"), key="k")
    entry = await shop.port.ledger_entry("payment", f"inpay_{here.number}")
    assert (entry.amount, entry.applied) == (here.money(500), here.money(500))
    assert (await shop.port.receivable(f"in_{here.number}")).open_amount == here.money(0)
    with pytest.raises(Refused):
        await shop.port.post_payment(here.payment(1, payment=f"inpay_{here.number}c"), key="k")
    await shop.port.post_payment(here.payment(7, payment=f"inpay_{here.number}d", invoice=None), key="k")
    rest = await shop.port.ledger_entry("payment", f"inpay_{here.number}d")
    assert (rest.amount, rest.applied) == (here.money(7), here.money(0))


async def test_a_credit_note_is_applied_as_far_as_something_is_owed(shop: Standing) -> None:
    here = await books(shop)
    await shop.port.post_invoice(here.invoice(), key="k")
    await shop.port.post_payment(here.payment(1700), key="k")
    await shop.port.post_credit_note(here.credit_note(500), key="k")
    entry = await shop.port.ledger_entry("credit_note", f"cn_{here.number}")
    assert (entry.amount, entry.applied) == (here.money(500), here.money(300))
    assert (await shop.port.receivable(f"in_{here.number}")).open_amount == here.money(0)
    # The rest of it goes back as money.
    await shop.port.post_refund(here.refund(200, credit_note=f"cn_{here.number}"), key="k")
    refund = await shop.port.ledger_entry("refund", f"re_{here.number}")
    assert (refund.amount, refund.applied) == (here.money(200), here.money(200))


async def test_a_credit_of_a_paid_invoice_leaves_room_for_its_payment(shop: Standing) -> None:
    """Events come in any order: the credit may be posted before the payment that it came after."""
    here = await books(shop)
    await shop.port.post_invoice(here.invoice(), key="k")
    await shop.port.post_credit_note(here.credit_note(500, applied=here.money(0)), key="k")
    await shop.port.post_payment(here.payment(2000), key="k")
    assert (await shop.port.receivable(f"in_{here.number}")).open_amount == here.money(0)
    entry = await shop.port.ledger_entry("credit_note", f"cn_{here.number}")
    assert (entry.amount, entry.applied) == (here.money(500), here.money(0))


async def test_money_that_went_back_without_a_credit_stays_open(shop: Standing) -> None:
    here = await books(shop)
    await shop.port.post_refund(here.refund(500, note="dispute: fraudulent"), key="k")
    entry = await shop.port.ledger_entry("refund", f"re_{here.number}")
    assert (entry.amount, entry.note) == (here.money(500), "dispute: fraudulent")


async def test_a_payout_reaches_the_bank_less_its_fees(shop: Standing) -> None:
    here = await books(shop)
    await shop.port.post_payout(here.payout(10_000, 320), key="k")
    entry = await shop.port.ledger_entry("payout", f"po_{here.number}")
    assert (entry.amount, entry.legal_entity) == (here.money(9_680), "DE")
    free = here.payout(500, 0, payout=f"po_{here.number}b")
    assert (await shop.port.post_payout(free, key="k")).created is True
    wrong = here.payout(500, 20, net=here.money(500), payout=f"po_{here.number}c")
    with pytest.raises(Refused):
        await shop.port.post_payout(wrong, key="k")


async def test_a_payout_that_comes_back_leaves_the_bank_again(shop: Standing) -> None:
    here = await books(shop)
    back = here.payout(-9_680, 0, payout=f"po_{here.number}-back", note="payout failed")
    assert (await shop.port.post_payout(back, key="k")).created is True
    entry = await shop.port.ledger_entry("payout", f"po_{here.number}-back")
    assert (entry.amount, entry.note) == (here.money(9_680), "payout failed")
    owed = here.payout(-1_000, 50, payout=f"po_{here.number}b")
    await shop.port.post_payout(owed, key="k")


async def test_a_receivable_shows_how_its_collection_stands(shop: Standing) -> None:
    here = await books(shop)
    late = ReceivableMark(dunning=Risk(flagged=True, reason="payment failed: lost_card"))
    with pytest.raises(Missing):
        await shop.port.mark_receivable(f"in_{here.number}", late, key="k")
    await shop.port.post_invoice(here.invoice(), key="k")
    for mark, shown in ((late, "payment failed: lost_card"), (ReceivableMark(dunning=None), None)):
        await shop.port.mark_receivable(f"in_{here.number}", mark, key="k")
        assert (await shop.port.receivable(f"in_{here.number}")).dunning == shown


async def test_months_say_whether_they_are_closed(shop: Standing) -> None:
    for entity in shop.world.entities:
        months = await shop.port.periods(entity)
        assert [month.start for month in months] == sorted(month.start for month in months)
        of_the_world = {one.name: one for one in shop.world.periods.values() if one.entity == entity}
        known = [month for month in months if month.name in of_the_world]
        assert {month.closed for month in known} == {True, False}
        for month in known:
            fact = of_the_world[month.name]
            assert (month.start, month.end) == (fact.start, fact.end)
            # Where several companies share a calendar, a month that one of them closed may be shown as open.
            assert fact.closed or not month.closed


async def test_a_month_that_one_of_our_companies_closed_takes_nothing_of_it(shop: Standing) -> None:
    closed_by = {(one.entity, one.name): one.end for one in shop.world.periods.values() if one.closed}
    entity, name = next(
        (entity, name)
        for entity, name in sorted(closed_by)
        if sum((other, name) in closed_by for other in shop.world.entities) < len(shop.world.entities)
    )
    here = await books(shop, entity)
    with pytest.raises(PeriodClosed):
        await shop.port.post_invoice(here.invoice(posted_on=closed_by[entity, name]), key="k")


async def test_a_closed_month_takes_nothing(shop: Standing) -> None:
    here = await books(shop)
    closed = next(month for month in reversed(await shop.port.periods("DE")) if month.closed)
    posted_on: date = closed.end
    await shop.port.post_invoice(here.invoice(), key="k")
    attempts: list[Awaitable[Written]] = [
        shop.port.post_invoice(here.invoice(invoice="in_closed", posted_on=posted_on), key="k"),
        shop.port.post_payment(here.payment(1, posted_on=posted_on), key="k"),
        shop.port.post_credit_note(here.credit_note(1, posted_on=posted_on), key="k"),
        shop.port.post_refund(here.refund(1, posted_on=posted_on), key="k"),
        shop.port.post_payout(here.payout(2, 1, posted_on=posted_on), key="k"),
    ]
    for attempt in attempts:
        with pytest.raises(PeriodClosed):
            await attempt
    for what, source in (("invoice", "in_closed"), ("payment", f"inpay_{here.number}")):
        with pytest.raises(Missing):
            await shop.port.ledger_entry(what, source)


async def test_what_was_never_posted_is_missing(shop: Standing) -> None:
    for what in ("invoice", "payment", "credit_note", "refund", "payout", "anything"):
        with pytest.raises(Missing):
            await shop.port.ledger_entry(what, "nobody' OR '1'='1")
    with pytest.raises(Missing):
        await shop.port.receivable("in_nobody")
