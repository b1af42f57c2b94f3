"""Are billing address, terms and tax ids the CRM's until the first order, and the ERP's after it?"""

from datetime import date, timedelta
from typing import Any

import pytest

from canonical import ownership
from canonical.caller import EVERYONE
from canonical.customer import Address
from canonical.identity import Kind
from process_apis import account_360, links
from process_apis.account_360 import Picture, State
from process_apis.account_360.handover import FIELDS
from process_apis.account_360.provenance import Attribute
from process_apis.clock import FixedClock
from tests import builders as a
from tests.fakes import World
from tests.process_apis.account_360.conftest import ID

MOVED = Address(street="1 New Quay", city="Hamburg", postal_code="20457", country="DE")
BERLIN = Address(city="Berlin", country="DE")


def erp_says(customer: World, **said: Any) -> None:
    customer.erp.details = [a.billing_details("erp_1", **said)]


async def looked_at() -> Picture:
    return await account_360.picture(ID, EVERYONE)


def told_of(picture: Picture, attribute: str) -> Attribute | None:
    profile = account_360.provenance(picture)["profile"]
    return next((one for one in profile if one.attribute == f"account.{attribute}"), None)


async def test_before_the_first_order_the_crm_is_believed_whatever_the_erp_says(customer: World) -> None:
    erp_says(customer, billing_address=MOVED, tax_id="DE999", payment_terms_days=90, first_ordered_on=None)
    picture = await looked_at()
    billing = picture.parts.profile.data.billing
    assert (billing.billing_address, billing.tax_id, billing.payment_terms_days) == (BERLIN, "DE123", 30)
    assert {origin.ref.kind for origin in billing.origins.values()} == {Kind.CRM}
    assert picture.findings == ()


async def test_after_it_the_erp_is_believed_whatever_the_crm_says(customer: World) -> None:
    erp_says(customer, billing_address=MOVED, tax_id="DE999", payment_terms_days=90, tax_exempt=True)
    billing = (await looked_at()).parts.profile.data.billing
    assert (billing.billing_address, billing.tax_id, billing.payment_terms_days) == (MOVED, "DE999", 90)
    assert billing.tax_exempt is True
    assert {origin.ref.kind for origin in billing.origins.values()} == {Kind.ERP}


async def test_everything_else_of_the_profile_stays_the_crms(customer: World) -> None:
    picture = await looked_at()
    for attribute in ("name", "parent", "segment", "owner", "website"):
        told = told_of(picture, attribute)
        assert (told.owner, told.record.id) == (Kind.CRM, "001")


async def test_every_attribute_that_the_table_hands_over_is_handed_over_and_no_other() -> None:
    declared = {
        rule.attribute
        for rule in ownership.RULES
        if rule.object == "account"
        and ownership.owner_of(rule, ordered=True) != ownership.owner_of(rule, ordered=False)
    }
    assert declared == set(FIELDS)


async def test_an_attribute_that_the_table_does_not_hand_over_stays_with_the_crm(
    customer: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ownership, "_AFTER_FIRST_ORDER", {})
    erp_says(customer, billing_address=MOVED)
    assert (await looked_at()).parts.profile.data.billing.billing_address == BERLIN


async def test_a_customer_that_the_erp_does_not_know_has_had_no_order(customer: World) -> None:
    picture = await account_360.picture(a.account_id("002"), EVERYONE)
    profile = picture.parts.profile
    assert (profile.state, profile.because) == (State.FRESH, None)
    assert profile.data.billing.billing_address == BERLIN


async def test_of_a_customer_that_the_erp_has_twice_the_record_with_the_first_order_counts(
    customer: World,
) -> None:
    customer.knows(a.record("erp_2", Kind.ERP, key=ID, name="Acme"))
    customer.erp.details = [
        a.billing_details("erp_1", first_ordered_on=None),
        a.billing_details("erp_2", billing_address=MOVED, first_ordered_on=date(2025, 1, 1)),
    ]
    await links.sweep()
    assert (await looked_at()).parts.profile.data.billing.billing_address == MOVED


