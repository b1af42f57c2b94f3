"""Is this customer at risk, and what does not add up between the systems?

Pure: parts in, risk and findings out. A part that is not known proves nothing, so it finds nothing.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TypeVar

from canonical.billing import Invoice, InvoiceStatus, PaymentStatus, SubscriptionStatus
from canonical.customer import Address
from canonical.identity import Kind
from process_apis.account_360.handover import FIELDS
from process_apis.account_360.model import Balance, Finding, Listing, Name, Parts, Relative, Risk
from process_apis.account_360.questions import names_of
from process_apis.links import LinkedAccount

T = TypeVar("T")

_IN_LEDGER = {InvoiceStatus.OPEN, InvoiceStatus.PAID, InvoiceStatus.UNCOLLECTIBLE}
NO_TIER = "none"
"""What support writes of a customer to whom it gives no tier."""

_HANDED_OVER = {
    "billing_address": ("address_differs", "billing address"),
    "payment_terms": ("terms_differ", "number of days to pay"),
    "tax_id": ("tax_id_differs", "tax id"),
}
# A state is written out in one system and abbreviated in another.
_LINES = ("street", "city", "postal_code", "country")

_TROUBLED = {SubscriptionStatus.PAST_DUE, SubscriptionStatus.UNPAID}


def risk(parts: Parts, now: datetime) -> Risk:
    """Flagged while an open invoice failed or is overdue, or a subscription is behind; since the first."""
    reasons = sorted(_reasons(parts, now), key=lambda one: one[0])
    if not reasons:
        return Risk(flagged=False, since=None, reason=None)
    severest = min((reason for _, reason in reasons), key=("payment_failed", "past_due", "overdue").index)
    return Risk(flagged=True, since=reasons[0][0], reason=severest)


def _reasons(parts: Parts, now: datetime) -> Iterator[tuple[datetime, str]]:
    failed = [one.at for one in _items(parts.payments.data) if one.status is PaymentStatus.FAILED]
    for invoice in _items(parts.invoices.data):
        if invoice.status is not InvoiceStatus.OPEN:
            continue
        asked = invoice.finalized_at or invoice.created_at
        if invoice.attempts:
            yield min((at for at in failed if at >= asked), default=asked), "payment_failed"
        if invoice.due_at and invoice.due_at < now:
            yield invoice.due_at, "overdue"
    for subscription in _items(parts.subscriptions.data):
        if subscription.status in _TROUBLED:
            yield subscription.period_start or subscription.started_at, "past_due"


def findings(account: LinkedAccount, parts: Parts) -> tuple[Finding, ...]:
    """Everything about this account on which the connected systems disagree."""
    return (
        *_presence(account),
        *_names(account, parts),
        *_billing(parts),
        *_ledger(parts),
        *_support_tier(account, parts),
        *_payment(parts),
    )


def _presence(account: LinkedAccount) -> Iterator[Finding]:
    """Twice in one system is a duplicate; once in each of two systems of a kind is how we are set up."""
    counts = Counter((record.kind, record.origin.ref.connection) for record in account.records)
    for (kind, connection), count in counts.items():
        if count > 1:
            yield Finding(
                code="duplicate_record",
                detail=f"The customer exists {count} times in {connection}.",
                systems=(kind,),
            )
    for kind in Kind:
        if not account.of(kind):
            yield Finding(
                code="missing_record", detail=f"{kind} does not know the customer.", systems=(kind,)
            )
    for other in account.possible_duplicates:
        yield Finding(
            code="possible_duplicate",
            detail=f"Account {other} has the same name and domain.",
            systems=(Kind.CRM,),
        )


def _names(account: LinkedAccount, parts: Parts) -> Iterator[Finding]:
    hierarchy = parts.hierarchy.data
    record = parts.profile.data.record if parts.profile.data else None
    others = tuple(one for one in account.records if not record or one.origin.ref != record.origin.ref)
    yield from _name_differs("The customer", names_of(((record,) if record else ()) + others))
    if hierarchy is None:
        return
    if hierarchy.parent_missing:
        yield Finding(
            code="unknown_parent",
            detail="The CRM names a parent account that does not exist.",
            systems=(Kind.CRM,),
        )
    relatives: tuple[tuple[str, tuple[Relative, ...]], ...] = (
        ("The parent", hierarchy.ancestors),
        ("A child", hierarchy.children),
    )
    for who, relations in relatives:
        for relative in relations:
            yield from _name_differs(who, relative.names)


def _name_differs(who: str, names: Iterable[Name]) -> Iterator[Finding]:
    """One name per kind is compared: a second record in the same system is a duplicate, not a rename."""
    first: dict[Kind, str] = {}
    for name in names:
        first.setdefault(name.kind, name.name)
    if len(set(first.values())) > 1:
        said = ", ".join(f'"{name}" in {kind}' for kind, name in first.items())
        yield Finding(code="names_differ", detail=f"{who} is called {said}.", systems=tuple(first))


def _billing(parts: Parts) -> Iterator[Finding]:
    """After the hand-over the CRM is a reader: what it says must be what the ERP says."""
    profile = parts.profile.data
    if profile is None or profile.account is None:
        return
    for attribute, (code, what) in _HANDED_OVER.items():
        field = FIELDS[attribute]
        believed, held = getattr(profile.account, field), getattr(profile.billing, field)
        owner = profile.billing.origins.get(attribute)
        if owner and owner.ref.kind is Kind.ERP and _contradicts(believed, held):
            yield Finding(
                code=code,
                detail=f"The CRM has another {what} than the ERP, which owns it since the first order.",
                systems=(Kind.CRM, Kind.ERP),
            )


def _contradicts(one: object, other: object) -> bool:
    """Whether both say something, and not the same. Nobody minds how an address is cut into lines."""
    if isinstance(one, Address) and isinstance(other, Address):
        return any(_contradicts(getattr(one, line), getattr(other, line)) for line in _LINES)
    if isinstance(one, str) and isinstance(other, str):
        return "".join(filter(str.isalnum, one.casefold())) != "".join(filter(str.isalnum, other.casefold()))
    return one is not None and other is not None and one != other


def _ledger(parts: Parts) -> Iterator[Finding]:
    """Every finalised invoice of billing must stand in the ERP, once, with the same total."""
    balance = parts.balance.data
    if balance is None or not parts.balance.connections:
        return
    posted = {one.invoice: one for one in balance.receivables}
    for invoice in _items(parts.invoices.data):
        if invoice.status not in _IN_LEDGER or not _covered(invoice, balance):
            continue
        receivable = posted.get(invoice.origin.ref.id)
        if receivable is None:
            yield _disagree("invoice_not_in_ledger", f"Invoice {invoice.number} has not been posted.")
        elif receivable.total != invoice.total:
            cents = abs(receivable.total.minor - invoice.total.minor)
            yield _disagree(
                "ledger_amount_differs",
                f"Invoice {invoice.number} is {cents} minor unit(s) of {invoice.total.currency} off.",
            )


def _covered(invoice: Invoice, balance: Balance) -> bool:
    """Whether the receivables we hold reach back as far as this invoice."""
    if balance.complete:
        return True
    oldest = min((one.posted_on for one in balance.receivables), default=None)
    return oldest is not None and (invoice.finalized_at or invoice.created_at).date() > oldest


def _disagree(code: str, detail: str) -> Finding:
    return Finding(code=code, detail=detail, systems=(Kind.BILLING, Kind.ERP))


def _support_tier(account: LinkedAccount, parts: Parts) -> Iterator[Finding]:
    """Support must give the tier the customer is entitled to now: none without a live subscription."""
    decisions = parts.entitlements.data
    if decisions is None or any(one.fallback for one in decisions):
        return
    entitled = next((one.tier for one in decisions if one.tier), None)
    for record in account.of(Kind.SUPPORT):
        said = record.attributes.get("tier", NO_TIER)
        given = None if said == NO_TIER else said
        if given != entitled:
            yield Finding(
                code="support_tier_differs",
                detail=f"Support gives {given or 'no tier'}; entitled is {entitled or 'none'}.",
                systems=(Kind.SUPPORT, Kind.BILLING),
            )


def _payment(parts: Parts) -> Iterator[Finding]:
    if parts.risk.data and parts.risk.data.reason == "payment_failed":
        yield Finding(
            code="failed_payment",
            detail="A payment failed and its invoice is still open.",
            systems=(Kind.BILLING,),
        )


def _items(listing: Listing[T] | None) -> tuple[T, ...]:
    return listing.items if listing else ()
