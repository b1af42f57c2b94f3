"""Is everything found that does not add up, and nothing else?"""

from datetime import timedelta
from typing import Any

import pytest

from canonical.billing import InvoiceStatus, PaymentStatus, SubscriptionStatus
from canonical.caller import EVERYONE
from canonical.identity import Kind
from process_apis import account_360, entitlement, links, systems
from tests import builders as a
from tests.fakes import FakeBilling, World
from tests.process_apis.account_360.conftest import ID


async def found(customer: World) -> set[str]:
    await links.sweep()
    await entitlement.fill()
    picture = await account_360.picture(ID, EVERYONE)
    return {finding.code for finding in picture.findings}


async def test_a_customer_that_is_twice_in_billing(customer: World) -> None:
    customer.knows(a.record("cus_2", Kind.BILLING, key=ID, name="Acme Inc"))
    assert await found(customer) == {"duplicate_record"}


async def test_a_customer_that_is_once_in_each_of_two_billing_systems_is_no_duplicate(
    customer: World,
) -> None:
    other = FakeBilling(
        "stripe_eu", [a.record("cus_9", Kind.BILLING, connection="stripe_eu", key=ID, name="Acme")]
    )
    systems.connect(customer.connections((Kind.BILLING, other)))
    assert await found(customer) == set()
    shown = (await account_360.picture(ID, EVERYONE)).parts.invoices
    assert shown.connections == ("stripe", "stripe_eu")


async def test_records_of_both_copies_are_shown_together(customer: World) -> None:
    customer.knows(a.record("cus_2", Kind.BILLING, key=ID, name="Acme"))
    customer.billing.invoiced.append(a.invoice("in_2", "cus_2", created_at=a.NOW, status=InvoiceStatus.DRAFT))
    await found(customer)
    invoices = (await account_360.picture(ID, EVERYONE)).parts.invoices.data
    assert [invoice.origin.ref.id for invoice in invoices.items] == ["in_2", "in_1"]


async def test_an_invoice_that_is_not_in_the_ledger(customer: World) -> None:
    customer.erp.owed.clear()
    assert await found(customer) == {"invoice_not_in_ledger"}


async def test_a_draft_need_not_be_in_the_ledger(customer: World) -> None:
    customer.billing.invoiced.append(a.invoice("in_2", "cus_1", status=InvoiceStatus.DRAFT))
    assert await found(customer) == set()


async def test_one_cent_in_the_ledger(customer: World) -> None:
    customer.erp.owed = [a.receivable("in_1", "erp_1", minor=10_001)]
    assert await found(customer) == {"ledger_amount_differs"}


async def test_an_erp_that_is_down_and_was_never_seen_proves_nothing_about_the_ledger(
    customer: World,
) -> None:
    customer.erp.down = True
    assert await found(customer) == set()


async def test_an_invoice_older_than_the_receivables_that_are_looked_at_proves_nothing(
    customer: World,
) -> None:
    customer.erp.owed = [a.receivable(f"in_{n}", "erp_1", posted_on=a.NOW.date()) for n in range(2, 7)]
    assert await found(customer) == set()


async def test_a_parent_with_another_name_in_the_crm_only(customer: World) -> None:
    parent = a.account_id("009")
    customer.knows(
        a.record("009", key=parent, name="Big Group"), a.record("erp_9", Kind.ERP, key=parent, name="Big")
    )
    customer.crm.records[0] = a.record("001", key=ID, name="Acme", parent="009")
    assert await found(customer) == {"names_differ"}


async def test_a_parent_that_does_not_exist(customer: World) -> None:
    customer.crm.records[0] = a.record("001", key=ID, name="Acme", parent="nobody")
    assert await found(customer) == {"unknown_parent"}


async def test_a_hierarchy_that_goes_round_in_a_circle_ends(customer: World) -> None:
    customer.crm.records[0] = a.record("001", key=ID, name="Acme", parent="002")
    customer.crm.records[1] = a.record("002", name="Stranger", parent="001")
    assert await found(customer) == set()


async def test_support_gives_a_tier_to_a_customer_whose_subscription_is_paused(customer: World) -> None:
    customer.billing.sold = [a.subscription("sub_1", "cus_1", "GOLD", status=SubscriptionStatus.PAUSED)]
    assert await found(customer) == {"support_tier_differs"}


async def test_two_accounts_of_the_crm_with_one_name_and_domain(customer: World) -> None:
    for place, (id, name) in enumerate([("001", "Acme"), ("002", "ACME Inc")]):
        customer.crm.records[place] = a.record(
            id, key=ID if id == "001" else None, name=name, domain="acme.example"
        )
    assert await found(customer) == {"possible_duplicate"}


RISKY: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "payment_failed": ({"attempts": 2, "due_at": a.NOW + a.MONTH}, {}),
    "overdue": ({"due_at": a.NOW - timedelta(days=1)}, {}),
    "past_due": ({"due_at": a.NOW + a.MONTH}, {"status": SubscriptionStatus.PAST_DUE}),
}


@pytest.mark.parametrize("reason", list(RISKY))
async def test_a_customer_at_risk_is_flagged_with_the_reason(customer: World, reason: str) -> None:
    invoice, subscription = RISKY[reason]
    customer.billing.invoiced = [a.invoice("in_1", "cus_1", **invoice)]
    customer.billing.sold = [a.subscription("sub_1", "cus_1", "GOLD", **subscription)]
    await found(customer)
    risk = (await account_360.picture(ID, EVERYONE)).parts.risk.data
    assert (risk.flagged, risk.reason) == (True, reason)


async def test_the_risk_of_a_failed_payment_began_with_the_first_failure(customer: World) -> None:
    failed = a.NOW - timedelta(days=5)
    customer.billing.invoiced = [a.invoice("in_1", "cus_1", attempts=2, due_at=a.NOW + a.MONTH)]
    customer.billing.paid = [
        a.payment("pi_2", "cus_1", status=PaymentStatus.FAILED, at=failed + timedelta(days=3)),
        a.payment("pi_1", "cus_1", status=PaymentStatus.FAILED, at=failed),
    ]
    risk = (await account_360.picture(ID, EVERYONE)).parts.risk.data
    assert risk.since == failed


async def test_a_paid_invoice_that_once_failed_is_no_risk(customer: World) -> None:
    customer.billing.invoiced = [a.invoice("in_1", "cus_1", attempts=2, status=InvoiceStatus.PAID)]
    risk = (await account_360.picture(ID, EVERYONE)).parts.risk.data
    assert (risk.flagged, risk.since, risk.reason) == (False, None, None)
