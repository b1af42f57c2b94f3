"""What did a customer see of their own account in the first version? (flat; null: not known now)"""

from collections.abc import Callable
from typing import Annotated, Any, TypeVar

from msgspec import Meta, Struct

from canonical.customer import Address
from canonical.identity import AccountId, CaseId, Prefix, Timestamp, derive
from canonical.money import Money
from canonical.support import Case, CasePriority, CaseStatus, Comment
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
from experience_apis.shapes import Count, Line, Prose, Word
from process_apis.account_360.model import SHOWN, Listing, Part, Picture, Relative
from process_apis.links import LinkedAccount

T = TypeVar("T")
V = TypeVar("V")


class AccountBrief(Struct, kw_only=True):
    """An account by id and name."""

    account: AccountId
    name: Line
    parent: AccountId | None


class Relation(Struct, kw_only=True):
    """An account of the same group."""

    account: AccountId
    name: Line


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
_Amounts = Annotated[tuple[Money, ...], Meta(max_length=200, description="One amount per currency.")]


class AccountView(Struct, kw_only=True):
    """The customer's own account; null stands for what is not known at the moment."""

    account: AccountId
    name: Line
    website: Line | None
    legal_entity: Annotated[Word, Meta(description="Which of our companies they deal with.")] | None
    billing_address: Address | None
    tax_id: Word | None
    payment_terms_days: Count | None
    ancestors: Annotated[tuple[Relation, ...], Meta(max_length=100, description="Nearest first.")] | None
    children: Annotated[tuple[Relation, ...], _Some] | None
    contacts: Annotated[tuple[ContactView, ...], _Some] | None
    contracts: Annotated[tuple[ContractView, ...], _Some] | None
    subscriptions: Annotated[tuple[SubscriptionView, ...], _Some] | None
    invoices: Annotated[tuple[InvoiceView, ...], _Some] | None
    balance_open: _Amounts | None
    balance_overdue: _Amounts | None
    payments: Annotated[tuple[PaymentView, ...], _Some] | None
    entitlements: Annotated[tuple[EntitlementView, ...], Meta(max_length=200)] | None
    cases: Annotated[tuple[CaseView, ...], _Some] | None
    orders: Annotated[tuple[OrderView, ...], _Some] | None
    risk: RiskView | None


def to_account(picture: Picture) -> AccountView:
    parts = picture.parts
    profile, hierarchy, balance = parts.profile.data, parts.hierarchy.data, parts.balance.data
    owned = profile.account if profile else None
    billing = profile.billing if profile else None
    return AccountView(
        account=picture.account.id,
        name=profile.record.name if profile else picture.account.name,
        website=owned.website if owned else None,
        legal_entity=profile.record.legal_entity if profile else picture.account.legal_entity,
        billing_address=billing.billing_address if billing else None,
        tax_id=billing.tax_id if billing else None,
        payment_terms_days=billing.payment_terms_days if billing else None,
        ancestors=tuple(map(to_relation, hierarchy.ancestors)) if hierarchy else None,
        children=tuple(map(to_relation, hierarchy.children)) if hierarchy else None,
        contacts=_listed(parts.contacts, to_contact),
        contracts=_listed(parts.contracts, to_contract),
        subscriptions=_listed(parts.subscriptions, to_subscription),
        invoices=_listed(parts.invoices, to_invoice),
        balance_open=balance.open if balance else None,
        balance_overdue=balance.overdue if balance else None,
        payments=_listed(parts.payments, to_payment),
        entitlements=_known(parts.entitlements, lambda found: tuple(map(to_entitlement, found))),
        cases=_listed(parts.cases, to_case),
        orders=_listed(parts.orders, to_order),
        risk=_known(parts.risk, to_risk),
    )


def _known(part: Part[T], view: Callable[[T], V]) -> V | None:
    return None if part.data is None else view(part.data)


def _listed(part: Part[Listing[Any]], view: Callable[[Any], V]) -> tuple[V, ...] | None:
    return _known(part, lambda found: tuple(map(view, found.items)))


def to_brief(account: LinkedAccount) -> AccountBrief:
    return AccountBrief(account=account.id, name=account.name, parent=account.parent)


def to_relation(relative: Relative) -> Relation:
    return Relation(account=relative.id, name=relative.name)


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
