"""What is an account, a contact, an address, a legal entity?"""

from datetime import date
from enum import StrEnum

from msgspec import Struct

from canonical.identity import Kind, Origin


class Segment(StrEnum):
    """How big a customer is to us."""

    ENTERPRISE = "enterprise"
    MID_MARKET = "mid_market"
    SMALL = "small"


class Address(Struct, frozen=True, kw_only=True):
    """A postal address; `country` is ISO 3166-1 alpha-2."""

    street: str | None = None
    city: str | None = None
    state: str | None = None
    postal_code: str | None = None
    country: str | None = None


class LegalEntity(Struct, frozen=True, kw_only=True):
    """One of our own companies: it signs, invoices and keeps books in its base currency."""

    code: str
    name: str
    country: str
    base_currency: str
    tax_registration: str | None
    origin: Origin


class AccountRecord(Struct, frozen=True, kw_only=True):
    """One system's record of a customer, in the words all systems share.

    `key` is the account id that was written into the record (the cross-reference key), `parent`
    the parent record's external id in the same system, `attributes` what this system says of
    things it may not own (`tier`, `subscription_status`, `entitlement_until`, `risk`, ...).
    """

    origin: Origin
    key: str | None
    name: str
    domain: str | None = None
    email: str | None = None
    parent: str | None = None
    legal_entity: str | None = None
    attributes: dict[str, str] = {}

    @property
    def kind(self) -> Kind:
        return self.origin.ref.kind


class Account(Struct, frozen=True, kw_only=True):
    """A customer as its owner, the CRM, knows it. `record` is the same row in the words all systems share."""

    record: AccountRecord
    segment: Segment | None
    owner: str | None
    website: str | None
    billing_address: Address
    tax_id: str | None
    payment_terms_days: int | None


class BillingDetails(Struct, frozen=True, kw_only=True):
    """Where a customer's invoices go, when they are due and how they are taxed, as one ERP says.

    `payment_terms_days` counts from the invoice, `first_ordered_on` is the day of the first order in that
    ERP: none as long as there has been no order. `tax_exempt` is none where the ERP does not say.
    """

    billing_address: Address
    payment_terms_days: int | None
    tax_id: str | None
    tax_exempt: bool | None
    first_ordered_on: date | None
    origin: Origin


class Contact(Struct, frozen=True, kw_only=True):
    """A person at an account."""

    name: str
    email: str | None
    role: str | None
    origin: Origin
