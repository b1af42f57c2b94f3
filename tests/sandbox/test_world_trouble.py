"""Is each trouble in the world what its row says, and is everything else free of it?"""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from sandbox.ids import salesforce_id, stripe_id, tieline_key, zendesk_id
from sandbox.making import make_world
from sandbox.personas import clean_accounts, people
from sandbox.seeding.ledger import owed
from sandbox.world import Account, Subscription, World

ANCHOR = datetime(2026, 11, 23, tzinfo=UTC)


@pytest.fixture(scope="module", params=[1, 7, 42])
def world(request: pytest.FixtureRequest) -> World:
    return make_world(request.param, ANCHOR)


def test_each_trouble_has_an_account_of_its_own(world: World) -> None:
    accounts = [trouble.account for trouble in world.trouble]
    assert len(set(accounts)) == len(accounts) == 12


def test_one_customer_is_twice_in_billing_and_another_twice_in_the_crm(world: World) -> None:
    assert [account.copies for account in _troubled(world, "duplicate_customer")] == [{"billing"}, {"crm"}]


def test_a_failed_payment_leaves_invoice_and_receivable_open_and_the_subscription_past_due(
    world: World,
) -> None:
    (account,) = _troubled(world, "failed_payment")
    (invoice,) = (
        i for i in world.invoices.values() if i.account == account.number and i.attempts == 2 and not i.paid
    )
    payments = [payment for payment in world.payments.values() if payment.invoice == invoice.number]
    assert (invoice.status, [payment.status for payment in payments]) == ("open", ["failed", "failed"])
    assert invoice.next_attempt is not None
    assert invoice.next_attempt > world.anchor
    assert [one.open_amount for one in world.receivables.values() if one.invoice == invoice.number] == [
        invoice.total
    ]
    assert _subscription(world, account).status == "past_due"
    assert [one.account for one in world.subscriptions.values() if one.status == "past_due"] == [
        account.number
    ]


def test_one_finalised_invoice_is_missing_in_the_erp_with_its_posting(world: World) -> None:
    (account,) = _troubled(world, "missing_erp_invoice")
    booked = {receivable.invoice for receivable in world.receivables.values()}
    missing = [i for i in world.invoices.values() if i.finalized and i.number not in booked]
    assert [i.status for i in missing if i.account == account.number] == ["paid"]
    assert all(posting.receivable in world.receivables for posting in world.postings.values())


def test_one_receivable_differs_by_one_minor_unit(world: World) -> None:
    (account,) = _troubled(world, "amount_differs")
    differing = [
        (receivable.account, receivable.total - world.invoices[receivable.invoice].total)
        for receivable in world.receivables.values()
        if receivable.total != world.invoices[receivable.invoice].total
    ]
    assert differing == [(account.number, 1)]


def test_a_paused_subscription_has_lost_its_tier_everywhere_but_in_support(world: World) -> None:
    (account,) = _troubled(world, "paused_subscription_tier_unchanged")
    assert (_subscription(world, account).status, account.tier) == ("paused", "none")
    assert account.said == {"support": {"tier": "gold"}}


def test_a_parent_has_a_new_name_in_the_crm_only(world: World) -> None:
    (account,) = _troubled(world, "parent_renamed_in_crm_only")
    assert list(account.said) == ["crm"]
    assert account.said["crm"]["name"] != account.name
    assert any(child.parent == account.number for child in world.accounts.values())


@pytest.mark.parametrize(
    ("code", "system", "platform", "external"),
    [
        ("only_in_billing", "billing", "stripe", lambda number: stripe_id("customer", number)),
        ("only_in_crm", "crm", "salesforce", lambda number: salesforce_id("Account", number)),
        ("only_in_support", "support", "zendesk", lambda number: str(zendesk_id("organization", number))),
    ],
)
def test_an_account_of_one_system_has_a_key_from_there_and_nothing_elsewhere(
    world: World, code: str, system: str, platform: str, external: Callable[[int], str]
) -> None:
    (account,) = _troubled(world, code)
    assert account.systems == {system}
    assert account.key == tieline_key(system, platform, external(account.number))
    assert any(_owned(world, account)[table] for table in TABLES_OF[system])
    for other in set(TABLES_OF) - {system}:
        assert not any(_owned(world, account)[table] for table in TABLES_OF[other])


def test_an_unknown_parent_is_the_number_of_no_account(world: World) -> None:
    (account,) = _troubled(world, "unknown_parent")
    assert account.parent is None
    assert int(account.said["crm"]["parent"]) not in world.accounts


def test_one_customer_with_an_order_has_another_street_in_the_erp(world: World) -> None:
    (account,) = _troubled(world, "billing_address_differs")
    assert list(account.said) == ["erp"]
    assert account.said["erp"]["street"] != account.street
    assert _owned(world, account)["orders"]


def test_about_a_clean_account_all_systems_agree(world: World) -> None:
    booked = {receivable.invoice: receivable for receivable in world.receivables.values()}
    clean = {account.number: account for account in clean_accounts(world)}
    assert len(clean) == len(world.accounts) - len(world.trouble)
    assert all((len(one.systems), one.copies, one.said) == (4, set(), {}) for one in clean.values())
    for invoice in world.invoices.values():
        if invoice.account in clean and invoice.finalized:
            receivable = booked[invoice.number]
            assert (receivable.total, receivable.open_amount) == (invoice.total, owed(invoice))


def test_the_people_of_the_demonstration_stand_for_clean_accounts_and_share_none(world: World) -> None:
    asked = people(world)
    numbers = [asked.portal_parent, asked.portal_small, asked.limited, *asked.partner, *asked.partner_2]
    assert len(set(numbers)) == 13
    assert set(numbers) <= {account.number for account in clean_accounts(world)}


def test_the_parent_has_two_children_or_more_with_something_of_everything(world: World) -> None:
    parent = world.accounts[people(world).portal_parent]
    children = [account for account in world.accounts.values() if account.parent == parent.number]
    whole = [one for one in (parent, *children) if all(_owned(world, one).values())]
    assert parent.parent is None
    assert parent in whole
    assert len(whole) >= 3


TABLES_OF = {
    "crm": ("opportunities", "contracts"),
    "billing": ("subscriptions", "invoices"),
    "support": ("cases",),
    "erp": ("orders", "receivables"),
}


def _troubled(world: World, code: str) -> list[Account]:
    return [world.accounts[trouble.account] for trouble in world.trouble if trouble.code == code]


def _subscription(world: World, account: Account) -> Subscription:
    return next(one for one in world.subscriptions.values() if one.account == account.number)


def _owned(world: World, account: Account) -> dict[str, int]:
    """How many of each an account has."""
    tables = [*(table for tables in TABLES_OF.values() for table in tables), "people", "payments"]
    return {name: sum(one.account == account.number for one in vars(world)[name].values()) for name in tables}
