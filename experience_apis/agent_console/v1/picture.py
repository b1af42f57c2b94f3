"""What does an agent see of one customer: the account 360?"""

from collections.abc import Callable
from typing import Annotated, TypeVar

from msgspec import Meta, Struct
from msgspec.structs import replace

from canonical.customer import Address, Segment
from canonical.identity import AccountId, CaseId, Prefix, Timestamp, derive
from canonical.money import Money
from canonical.support import Case, CasePriority, CaseStatus
from experience_apis.agent_console.v1.views import presence
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
from experience_apis.shapes import Count, Line, Part, Trust, Word, shown, trust
from process_apis.account_360 import (
    SHOWN,
    Attribute,
    Balance,
    Finding,
    Hierarchy,
    Name,
    Picture,
    Profile,
    Relative,
    names_of,
)
from process_apis.account_360.model import Part as KnownPart
from process_apis.links import LinkedAccount

T = TypeVar("T")
V = TypeVar("V")


class NameView(Struct, kw_only=True):
    """What one connected system calls the customer."""

    connection: Word
    name: Line


class RelativeView(Struct, kw_only=True):
    """Another account of the hierarchy and what each system calls it."""

    account: AccountId
    name: Line
    names: Annotated[tuple[NameView, ...], Meta(max_length=100)]


class HierarchyView(Struct, kw_only=True):
    """The accounts above (nearest first) and directly below."""

    ancestors: Annotated[tuple[RelativeView, ...], Meta(max_length=100)]
    children: Annotated[tuple[RelativeView, ...], Meta(max_length=SHOWN)]
    parent_missing: bool


class AgentProfileView(Struct, kw_only=True):
    """Who the customer is, and how each system knows them."""

    name: Line
    segment: Segment | None
    owner: Line | None
    website: Line | None
    legal_entity: Word | None
    billing_address: Address | None
    tax_id: Word | None
    payment_terms_days: Count | None
    billing_details: Annotated[
        Trust,
        Meta(description="How far address, tax id and terms can be trusted: they change owners."),
    ]
    names: Annotated[tuple[NameView, ...], Meta(max_length=100)]
    presence: Annotated[
        dict[str, str],
        Meta(max_length=4, description="Per kind of system: none, one or several records of this customer."),
    ]
    possible_duplicates: Annotated[tuple[AccountId, ...], Meta(max_length=100)]


class AgentBalanceView(Struct, kw_only=True):
    """What is owed according to the ERP, one amount per currency."""

    open: Annotated[tuple[Money, ...], Meta(max_length=200)]
    overdue: Annotated[tuple[Money, ...], Meta(max_length=200)]
    complete: Annotated[
        bool, Meta(description="False when the account owes on more receivables than we add up.")
    ]


class AgentCaseView(Struct, kw_only=True):
    """A support case."""

    id: CaseId
    number: Word
    subject: Line
    status: CaseStatus
    priority: CasePriority | None
    tags: Annotated[tuple[Line, ...], Meta(max_length=200)]
    opened_at: Timestamp
    updated_at: Timestamp


class FindingView(Struct, kw_only=True):
    """Something on which the systems do not agree."""

    code: Word
    detail: Line
    systems: Annotated[tuple[Word, ...], Meta(max_length=4)]


class AttributeView(Struct, kw_only=True):
    """Where one attribute comes from: its owner, the source record and the age of what we saw."""

    attribute: Word
    of: Annotated[str, Meta(max_length=64, description="The record within the part, by our id.")] | None
    owner: Word
    connection: Word | None
    record: Annotated[Line, Meta(description="Object and id in the source system.")] | None
    observed_at: Timestamp | None
    modified_at: Timestamp | None
    age_seconds: Count | None


_Some = Meta(max_length=SHOWN)


class AgentPartsView(Struct, kw_only=True):
    """The parts of the picture."""

    profile: Part[AgentProfileView]
    hierarchy: Part[HierarchyView]
    contacts: Part[Annotated[tuple[ContactView, ...], _Some]]
    contracts: Part[Annotated[tuple[ContractView, ...], _Some]]
    subscriptions: Part[Annotated[tuple[SubscriptionView, ...], _Some]]
    invoices: Part[Annotated[tuple[InvoiceView, ...], _Some]]
    balance: Part[AgentBalanceView]
    payments: Part[Annotated[tuple[PaymentView, ...], _Some]]
    entitlements: Part[Annotated[tuple[EntitlementView, ...], Meta(max_length=200)]]
    cases: Part[Annotated[tuple[AgentCaseView, ...], _Some]]
    orders: Part[Annotated[tuple[OrderView, ...], _Some]]
    risk: Part[RiskView]


