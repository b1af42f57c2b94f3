"""What does Zendesk's JSON look like, as far as we read it? (developer.zendesk.com, Ticketing API)"""

from datetime import datetime

from msgspec import Struct


class Meta(Struct, frozen=True):
    """The end of a cursor page. `links.next` is set on the last page too: only `has_more` tells."""

    has_more: bool
    after_cursor: str | None = None


class Organization(Struct, frozen=True, kw_only=True):
    """A customer. `organization_fields` are the fields an administrator added, by their keys.

    What they hold depends on their type: one of type multiselect a list ("Organization Fields").
    """

    id: int
    name: str
    external_id: str | None = None
    domain_names: list[str] = []
    organization_fields: dict[str, object] = {}
    updated_at: datetime


class OrganizationPage(Struct, frozen=True):
    """One page of the list of organizations."""

    organizations: list[Organization]
    meta: Meta


class Organizations(Struct, frozen=True):
    """The organizations that were named or found."""

    organizations: list[Organization]


class OneOrganization(Struct, frozen=True):
    """The answer to asking for one."""

    organization: Organization


class Ticket(Struct, frozen=True, kw_only=True):
    """A case. `priority` is null until somebody sets it; `subject` too, when it came by chat or voice."""

    id: int
    subject: str | None = None
    status: str
    priority: str | None = None
    organization_id: int | None = None
    tags: list[str] = []
    created_at: datetime
    updated_at: datetime


class TicketDetail(Struct, frozen=True, kw_only=True):
    """A ticket as an event tells of it: ids are texts, status and priority in capitals."""

    id: str
    subject: str | None = None
    status: str
    priority: str | None = None
    organization_id: str | None = None
    tags: list[str] = []
    created_at: datetime
    updated_at: datetime


class Told(Struct, frozen=True, kw_only=True):
    """A message of an event subscription; `subject` is such as `zen:ticket:35436`."""

    id: str
    type: str
    time: datetime
    subject: str
    account_id: int | str
    detail: dict[str, object]


class ChangedTickets(Struct, frozen=True, kw_only=True):
    """One page of the incremental export: what changed, the last minute left out."""

    tickets: list[Ticket]
    after_cursor: str | None
    end_of_stream: bool


class TicketPage(Struct, frozen=True):
    """One page of a list of tickets."""

    tickets: list[Ticket]
    meta: Meta


class Tickets(Struct, frozen=True):
    """The tickets that were named."""

    tickets: list[Ticket]


class OneTicket(Struct, frozen=True):
    """The answer to asking for one."""

    ticket: Ticket


class Comment(Struct, frozen=True, kw_only=True):
    """A message in a ticket. `plain_body` is the text as written, `body` may hold markup of the editor."""

    author_id: int
    body: str
    public: bool
    created_at: datetime
    plain_body: str | None = None


class User(Struct, frozen=True, kw_only=True):
    """A person. `role` is `end-user` for customers, `agent` or `admin` for our own people."""

    id: int
    role: str
    organization_id: int | None = None


class CommentPage(Struct, frozen=True):
    """One page of a ticket's comments with their authors beside them (`include=users`)."""

    comments: list[Comment]
    meta: Meta
    users: list[User] = []


class Users(Struct, frozen=True):
    """The users that a search found."""

    results: list[User]


class FoundOrganizations(Struct, frozen=True):
    """The organizations that a search found."""

    results: list[Organization]


class Complaint(Struct):
    """The body of a refusal, as far as we read it."""

    error: str = ""