async def test_provenance_says_the_owner_of_each_value_its_record_and_its_age(
    customer: World, time: FixedClock
) -> None:
    await looked_at()
    time.forward(timedelta(hours=3))
    customer.erp.down = True
    picture = await looked_at()
    for attribute in FIELDS:
        told = told_of(picture, attribute)
        assert (told.owner, told.record.id, told.age_seconds) == (Kind.ERP, "erp_1", 3 * 3600)
    assert told_of(picture, "name").age_seconds == 0


async def test_an_erp_that_is_down_after_the_hand_over_leaves_its_last_words_with_their_age(
    customer: World, time: FixedClock
) -> None:
    erp_says(customer, billing_address=MOVED)
    await looked_at()
    time.forward(timedelta(hours=3))
    customer.erp.down = True
    profile = (await looked_at()).parts.profile
    assert (profile.state, profile.source, profile.because) == (State.FRESH, Kind.CRM, None)
    terms = profile.data.billing
    assert (terms.state, terms.source, terms.because) == (State.STALE, Kind.ERP, "unavailable")
    assert (terms.connections, terms.observed_at) == (("netsuite",), a.NOW)
    assert terms.billing_address == MOVED


async def test_the_erps_last_words_survive_a_restart(customer: World) -> None:
    erp_says(customer, billing_address=MOVED)
    await looked_at()
    await account_360.close()
    customer.erp.down = True
    assert (await looked_at()).parts.profile.data.billing.billing_address == MOVED


async def test_while_the_erp_was_never_heard_nobodys_address_is_passed_off_as_the_owners(
    customer: World,
) -> None:
    customer.erp.down = True
    picture = await looked_at()
    profile = picture.parts.profile
    terms = profile.data.billing
    assert (profile.state, terms.state, terms.because) == (State.FRESH, State.UNKNOWN, "unavailable")
    assert (profile.data.record.name, terms.billing_address, terms.observed_at) == ("Acme", None, None)
    assert told_of(picture, "billing_address") is None
    assert told_of(picture, "name").owner == Kind.CRM
    assert picture.findings == ()


async def test_a_crm_that_is_down_does_not_hold_back_the_erps_news(customer: World, time: FixedClock) -> None:
    await looked_at()
    time.forward(timedelta(hours=3))
    customer.crm.down = True
    erp_says(customer, billing_address=MOVED)
    profile = (await looked_at()).parts.profile
    assert (profile.state, profile.source, profile.observed_at) == (State.STALE, Kind.CRM, a.NOW)
    assert (profile.data.billing.state, profile.data.billing.billing_address) == (State.FRESH, MOVED)


async def test_a_profile_that_was_never_seen_stays_unknown(customer: World) -> None:
    customer.crm.down = True
    profile = (await looked_at()).parts.profile
    assert (profile.state, profile.source, profile.data) == (State.UNKNOWN, Kind.CRM, None)


async def test_the_erp_is_asked_once_more_for_it_and_side_by_side(customer: World) -> None:
    customer.erp.calls.clear()
    await looked_at()
    assert sorted(customer.erp.calls) == ["billing_details", "open_receivables", "orders", "receivables"]


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"billing_address": MOVED}, "address_differs"),
        ({"payment_terms_days": 90}, "terms_differ"),
        ({"tax_id": "DE999"}, "tax_id_differs"),
    ],
)
async def test_a_crm_that_was_not_told_is_found(customer: World, said: dict[str, Any], code: str) -> None:
    erp_says(customer, **said)
    [finding] = (await looked_at()).findings
    assert (finding.code, finding.systems) == (code, (Kind.CRM, Kind.ERP))


@pytest.mark.parametrize(
    "said",
    [
        {"billing_address": Address(street="1 New Quay", city="BERLIN", state="BE", country="DE")},
        {"billing_address": Address()},
        {"tax_id": "de 123"},
        {"tax_id": None, "payment_terms_days": None, "tax_exempt": None},
    ],
)
async def test_silence_and_spelling_are_no_difference(customer: World, said: dict[str, Any]) -> None:
    erp_says(customer, **said)
    assert (await looked_at()).findings == ()
