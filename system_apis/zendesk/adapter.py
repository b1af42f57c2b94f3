"""How is what we ask of a support system asked of Zendesk?"""

from typing import Any, Final, NamedTuple

from canonical.customer import AccountRecord
from canonical.identity import Page
from canonical.projections import SupportCustomer, SupportStanding
from canonical.requests import CaseChange, CaseDraft
from canonical.support import Case, Comment
from system_apis.answers import translating
from system_apis.errors import Missing, Unreadable
from system_apis.messages import Arrived, Told
from system_apis.ports import LIMIT
from system_apis.transport import Answer, Transport
from system_apis.writes import Written
from system_apis.zendesk import mapping, webhook, wire
from system_apis.zendesk.changing import Changing
from system_apis.zendesk.checking import Checking
from system_apis.zendesk.mapping import Sight
from system_apis.zendesk.writing import Writing

API: Final = "/api/v2"
MOST: Final = 100
"""Records in a cursor page at most, and ids in one `show_many`."""
FOUND_AT_MOST: Final = 25
_DIGITS: Final = 18


class ToldBy(NamedTuple):
    """What proves a message: the signing secrets (two while one is replaced), and the account if known."""

    secrets: tuple[str, ...]
    account: str | None


class Zendesk:
    """The support port over one Zendesk account."""

    def __init__(
        self, transport: Transport, writing: Writing, changing: Changing, told_by: ToldBy, checking: Checking
    ) -> None:
        self._transport = transport
        self._connection = transport.connection
        self._writing = writing
        self._told_by = told_by
        self.changes = changing.page
        self.health = transport.health
        self.check = checking.findings

    async def account_records(self, cursor: str | None = None) -> Page[AccountRecord]:
        answer = await self._transport.call(
            "GET", f"{API}/organizations", returns=wire.OrganizationPage, params=_page(cursor, MOST)
        )
        return Page(
            items=self._records(answer.value.organizations, answer), next=self._next(answer.value.meta)
        )

    async def account_record(self, id: str) -> AccountRecord:
        answer = await self._transport.call(
            "GET", f"{API}/organizations/{{id}}", returns=wire.OneOrganization, ids={"id": self._number(id)}
        )
        return self._records([answer.value.organization], answer)[0]

    async def account_records_by_key(self, key: str) -> tuple[AccountRecord, ...]:
        return await self._organizations({"external_ids": key})

    async def find(self, text: str) -> tuple[AccountRecord, ...]:
        # By id where there can be one: the search index lags behind, and finds numbers in any text.
        if _is_number(text):
            return await self._numbered(text)
        if not (phrase := _phrase(text)):
            return ()
        if "@" in phrase:
            return await self._of_users(f'type:user email:"{phrase}"')
        return await self._found(f'type:organization "{phrase}"')

    async def cases(self, organization: str, cursor: str | None = None, limit: int = LIMIT) -> Page[Case]:
        # Ids only grow, so the newest come first: cursor pages cannot be sorted by the time of creation.
        params = {**_page(cursor, limit), "sort": "-id"}
        answer = await self._transport.call(
            "GET",
            f"{API}/organizations/{{id}}/tickets",
            returns=wire.TicketPage,
            ids={"id": self._number(organization)},
            params=params,
        )
        with translating(self._connection):
            items = tuple(mapping.to_case(ticket, self._sight(answer)) for ticket in answer.value.tickets)
        return Page(items=items, next=self._next(answer.value.meta))

    async def case(self, id: str) -> Case:
        answer = await self._transport.call(
            "GET", f"{API}/tickets/{{id}}", returns=wire.OneTicket, ids={"id": self._number(id)}
        )
        with translating(self._connection):
            return mapping.to_case(answer.value.ticket, self._sight(answer))

    async def comments(self, case: str, cursor: str | None = None, limit: int = LIMIT) -> Page[Comment]:
        # The authors come beside the comments, so that a customer's words can be told from ours.
        answer = await self._transport.call(
            "GET",
            f"{API}/tickets/{{id}}/comments",
            returns=wire.CommentPage,
            ids={"id": self._number(case)},
            params={**_page(cursor, limit), "include": "users"},
        )
        customers = mapping.end_users(answer.value.users)
        items = tuple(mapping.to_comment(comment, customers) for comment in answer.value.comments)
        return Page(items=items, next=self._next(answer.value.meta))

    async def put_customer(self, customer: SupportCustomer, *, key: str) -> Written:
        return await self._writing.put_customer(customer)

    async def put_standing(self, organization: str, standing: SupportStanding, *, key: str) -> Written:
        return await self._writing.put_standing(self._number(organization), standing)

    async def open_case(self, case: CaseDraft, *, key: str) -> Written:
        self._number(case.organization)
        return await self._writing.open_case(case, key)

    async def case_by_key(self, key: str) -> Case | None:
        # From the database, not from the search index, which lags behind.
        answer = await self._transport.call(
            "GET", f"{API}/tickets", returns=wire.Tickets, params={"external_id": key}
        )
        first = min(answer.value.tickets, key=lambda ticket: ticket.id, default=None)
        with translating(self._connection):
            return mapping.to_case(first, self._sight(answer)) if first else None

    async def change_case(self, case: str, change: CaseChange, *, key: str) -> Written:
        return await self._writing.change_case(self._number(case), change)

    def read(self, arrived: Arrived) -> Told:
        webhook.prove(self._connection, self._told_by.secrets, arrived)
        return webhook.told(self._connection, self._told_by.account, arrived)

    async def aclose(self) -> None:
        await self._writing.aclose()
        await self._transport.aclose()

    async def _numbered(self, id: str) -> tuple[AccountRecord, ...]:
        """The organization of this id, and that of the ticket of this id."""
        tickets = await self._transport.call(
            "GET", f"{API}/tickets/show_many", returns=wire.Tickets, params={"ids": id}
        )
        owners = {str(one.organization_id) for one in tickets.value.tickets if one.organization_id}
        return await self._organizations({"ids": ",".join(sorted({id} | owners))})

    async def _of_users(self, query: str) -> tuple[AccountRecord, ...]:
        users = await self._transport.call(
            "GET", f"{API}/search", returns=wire.Users, params={"query": query, "per_page": FOUND_AT_MOST}
        )
        ids = {str(user.organization_id) for user in users.value.results if user.organization_id}
        return await self._organizations({"ids": ",".join(sorted(ids))}) if ids else ()

    async def _found(self, query: str) -> tuple[AccountRecord, ...]:
        answer = await self._transport.call(
            "GET",
            f"{API}/search",
            returns=wire.FoundOrganizations,
            params={"query": query, "per_page": FOUND_AT_MOST},
        )
        return self._records(answer.value.results, answer)

    async def _organizations(self, named: dict[str, str]) -> tuple[AccountRecord, ...]:
        answer = await self._transport.call(
            "GET", f"{API}/organizations/show_many", returns=wire.Organizations, params=named
        )
        return self._records(answer.value.organizations, answer)

    def _records(
        self, organizations: list[wire.Organization], answer: Answer[Any]
    ) -> tuple[AccountRecord, ...]:
        sight = self._sight(answer)
        return tuple(mapping.to_account_record(organization, sight) for organization in organizations)

    def _sight(self, answer: Answer[Any]) -> Sight:
        return Sight(self._connection, answer.observed_at)

    def _next(self, meta: wire.Meta) -> str | None:
        if meta.has_more and meta.after_cursor is None:
            raise Unreadable(self._connection, "there is more, but no cursor to it")
        return meta.after_cursor if meta.has_more else None

    def _number(self, id: str) -> str:
        if not _is_number(id):
            raise Missing(self._connection, "no such id can be")
        return id


def _page(cursor: str | None, limit: int) -> dict[str, str | int]:
    size: dict[str, str | int] = {"page[size]": min(limit, MOST)}
    return size if cursor is None else {**size, "page[after]": cursor}


def _is_number(text: str) -> bool:
    """Whether it can be an id: they are 64-bit whole numbers."""
    return text.isascii() and text.isdigit() and len(text) <= _DIGITS


def _phrase(text: str) -> str:
    """As it can stand between the quotes of a search: a quote would end it, a star mean anything."""
    return " ".join(text.replace('"', " ").replace("*", " ").split())
