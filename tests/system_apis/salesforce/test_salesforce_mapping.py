"""Does Salesforce's wording become ours, also where orgs differ?"""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from msgspec.structs import replace

from canonical.customer import Segment
from canonical.money import Money
from system_apis.salesforce import mapping
from system_apis.salesforce.mapping import Seen
from system_apis.salesforce.wire import AccountRow, ContractRow, LineRow, Named, OfContract

NOW = datetime(2026, 11, 23, tzinfo=UTC)
SEEN = Seen("crm", NOW, None)
ROW = AccountRow(
    id="001",
    name="Acme",
    parent_id=None,
    owner=None,
    website=None,
    billing_street=None,
    billing_city=None,
    billing_state=None,
    billing_postal_code=None,
    billing_country=None,
    last_modified_date=NOW,
    key=None,
    legal_entity=None,
    segment=None,
    tier=None,
    subscription_status=None,
    risk=None,
    payment_terms=None,
    tax_id=None,
)
LINE = LineRow(
    opportunity_id="006",
    opportunity=OfContract("800"),
    product_code="SKU",
    product2=Named("Product"),
    description=None,
    quantity=Decimal("2.0"),
    unit_price=Decimal("10.5"),
    total_price=Decimal("21.0"),
    currency_iso_code="EUR",
)
CONTRACT = ContractRow(
    id="800",
    contract_number="00000101",
    account_id="001",
    status="Activated",
    start_date=None,
    end_date=None,
    customer_signed_date=None,
    company_signed_date=date(2026, 1, 2),
    created_date="2026-01-02T00:00:00.000+0000",
    last_modified_date=NOW,
    legal_entity="US;DE",
)


def lines(**changed: Any) -> Any:
    return mapping.to_contract(CONTRACT, [replace(LINE, **changed)], SEEN).lines[0]


@pytest.mark.parametrize(
    ("written", "domain"),
    [
        ("https://www.Acme.example/about", "acme.example"),
        ("acme.example", "acme.example"),
        ("http://acme.example:8080", "acme.example"),
        ("http://[to be told]", None),
        ("", None),
        (None, None),
    ],
)
def test_a_website_becomes_its_bare_host(written: str | None, domain: str | None) -> None:
    assert mapping.to_record(replace(ROW, website=written), SEEN).domain == domain


@pytest.mark.parametrize(
    ("written", "days"), [("Net 30", 30), (45.0, 45), ("60", 60), ("on receipt", None), (None, None)]
)
def test_payment_terms_are_days(written: str | float | None, days: int | None) -> None:
    assert mapping.to_account(replace(ROW, payment_terms=written), SEEN).payment_terms_days == days


@pytest.mark.parametrize(
    ("written", "segment"),
    [("Mid-Market", Segment.MID_MARKET), ("enterprise", Segment.ENTERPRISE), ("VIP", None)],
)
def test_a_segment_is_known_in_the_usual_spellings(written: str, segment: Segment | None) -> None:
    assert mapping.to_account(replace(ROW, segment=written), SEEN).segment is segment


@pytest.mark.parametrize(
    ("written", "country"), [("DE", "DE"), ("de", "DE"), ("Germany", None), (None, None)]
)
def test_a_country_is_a_code_or_none(written: str | None, country: str | None) -> None:
    assert mapping.to_account(replace(ROW, billing_country=written), SEEN).billing_address.country == country


def test_only_what_is_said_is_an_attribute() -> None:
    assert mapping.to_record(ROW, SEEN).attributes == {}
    said = mapping.to_record(replace(ROW, tier="gold", risk=True), SEEN).attributes
    assert said == {"tier": "gold", "risk": "true"}


def test_a_contract_of_several_legal_entities_names_them_all() -> None:
    told = mapping.to_contract(CONTRACT, [], SEEN)
    assert told.legal_entities == ("US", "DE")
    assert told.signed_on == date(2026, 1, 2)


def test_money_is_exact_and_a_price_may_be_finer_than_money() -> None:
    told = lines(unit_price=Decimal("0.0049"), total_price=Decimal("4.90"), quantity=Decimal(1000))
    assert told.amount == Money(minor=490, currency="EUR")
    assert told.unit_price == Money(minor=0, currency="EUR")
    assert lines(currency_iso_code="JPY", total_price=Decimal(500)).amount == Money(minor=500, currency="JPY")
    assert lines(currency_iso_code="KWD", total_price=Decimal("1.234")).amount.minor == 1234


def test_an_org_with_one_currency_has_no_codes() -> None:
    one = Seen("crm", NOW, "USD")
    told = mapping.to_contract(CONTRACT, [replace(LINE, currency_iso_code=None)], one)
    assert told.lines[0].amount.currency == "USD"


@pytest.mark.parametrize(
    "wrong", [{"total_price": Decimal("0.001")}, {"quantity": Decimal("1.5")}, {"currency_iso_code": None}]
)
def test_what_has_no_word_of_ours_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"a line|decimal places"):
        lines(**wrong)
