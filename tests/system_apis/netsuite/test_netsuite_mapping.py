"""Does every row of NetSuite's become the right words, to the cent?"""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import msgspec
import pytest

from canonical.customer import Address
from canonical.money import Money
from canonical.sales import Order, OrderStatus
from system_apis.netsuite import mapping
from system_apis.netsuite.mapping import Sight
from system_apis.netsuite.wire import (
    BillingRow,
    CustomerRow,
    InvoiceRow,
    LineRow,
    OrderRow,
    SubsidiaryRecord,
    SubsidiaryRow,
)

SEEN = datetime(2026, 11, 23, 12, tzinfo=UTC)
SIGHT = Sight("books", SEEN, ZoneInfo("UTC"))


def an_order(**changed: object) -> OrderRow:
    row = {
        "id": "7",
        "tranid": "SO7",
        "entity": "1001",
        "trandate": "2026-09-01",
        "currency": "EUR",
        "foreigntotal": "10.50",
        "status": "B",
    }
    return msgspec.convert({**row, **changed}, OrderRow, strict=False)


def a_line(**columns: object) -> LineRow:
    return msgspec.json.decode(msgspec.json.encode({"transaction": 7, **columns}), type=LineRow)


def an_invoice(**changed: object) -> InvoiceRow:
    row = {
        "id": 8,
        "tranid": "INV8",
        "entity": 1001,
        "trandate": "2026-09-01",
        "currency": "EUR",
        "foreigntotal": 119.0,
    }
    return msgspec.json.decode(msgspec.json.encode({**row, **changed}), type=InvoiceRow)


@pytest.mark.parametrize(
    ("total", "currency", "minor"),
    [
        (b'"10.5"', "EUR", 1050),
        (b"10.5", "EUR", 1050),
        (b"10", "EUR", 1000),
        (b"1.05E1", "EUR", 1050),
        (b"0.29", "USD", 29),
        (b"70368744177664.07", "USD", 7036874417766407),
        (b"1200", "JPY", 1200),
        (b"1200.0", "JPY", 1200),
        (b"1.234", "KWD", 1234),
        (b"-3.10", "USD", -310),
    ],
)
def test_an_amount_is_exact_as_text_and_as_number_in_every_scale(
    total: bytes, currency: str, minor: int
) -> None:
    body = b'{"id":1,"tranid":"INV1","entity":2,"trandate":"2026-01-01","currency":"%s","foreigntotal":%s}'
    row = msgspec.json.decode(body % (currency.encode(), total), type=InvoiceRow)
    assert mapping.to_receivable(row, SIGHT).total == Money(minor=minor, currency=currency)


@pytest.mark.parametrize(
    ("total", "currency"), [("10.501", "EUR"), ("0.5", "JPY"), ("Infinity", "EUR"), ("NaN", "EUR")]
)
def test_an_amount_that_the_currency_cannot_hold_is_not_rounded(total: str, currency: str) -> None:
    with pytest.raises(ValueError, match=r"no amount|decimal places"):
        mapping.to_order(an_order(foreigntotal=total, currency=currency), [], SIGHT)


def test_nothing_is_owed_where_the_unpaid_amount_is_left_out() -> None:
    receivable = mapping.to_receivable(an_invoice(), SIGHT)
    assert receivable.open_amount == Money(minor=0, currency="EUR")
    assert (receivable.due_on, receivable.invoice, receivable.period) == (None, None, None)


def test_a_receivable_says_which_invoice_it_copies_and_what_is_still_owed() -> None:
    row = an_invoice(externalid="in_1", foreignamountunpaid="19", duedate="2026-10-01", period="2026-09")
    receivable = mapping.to_receivable(row, SIGHT)
    assert (receivable.invoice, receivable.due_on) == ("in_1", date(2026, 10, 1))
    assert (receivable.open_amount.minor, receivable.period) == (1900, "2026-09")
    assert receivable.origin.ref.id == "8"


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("A", OrderStatus.PENDING_APPROVAL),
        ("SalesOrd:B", OrderStatus.PENDING_FULFILMENT),
        ("C", OrderStatus.CANCELLED),
        ("D", OrderStatus.PARTIALLY_FULFILLED),
        ("SalesOrd:E", OrderStatus.PARTIALLY_FULFILLED),
        ("F", OrderStatus.PENDING_BILLING),
        ("G", OrderStatus.BILLED),
        ("H", OrderStatus.CLOSED),
    ],
)
def test_a_status_is_understood_with_and_without_its_type(code: str, status: OrderStatus) -> None:
    assert mapping.to_order(an_order(status=code), [], SIGHT).status is status


@pytest.mark.parametrize("code", ["Y", "", "SalesOrd:", "b"])
def test_a_status_that_we_do_not_know_is_not_guessed(code: str) -> None:
    with pytest.raises(ValueError, match="unknown order status"):
        mapping.to_order(an_order(status=code), [], SIGHT)


def lines_of(*rows: LineRow) -> list[tuple[int, int, int]]:
    order: Order = mapping.to_order(an_order(), rows, SIGHT)
    return [(line.quantity, line.unit_price.minor, line.amount.minor) for line in order.lines]


