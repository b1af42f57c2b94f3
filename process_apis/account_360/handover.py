"""Whose words are an account's billing address, terms and tax ids now: the CRM's or the ERP's?

The ownership table declares it: the CRM's until the first order, the ERP's after it. Pure: two answers in,
the profile out (docs/decisions/billing-details-change-their-owner.md).
"""

from typing import Any, Final

from msgspec.structs import replace

from canonical.customer import Account, BillingDetails
from canonical.identity import Kind, Origin
from canonical.ownership import Authority, authority, owner_of
from process_apis.account_360.model import BillingTerms, Part, Profile, State

FIELDS: Final = {
    "billing_address": "billing_address",
    "payment_terms": "payment_terms_days",
    "tax_id": "tax_id",
    "tax_exempt": "tax_exempt",
}
"""What changes its owner: the attribute in the ownership table, and the field that holds it."""


def settled(profile: Part[Profile], details: Part[BillingDetails | None]) -> Part[Profile]:
    """The profile with what its owners say of billing.

    A profile is as fresh as the CRM's answer; its billing terms say for themselves how fresh they are, so
    an ERP that is down costs what the ERP owns and no more. A profile that is not known stays so.
    """
    if profile.data is None:
        return profile
    terms = _terms(profile, profile.data.account, details)
    return replace(profile, data=replace(profile.data, billing=terms))


def _terms(
    profile: Part[Profile], account: Account | None, details: Part[BillingDetails | None]
) -> BillingTerms:
    """Each attribute as its owner says it, nothing where nobody can say who that is."""
    said: dict[str, Any] = {}
    origins: dict[str, Origin] = {}
    words = {
        Kind.CRM: (account, account and account.record.origin),
        Kind.ERP: (details.data, details.data and details.data.origin),
    }
    for attribute, field in FIELDS.items():
        owner = _owner(attribute, details)
        record, origin = words[Kind(owner)] if owner else (None, None)
        if origin and hasattr(record, field):
            said[field], origins[attribute] = getattr(record, field), origin
    from_crm = {origin.ref.kind for origin in origins.values()} == {Kind.CRM}
    words_of = profile if from_crm else details
    # The CRM's terms hold while the ERP says there is no order: they are no fresher than that answer.
    weather = words_of if details.state is State.FRESH else details
    return BillingTerms(
        **said,
        origins=origins,
        state=weather.state,
        source=words_of.source,
        connections=weather.connections,
        observed_at=words_of.observed_at,
        because=weather.because,
    )


def _owner(attribute: str, details: Part[BillingDetails | None]) -> Authority | None:
    """Who owns an attribute now; nobody knows while the ERP was never heard and it depends on its orders.

    An order once seen stays one: the last known answer is enough for that.
    """
    rule = authority("account", attribute)
    if details.state is not State.UNKNOWN:
        return owner_of(rule, ordered=bool(details.data and details.data.first_ordered_on))
    owner = owner_of(rule, ordered=False)
    return owner if owner == owner_of(rule, ordered=True) else None