class PictureView(Struct, kw_only=True, weakref=True):
    """The account 360: every part with its state, and what does not add up between the systems."""

    account: AccountId
    at: Timestamp
    parts: AgentPartsView
    findings: Annotated[tuple[FindingView, ...], Meta(max_length=200)]
    provenance: (
        Annotated[
            dict[str, Annotated[tuple[AttributeView, ...], Meta(max_length=5000)]],
            Meta(max_length=12, description="Per part; only with `provenance=full`."),
        ]
        | None
    ) = None


@Made
def to_picture(picture: Picture) -> PictureView:
    account, parts = picture.account, picture.parts
    return PictureView(
        account=account.id,
        at=picture.at,
        parts=AgentPartsView(
            profile=_part(parts.profile, lambda profile: to_profile(profile, account)),
            hierarchy=_part(parts.hierarchy, to_hierarchy),
            contacts=_part(parts.contacts, lambda found: tuple(map(to_contact, found.items))),
            contracts=_part(parts.contracts, lambda found: tuple(map(to_contract, found.items))),
            subscriptions=_part(parts.subscriptions, lambda found: tuple(map(to_subscription, found.items))),
            invoices=_part(parts.invoices, lambda found: tuple(map(to_invoice, found.items))),
            balance=_part(parts.balance, to_balance),
            payments=_part(parts.payments, lambda found: tuple(map(to_payment, found.items))),
            entitlements=_part(parts.entitlements, lambda found: tuple(map(to_entitlement, found))),
            cases=_part(parts.cases, lambda found: tuple(map(to_case, found.items))),
            orders=_part(parts.orders, lambda found: tuple(map(to_order, found.items))),
            risk=_part(parts.risk, to_risk),
        ),
        findings=tuple(map(to_finding, picture.findings)),
    )


def with_provenance(picture: Picture, told: dict[str, tuple[Attribute, ...]]) -> PictureView:
    """The same, saying of each attribute whose it is."""
    said = {part: tuple(map(to_attribute, found)) for part, found in told.items()}
    return replace(to_picture(picture), provenance=said or None)


def _part(part: KnownPart[T], view: Callable[[T], V]) -> Part[V]:
    """Our own people are told which connection kept us from a part."""
    return shown(part, view, who=", ".join(part.silent or part.connections) or None)


def to_profile(profile: Profile, account: LinkedAccount) -> AgentProfileView:
    owned = profile.account
    others = tuple(one for one in account.records if one.origin.ref != profile.record.origin.ref)
    return AgentProfileView(
        name=profile.record.name,
        segment=owned.segment if owned else None,
        owner=owned.owner if owned else None,
        website=owned.website if owned else None,
        legal_entity=profile.record.legal_entity,
        billing_address=profile.billing.billing_address,
        tax_id=profile.billing.tax_id,
        payment_terms_days=profile.billing.payment_terms_days,
        billing_details=trust(profile.billing, ", ".join(profile.billing.connections) or None),
        names=tuple(map(to_name, names_of((profile.record, *others)))),
        presence=presence(account),
        possible_duplicates=account.possible_duplicates,
    )


def to_name(name: Name) -> NameView:
    return NameView(connection=name.connection, name=name.name)


def to_hierarchy(hierarchy: Hierarchy) -> HierarchyView:
    return HierarchyView(
        ancestors=tuple(map(to_relative, hierarchy.ancestors)),
        children=tuple(map(to_relative, hierarchy.children)),
        parent_missing=hierarchy.parent_missing,
    )


def to_relative(relative: Relative) -> RelativeView:
    return RelativeView(account=relative.id, name=relative.name, names=tuple(map(to_name, relative.names)))


def to_balance(balance: Balance) -> AgentBalanceView:
    return AgentBalanceView(open=balance.open, overdue=balance.overdue, complete=balance.complete)


def to_case(case: Case) -> AgentCaseView:
    return AgentCaseView(
        id=derive(Prefix.CASE, case.origin.ref),
        number=case.number,
        subject=case.subject,
        status=case.status,
        priority=case.priority,
        tags=case.tags,
        opened_at=case.opened_at,
        updated_at=case.updated_at,
    )


def to_finding(finding: Finding) -> FindingView:
    return FindingView(code=finding.code, detail=finding.detail, systems=finding.systems)


def to_attribute(told: Attribute) -> AttributeView:
    return AttributeView(
        attribute=told.attribute,
        of=told.of,
        owner=told.owner,
        connection=told.record.connection if told.record else None,
        record=f"{told.record.object}/{told.record.id}" if told.record else None,
        observed_at=told.observed_at,
        modified_at=told.modified_at,
        age_seconds=told.age_seconds,
    )