def test_a_line_costs_the_same_whichever_sign_it_is_booked_with() -> None:
    as_credit = a_line(sku="S", quantity=-3, rate="2.50", foreignamount=-7.5)
    as_it_is = a_line(sku="S", quantity="3", rate=2.5, foreignamount="7.50")
    assert lines_of(as_credit) == lines_of(as_it_is) == [(3, 250, 750)]


def test_a_discount_lowers_the_total() -> None:
    assert lines_of(a_line(sku="D", rate="-1.00", foreignamount="1.00")) == [(1, -100, -100)]


def test_a_line_of_mere_text_is_no_line() -> None:
    assert lines_of(a_line(memo="Thank you for your order")) == []


def test_a_line_without_an_amount_costs_its_rate_times_its_quantity() -> None:
    assert lines_of(a_line(sku="S", quantity=-2, rate="2.50")) == [(2, 250, 500)]


def test_a_line_without_a_rate_is_a_lump_sum() -> None:
    assert lines_of(a_line(sku="S", quantity=-2, foreignamount="-5.00")) == [(1, 500, 500)]


def test_a_fraction_of_a_piece_is_not_rounded() -> None:
    with pytest.raises(ValueError, match="not a whole number"):
        lines_of(a_line(sku="S", quantity="-1.5", rate="2.00", foreignamount="-3.00"))


def test_a_subsidiary_without_a_code_goes_by_its_country() -> None:
    named = an_order(subsidiary_code="EMEA", subsidiary_country="DE")
    unnamed = an_order(subsidiary_country="DE")
    assert mapping.to_order(named, [], SIGHT).legal_entity == "EMEA"
    assert mapping.to_order(unnamed, [], SIGHT).legal_entity == "DE"
    assert mapping.to_order(an_order(), [], SIGHT).legal_entity is None


def test_the_tax_number_of_a_legal_entity_is_the_one_at_home() -> None:
    record = msgspec.json.decode(
        b'{"taxRegistration": {"items": ['
        b'{"nexusCountry": {"id": "FR"}, "taxRegistrationNumber": "FR1"},'
        b'{"nexusCountry": {"id": "DE"}, "taxRegistrationNumber": "DE2"}]}}',
        type=SubsidiaryRecord,
    )
    row = SubsidiaryRow(id=2, name="GmbH", country="DE", currency="EUR")
    assert mapping.to_legal_entity(row, record, SIGHT).tax_registration == "DE2"
    assert mapping.to_legal_entity(row, SubsidiaryRecord(), SIGHT).tax_registration is None


@pytest.mark.parametrize(
    ("url", "domain"),
    [
        ("https://www.acme.example/about", "acme.example"),
        ("http://Shop.Acme.example:8080", "shop.acme.example"),
        ("acme.example", "acme.example"),
        ("https://", None),
        (None, None),
    ],
)
def test_a_domain_is_the_host_of_the_web_address(url: str | None, domain: str | None) -> None:
    assert mapping.to_account_record(CustomerRow(id=1, entityid="C1", url=url), SIGHT).domain == domain


def test_a_person_goes_by_the_name_that_netsuite_shows() -> None:
    record = mapping.to_account_record(CustomerRow(id=1, entityid="Ada Lovelace"), SIGHT)
    assert (record.name, record.key, record.parent) == ("Ada Lovelace", None, None)


def test_a_time_is_read_in_the_time_zone_of_the_account() -> None:
    pacific = Sight("books", SEEN, ZoneInfo("America/Los_Angeles"))
    row = CustomerRow(id=1, entityid="C1", modified="2026-07-01 17:30:00")
    origin = mapping.to_account_record(row, pacific).origin
    assert origin.modified_at == datetime(2026, 7, 2, 0, 30, tzinfo=UTC)
    assert origin.observed_at == SEEN


def a_customer(**columns: object) -> BillingRow:
    return msgspec.json.decode(msgspec.json.encode({"id": 1, **columns}), type=BillingRow)


def test_billing_details_say_street_terms_tax_and_first_order() -> None:
    row = a_customer(
        addr1="1 New Quay",
        addr2="Floor 2",
        city="Austin",
        state="TX",
        zip="78701",
        country="US",
        days="30",
        tax_number="12-3456789",
        taxable="F",
        first_ordered="2026-01-20",
    )
    details = mapping.to_billing_details(row, SIGHT)
    assert details.billing_address == Address(
        street="1 New Quay\nFloor 2", city="Austin", state="TX", postal_code="78701", country="US"
    )
    assert (details.payment_terms_days, details.tax_id, details.tax_exempt) == (30, "12-3456789", True)
    assert details.first_ordered_on == date(2026, 1, 20)
    assert (details.origin.ref.object, details.origin.ref.id) == ("customer", "1")


def test_of_a_customer_of_whom_nothing_was_entered_nothing_is_made_up() -> None:
    details = mapping.to_billing_details(a_customer(), SIGHT)
    assert details.billing_address == Address()
    assert (details.payment_terms_days, details.tax_id, details.tax_exempt) == (None, None, None)
    assert details.first_ordered_on is None


def test_a_customer_who_is_taxed_is_not_exempt() -> None:
    assert mapping.to_billing_details(a_customer(taxable="T"), SIGHT).tax_exempt is False
