"""Does a write to an ERP have one effect, whatever goes wrong, however often it is tried?

Counted at the practice platform: what arrived, and what changed something.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

import pytest

from canonical.identity import Kind
from canonical.projections import ErpCustomer, ReceivableMark, Risk
from system_apis.errors import Locked, OutcomeUnknown, PlatformError
from system_apis.writes import Written
from tests.ports.books import Books, books
from tests.ports.town import Standing, of_kind
from tests.ports.trouble import Trouble, begin, matrix

pytestmark = pytest.mark.parametrize("shop", of_kind(Kind.ERP), indirect=True)

Attempt = Callable[[Standing, Books], Awaitable[Written]]
# Each write, and where what it made is found.
WRITES: dict[str, tuple[Attempt, str]] = {
    "invoice": (lambda shop, here: shop.port.post_invoice(here.invoice(tax=100), key="k"), "in_{}"),
    "credit_note": (lambda shop, here: shop.port.post_credit_note(here.credit_note(10), key="k"), "cn_{}"),
    "payment": (lambda shop, here: shop.port.post_payment(here.payment(10), key="k"), "inpay_{}"),
    "refund": (lambda shop, here: shop.port.post_refund(here.refund(10), key="k"), "re_{}"),
    "payout": (lambda shop, here: shop.port.post_payout(here.payout(10, 1), key="k"), "po_{}"),
}
MARK = ReceivableMark(dunning=Risk(flagged=True, reason="late"))
TRIES = 30


MATRIX = matrix(write="/services/rest/record/", look="suiteql")


@pytest.mark.parametrize("trouble", MATRIX.values(), ids=MATRIX.keys())
@pytest.mark.parametrize("what", WRITES)
async def test_whatever_goes_wrong_a_write_has_one_effect(
    quick: Standing, what: str, trouble: Trouble
) -> None:
    here = await books(quick)
    if what != "invoice":
        await quick.port.post_invoice(here.invoice(), key="k")
    calls = quick.practice.calls[quick.platform]
    before = len(list(calls.since(None)))
    begin(quick, trouble)
    attempt, named = WRITES[what]
    written, tries = await until_it_is_done(attempt, quick, here, lambda: begin(quick, trouble, later=True))
    source = named.format(here.number)
    assert (await quick.port.ledger_entry(what, source)).origin.ref == written.ref

    made = [call for call in list(calls.since(None))[before:] if call.method == "PUT" and source in call.path]
    assert sum(bool(call.effect) for call in made) == 1, [(call.status, call.effect) for call in made]
    assert len(made) <= tries + sum(call.status == 401 for call in made), "each try is sent once"


async def until_it_is_done(
    attempt: Attempt, shop: Standing, here: Books, after_first: Callable[[], None]
) -> tuple[Written, int]:
    """As a step does it, and a person who puts right what says no: until it is done."""
    for tries in range(1, TRIES + 1):
        with contextlib.suppress(PlatformError):
            return await attempt(shop, here), tries
        if tries == 1:
            after_first()
    raise AssertionError(f"not done after {TRIES} tries")


async def test_a_locked_row_says_so(shop: Standing) -> None:
    here = await books(shop)
    begin(shop, [{"fault": "locked_row", "calls": 1}])
    with pytest.raises(Locked):
        await shop.port.post_invoice(here.invoice(), key="k")


async def test_a_mark_is_made_once_and_lost_answers_are_found(shop: Standing) -> None:
    here = await books(shop)
    await shop.port.post_invoice(here.invoice(), key="k")
    begin(shop, [{"fault": "commit_then_cut", "calls": 1}])
    calls = shop.practice.calls[shop.platform]
    before = len(list(calls.since(None)))
    with pytest.raises(OutcomeUnknown):
        await shop.port.mark_receivable(f"in_{here.number}", MARK, key="k")
    await shop.port.mark_receivable(f"in_{here.number}", MARK, key="k")
    assert sum(bool(call.effect) for call in list(calls.since(None))[before:]) == 1


async def test_fifty_at_once_make_one_record_of_each(shop: Standing) -> None:
    here = await books(shop)
    customer = ErpCustomer(account="acc_crowd", legal_entity="DE", currency="EUR", name="Crowd")

    async def make() -> tuple[str, str]:
        known = await shop.port.put_customer(customer, key="acc_crowd")
        posted = await shop.port.post_invoice(here.invoice(), key="k")
        return known.ref.id, posted.ref.id

    async with asyncio.timeout(60):
        made = set(await asyncio.gather(*(make() for _ in range(50))))
    assert len(made) == 1
    assert len(await shop.port.account_records_by_key("acc_crowd")) == 1
    assert (await shop.port.receivable(f"in_{here.number}")).total == here.money(2000)


async def test_a_customer_whose_answer_was_lost_is_there_once(shop: Standing) -> None:
    customer = ErpCustomer(account="acc_lost", legal_entity="DE", currency="EUR", name="Lost")
    begin(shop, [{"fault": "commit_then_cut", "calls": 1}])
    with pytest.raises(OutcomeUnknown):
        await shop.port.put_customer(customer, key="acc_lost")
    assert (await shop.port.put_customer(customer, key="acc_lost")).created is False
    assert len(await shop.port.account_records_by_key("acc_lost")) == 1
