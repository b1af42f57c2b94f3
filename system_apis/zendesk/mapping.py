"""How does Zendesk's wording become ours? (pure; `ValueError`: it cannot)"""

from collections.abc import Set
from datetime import UTC, datetime
from typing import Final

from msgspec import UNSET, Struct

from canonical.customer import AccountRecord
from canonical.identity import ExternalRef, Kind, Origin
from canonical.projections import SupportStanding
from canonical.requests import CaseChange, CaseDraft
from canonical.support import Case, CasePriority, CaseStatus, Comment
from system_apis.zendesk import wire

# Organization fields by key, and what they are called among all systems.
ATTRIBUTES: Final = {
    "support_tier": "tier",
    "entitlement_until": "entitlement_until",
    "subscription_status": "subscription_status",
    "parent_account": "parent",  # the parent's account id: a text, not a relation
}
RISK: Final = "payment_risk"
"""The tag of an organization whose money is late."""
LEGAL_ENTITY: Final = "legal_entity"


class Sight(Struct, frozen=True):
    """Where and when records were seen."""

    connection: str
    observed_at: datetime

    def origin(self, object: str, id: int, modified_at: datetime) -> Origin:
        """The provenance of one record."""
        return Origin(
            ref=ExternalRef(kind=Kind.SUPPORT, connection=self.connection, object=object, id=str(id)),
            observed_at=self.observed_at,
            modified_at=modified_at.astimezone(UTC),
        )


def to_account_record(organization: wire.Organization, sight: Sight) -> AccountRecord:
    """An organization as an account record. Zendesk knows no hierarchy, so there is no parent."""
    fields = organization.organization_fields
    said = {key: text for key in (*ATTRIBUTES, LEGAL_ENTITY) if (text := _said(fields.get(key)))}
    return AccountRecord(
        origin=sight.origin("organization", organization.id, organization.updated_at),
        key=organization.external_id,
        name=organization.name,
        domain=next(iter(organization.domain_names), None),
        legal_entity=said.get(LEGAL_ENTITY),
        attributes={ours: said[theirs] for theirs, ours in ATTRIBUTES.items() if theirs in said},
    )


def _said(value: object) -> str:
    """A custom field as text, none for a list. One of type date holds midnight UTC, and means the day."""
    if not isinstance(value, str | int | float):
        return ""
    return str(value).removesuffix("T00:00:00+00:00").removesuffix("T00:00:00Z")


def to_case(ticket: wire.Ticket, sight: Sight) -> Case:
    """A ticket as a case; its id is the number customers are given."""
    return Case(
        number=str(ticket.id),
        organization=None if ticket.organization_id is None else str(ticket.organization_id),
        subject=ticket.subject or "",
        status=CaseStatus(ticket.status),
        priority=None if ticket.priority is None else CasePriority(ticket.priority),
        tags=tuple(ticket.tags),
        opened_at=ticket.created_at.astimezone(UTC),
        updated_at=ticket.updated_at.astimezone(UTC),
        origin=sight.origin("ticket", ticket.id, ticket.updated_at),
    )


def to_case_of(detail: wire.TicketDetail, sight: Sight) -> Case:
    """A ticket as a case, from what an event tells of it."""
    return to_case(
        wire.Ticket(
            id=int(detail.id),
            subject=detail.subject,
            status=detail.status.lower(),
            priority=detail.priority.lower() if detail.priority else None,
            organization_id=int(detail.organization_id) if detail.organization_id else None,
            tags=detail.tags,
            created_at=detail.created_at,
            updated_at=detail.updated_at,
        ),
        sight,
    )


def to_comment(comment: wire.Comment, customers: Set[int]) -> Comment:
    """A message; `customers` are the ids of the authors that are end-users."""
    return Comment(
        body=comment.plain_body or comment.body,
        public=comment.public,
        at=comment.created_at.astimezone(UTC),
        from_customer=comment.author_id in customers,
    )


def standing_fields(standing: SupportStanding) -> dict[str, str | None]:
    """The organization fields that show a standing; only those that are set."""
    fields: dict[str, str | None] = {}
    if standing.tier is not UNSET:
        fields["support_tier"] = standing.tier
    if standing.subscription_status is not UNSET:
        fields["subscription_status"] = standing.subscription_status
    if standing.entitled_until is not UNSET:
        until = standing.entitled_until
        fields["entitlement_until"] = until.date().isoformat() if until else None
    return fields


def risk_of(standing: SupportStanding) -> bool | None:
    """Whether the tag is to be there; None leaves it as it is."""
    return None if standing.risk is UNSET else standing.risk.flagged


def ticket_fields(case: CaseDraft) -> dict[str, object]:
    """A ticket that is to be opened."""
    return {
        "subject": case.subject,
        "comment": {"body": case.body, "public": case.public},
        "organization_id": int(case.organization),
        "priority": case.priority,
        "tags": list(case.tags),
    }


def change_fields(change: CaseChange) -> dict[str, object]:
    """What is to be different in a ticket, without its tags."""
    fields: dict[str, object] = {}
    if change.comment is not None:
        fields["comment"] = {"body": change.comment, "public": change.public}
    if change.solved:
        fields["status"] = "solved"
    if change.priority is not UNSET:
        fields["priority"] = change.priority
    return fields


def end_users(users: list[wire.User]) -> frozenset[int]:
    """Those of the users that are customers; everyone else is one of us."""
    return frozenset(user.id for user in users if user.role == "end-user")
