"""What does a customer see of their own account?"""

from typing import Annotated

from msgspec import Meta, Struct

from canonical.customer import Address
from canonical.identity import AccountId, CaseId, Prefix, Timestamp, derive
from canonical.money import Money
from canonical.support import Case, CasePriority, CaseStatus, Comment
from experience_apis.made import Made
from experience_apis.records import (
    ContactView,
    ContractView,
    EntitlementView,
    InvoiceView,
    OrderView,
    PaymentView,
    RiskView,
    SubscriptionView,
    to_contact,
    to_contract,
    to_entitlement,
    to_invoice,
    to_order,
    to_payment,
    to_risk,
    to_subscription,
)
from experience_apis.shapes import Count, Line, Part, Prose, Trust, Word, shown, trust
from process_apis.account_360.model import SHOWN, Balance, Hierarchy, Picture, Profile, Relative
from process_apis.links import LinkedAccount


class AccountBrief(Struct, kw_only=True):
    """An account by id and name."""

    account: AccountId
    name: Line
    parent: AccountId | None


class ProfileView(Struct, kw_only=True):
    """Who the customer is."""

    name: Line
    website: Line | None
    legal_entity: Annotated[Word, Meta(description="Which of our companies they deal with.")] | None
    billing_address: Address | None
    tax_id: Word | None
    payment_terms_days: Count | None
    billing_details: Annotated[
        Trust,
        Meta(description="How far address, tax id and terms can be trusted: they change owners."),
    ]


class HierarchyView(Struct, kw_only=True):
    """The accounts above (nearest first) and directly below."""

    ancestors: Annotated[tuple[AccountBrief, ...], Meta(max_length=100)]
    children: Annotated[tuple[AccountBrief, ...], Meta(max_length=SHOWN)]


class BalanceView(Struct, kw_only=True):
    """What is owed, one amount per currency."""

    open: Annotated[tuple[Money, ...], Meta(max_length=200)]
    overdue: Annotated[tuple[Money, ...], Meta(max_length=200)]


class CaseView(Struct, kw_only=True):
    """A support case."""

    id: CaseId
    number: Word
    subject: Line
    status: CaseStatus
    priority: CasePriority | None
    opened_at: Timestamp
    updated_at: Timestamp


class CommentView(Struct, kw_only=True):
    """One public message in a case."""

    body: Prose
    from_customer: bool
    at: Timestamp


class CaseWithComments(CaseView, kw_only=True):
    """A support case and its public messages, oldest first."""

    comments: Annotated[tuple[CommentView, ...], Meta(max_length=100)]


_Some = Meta(max_length=SHOWN)


class PartsView(Struct, kw_only=True):
    """The parts of the picture."""

    profile: Part[ProfileView]
    hierarchy: Part[HierarchyView]
    contacts: Part[Annotated[tuple[ContactView, ...], _Some]]
    contracts: Part[Annotated[tuple[ContractView, ...], _Some]]
    subscriptions: Part[Annotated[tuple[SubscriptionView, ...], _Some]]
    invoices: Part[Annotated[tuple[InvoiceView, ...], _Some]]
    balance: Part[BalanceView]
    payments: Part[Annotated[tuple[PaymentView, ...], _Some]]
    entitlements: Part[Annotated[tuple[EntitlementView, ...], Meta(max_length=200)]]
    cases: Part[Annotated[tuple[CaseView, ...], _Some]]
    orders: Part[Annotated[tuple[OrderView, ...], _Some]]
    risk: Part[RiskView]


class AccountView(Struct, kw_only=True, weakref=True):
    """The customer's own account, part by part; a part that cannot be had says so and breaks nothing."""

    account: AccountId
    parts: PartsView


@Made
def to_account(picture: Picture) -> AccountView:
    parts = picture.parts
    return AccountView(
        account=picture.account.id,
        parts=PartsView(
            profile=shown(parts.profile, to_profile),
            hierarchy=shown(parts.hierarchy, to_hierarchy),
            contacts=shown(parts.contacts, lambda found: tuple(map(to_contact, found.items))),
            contracts=shown(parts.contracts, lambda found: tuple(map(to_contract, found.items))),
            subscriptions=shown(parts.subscriptions, lambda found: tuple(map(to_subscription, found.items))),
            invoices=shown(parts.invoices, lambda found: tuple(map(to_invoice, found.items))),
            balance=shown(parts.balance, to_balance),
            payments=shown(parts.payments, lambda found: tuple(map(to_payment, found.items))),
            entitlements=shown(parts.entitlements, lambda found: tuple(map(to_entitlement, found))),
            cases=shown(parts.cases, lambda found: tuple(map(to_case, found.items))),
            orders=shown(parts.orders, lambda found: tuple(map(to_order, found.items))),
            risk=shown(parts.risk, to_risk),
        ),
    )


def to_brief(account: LinkedAccount) -> AccountBrief:
    return AccountBrief(account=account.id, name=account.name, parent=account.parent)


def to_profile(profile: Profile) -> ProfileView:
    owned = profile.account
    return ProfileView(
        name=profile.record.name,
        website=owned.website if owned else None,
        legal_entity=profile.record.legal_entity,
        billing_address=profile.billing.billing_address,
        tax_id=profile.billing.tax_id,
        payment_terms_days=profile.billing.payment_terms_days,
        billing_details=trust(profile.billing),
    )


def to_hierarchy(hierarchy: Hierarchy) -> HierarchyView:
    """The picture names no account outside the scope; a parent's own parent is not repeated."""

    def brief(relative: Relative) -> AccountBrief:
        return AccountBrief(account=relative.id, name=relative.name, parent=None)

    return HierarchyView(
        ancestors=tuple(map(brief, hierarchy.ancestors)), children=tuple(map(brief, hierarchy.children))
    )


def to_balance(balance: Balance) -> BalanceView:
    return BalanceView(open=balance.open, overdue=balance.overdue)


def to_case(case: Case) -> CaseView:
    return CaseView(
        id=derive(Prefix.CASE, case.origin.ref),
        number=case.number,
        subject=case.subject,
        status=case.status,
        priority=case.priority,
        opened_at=case.opened_at,
        updated_at=case.updated_at,
    )


def to_case_with_comments(case: Case, comments: tuple[Comment, ...]) -> CaseWithComments:
    """Only what was said in public: internal notes never leave the house."""
    seen = to_case(case)
    return CaseWithComments(
        id=seen.id,
        number=seen.number,
        subject=seen.subject,
        status=seen.status,
        priority=seen.priority,
        opened_at=seen.opened_at,
        updated_at=seen.updated_at,
        comments=tuple(
            CommentView(body=one.body, from_customer=one.from_customer, at=one.at)
            for one in comments
            if one.public
        ),
    )
