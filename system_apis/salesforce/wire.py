"""What do Salesforce's rows look like, as far as we read them?

Each Struct is also the list of columns that is asked for (`soql.columns`), so every field is there; without
a value it is null. Custom fields end in `__c`.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Generic, TypeVar

from msgspec import Struct, field

R = TypeVar("R")


class Rows(Struct, Generic[R], rename="camel", kw_only=True):
    """A query's answer: one batch of rows, and where the next one is (REST API guide, "Query")."""

    records: tuple[R, ...]
    done: bool
    next_records_url: str | None = None


class Named(Struct, rename="pascal"):
    """A related row of which only the name is asked."""

    name: str


class AccountRow(Struct, rename="pascal", kw_only=True):
    """A customer. Payment terms are a picklist (`Net 30`) in some orgs and a number in others."""

    id: str
    name: str
    parent_id: str | None
    owner: Named | None
    website: str | None
    billing_street: str | None
    billing_city: str | None
    billing_state: str | None
    billing_postal_code: str | None
    billing_country: str | None
    last_modified_date: datetime
    key: str | None = field(name="Global_Customer_Id__c")
    legal_entity: str | None = field(name="Legal_Entity__c")
    segment: str | None = field(name="Segment__c")
    tier: str | None = field(name="Support_Tier__c")
    subscription_status: str | None = field(name="Subscription_Status__c")
    risk: bool | None = field(name="Risk_Flag__c")
    payment_terms: str | float | None = field(name="Payment_Terms__c")
    tax_id: str | None = field(name="Tax_Id__c")


class OfAccount(Struct, rename="pascal"):
    """Any row that belongs to an account, of which only the account is asked."""

    account: AccountRow | None


class ContactRow(Struct, rename="pascal", kw_only=True):
    """A person at an account."""

    id: str
    name: str
    email: str | None
    title: str | None
    last_modified_date: datetime


class ContractRow(Struct, rename="pascal", kw_only=True):
    """What was signed; several legal entities are a multi-select picklist, parted by semicolons."""

    id: str
    contract_number: str
    account_id: str
    status: str
    start_date: date | None
    end_date: date | None
    customer_signed_date: date | None
    company_signed_date: date | None
    created_date: str
    last_modified_date: datetime
    legal_entity: str | None = field(name="Legal_Entity__c")


class ContractNumber(Struct, rename="pascal"):
    """A related contract."""

    contract_number: str


class OpportunityRow(Struct, rename="pascal", kw_only=True):
    """A deal; one without an account is possible and is nobody's."""

    id: str
    name: str
    account_id: str | None
    stage_name: str
    is_won: bool
    close_date: date
    contract: ContractNumber | None
    last_modified_date: datetime


class OfContract(Struct, rename="pascal"):
    """The deal of a line, as far as it leads to a contract."""

    contract_id: str | None


class LineRow(Struct, rename="pascal", kw_only=True):
    """A line of a deal. Numbers are JSON numbers, read as decimals; only multi-currency orgs have a code."""

    opportunity_id: str
    opportunity: OfContract
    product_code: str | None
    product2: Named | None
    description: str | None
    quantity: Decimal
    unit_price: Decimal | None
    total_price: Decimal | None
    currency_iso_code: str | None = None


class ChangedRow(Struct, rename="pascal", kw_only=True):
    """A record and when the org last touched it, as the API writes that."""

    id: str
    system_modstamp: str


class ChangedOfAccount(ChangedRow, rename="pascal", kw_only=True):
    """A record that belongs to an account."""

    account_id: str | None


class OwnedRow(Struct, rename="pascal"):
    """A record and the user who owns it."""

    owner_id: str


class Saved(Struct):
    """What an upsert answers; nothing, where a row was there before v46."""

    id: str | None = None
    created: bool | None = None


class Complaint(Struct, rename="camel"):
    """One error of the array that a refusal is."""

    error_code: str = ""
