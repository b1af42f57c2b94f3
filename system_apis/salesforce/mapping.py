"""How does Salesforce's wording become ours? (pure)"""

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Final
from urllib.parse import urlsplit

from msgspec import UNSET

from canonical.customer import Account, AccountRecord, Address, Contact, Segment
from canonical.identity import ExternalRef, Kind, Origin
from canonical.money import Money, exponent
from canonical.projections import CrmStanding
from canonical.requests import FollowUp
from canonical.sales import Contract, Line, Opportunity
from system_apis.salesforce.wire import (
    AccountRow,
    ContactRow,
    ContractRow,
    LineRow,
    OpportunityRow,
)

COMPLETED: Final = "Completed"
_SEGMENTS: Final = {segment.value: segment for segment in Segment}


class Seen:
    """By which connection, and when, rows were seen; `currency` is that of an org which has only one."""

    def __init__(self, connection: str, at: datetime, currency: str | None) -> None:
        self._connection = connection
        self._at = at
        self.currency = currency

    def origin(self, object: str, id: str, modified: datetime) -> Origin:
        """Where a record comes from."""
        return Origin(
            ref=ExternalRef(kind=Kind.CRM, connection=self._connection, object=object, id=id),
            observed_at=self._at,
            modified_at=modified,
        )


def to_record(row: AccountRow, seen: Seen) -> AccountRecord:
    """The customer in the words all systems share."""
    said = {
        "tier": row.tier,
        "subscription_status": row.subscription_status,
        "risk": "true" if row.risk else None,
    }
    return AccountRecord(
        origin=seen.origin("Account", row.id, row.last_modified_date),
        key=row.key,
        name=row.name,
        domain=_domain(row.website),
        parent=row.parent_id,
        legal_entity=row.legal_entity,
        attributes={name: value for name, value in said.items() if value},
    )


def to_account(row: AccountRow, seen: Seen) -> Account:
    """The customer with what the CRM owns of it."""
    return Account(
        record=to_record(row, seen),
        segment=_segment(row.segment),
        owner=row.owner.name if row.owner else None,
        website=row.website,
        billing_address=Address(
            street=row.billing_street,
            city=row.billing_city,
            state=row.billing_state,
            postal_code=row.billing_postal_code,
            country=_country(row.billing_country),
        ),
        tax_id=row.tax_id,
        payment_terms_days=_days(row.payment_terms),
    )


def to_contact(row: ContactRow, seen: Seen) -> Contact:
    """A person at an account."""
    origin = seen.origin("Contact", row.id, row.last_modified_date)
    return Contact(name=row.name, email=row.email, role=row.title, origin=origin)


def to_contract(row: ContractRow, lines: Iterable[LineRow], seen: Seen) -> Contract:
    """What was signed, with the lines of its won deal."""
    return Contract(
        number=row.contract_number,
        account=row.account_id,
        status=row.status,
        start=row.start_date,
        end=row.end_date,
        signed_on=row.customer_signed_date or row.company_signed_date,
        legal_entities=tuple(code for code in (row.legal_entity or "").split(";") if code),
        lines=tuple(_line(line, seen) for line in lines),
        origin=seen.origin("Contract", row.id, row.last_modified_date),
    )


def to_opportunity(row: OpportunityRow, lines: Iterable[LineRow], seen: Seen) -> Opportunity:
    """A deal with its lines."""
    return Opportunity(
        name=row.name,
        account=row.account_id or "",
        stage=row.stage_name,
        won=row.is_won,
        close_date=row.close_date,
        contract=row.contract.contract_number if row.contract else None,
        lines=tuple(_line(line, seen) for line in lines),
        origin=seen.origin("Opportunity", row.id, row.last_modified_date),
    )


def standing_fields(standing: CrmStanding) -> dict[str, object]:
    """The fields of an account that show a standing; only those that are set."""
    fields: dict[str, object] = {}
    if standing.risk is not UNSET:
        fields["Risk_Flag__c"] = standing.risk.flagged
        fields["Risk_Reason__c"] = standing.risk.reason
        fields["Risk_Since__c"] = _stamp(standing.risk.since)
    if standing.subscription_status is not UNSET:
        fields["Subscription_Status__c"] = standing.subscription_status
    if standing.tier is not UNSET:
        fields["Support_Tier__c"] = standing.tier
    if standing.entitled_until is not UNSET:
        until = standing.entitled_until
        fields["Entitlement_Until__c"] = until.date().isoformat() if until else None
    return fields


def task_fields(task: FollowUp) -> dict[str, object]:
    """A task that is to be done."""
    return {
        "WhatId": task.account,
        "Subject": task.subject,
        "Description": task.description,
        "ActivityDate": task.due_on.isoformat(),
        "Priority": "High" if task.urgent else "Normal",
        "Status": "Not Started",
    }


def _stamp(moment: datetime | None) -> str | None:
    """As the API takes it, to the second: it keeps no more."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if moment else None


def _line(row: LineRow, seen: Seen) -> Line:
    currency = row.currency_iso_code or seen.currency
    if currency is None:
        raise ValueError("a line without a currency")
    quantity = int(row.quantity)
    if quantity != row.quantity:
        raise ValueError("a line with a part of a piece")
    return Line(
        sku=row.product_code,
        description=row.description or (row.product2.name if row.product2 else None),
        quantity=quantity,
        unit_price=_rounded(row.unit_price, currency),
        amount=Money.of(row.total_price or 0, currency),
    )


def _rounded(price: Decimal | None, currency: str) -> Money:
    # An org may give prices more decimal places than the currency has; what is owed is the amount.
    return Money.of(round(price or Decimal(), exponent(currency)), currency)


def _domain(website: str | None) -> str | None:
    """The bare host of a website that people typed with or without a scheme and `www.`."""
    if not website:
        return None
    address = website.strip().lower()
    try:
        host = urlsplit(address if "//" in address else f"//{address}").hostname
    except ValueError:  # people type anything, `http://[tbd]` too
        return None
    return host.removeprefix("www.") if host else None


def _segment(written: str | None) -> Segment | None:
    return _SEGMENTS.get(re.sub(r"[\s-]+", "_", (written or "").strip().lower()))


def _country(written: str | None) -> str | None:
    """ISO 3166-1 alpha-2; an org without country picklists holds free text, which is none."""
    code = (written or "").strip().upper()
    return code if re.fullmatch("[A-Z]{2}", code) else None


def _days(terms: str | float | None) -> int | None:
    """The days of `Net 30`, `30` or 30."""
    found = re.search(r"\d+", str(terms or ""))
    return int(found[0]) if found else None
