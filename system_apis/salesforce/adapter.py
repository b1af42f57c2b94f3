"""How is a CRM asked when it is Salesforce?"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Final, NamedTuple

from canonical.customer import Account, AccountRecord, Contact
from canonical.identity import Page
from canonical.projections import CrmStanding
from canonical.requests import FollowUp
from canonical.sales import Contract, Opportunity
from system_apis.answers import translating
from system_apis.errors import Missing
from system_apis.messages import Arrived, Changes, Told
from system_apis.ports import LIMIT
from system_apis.salesforce import mapping, soql, webhook
from system_apis.salesforce.changing import Changing
from system_apis.salesforce.checking import Checking
from system_apis.salesforce.finding import ACCOUNTS, Search, searches
from system_apis.salesforce.reading import Reading
from system_apis.salesforce.soql import Listing
from system_apis.salesforce.wire import (
    AccountRow,
    ContactRow,
    ContractRow,
    LineRow,
    OfAccount,
    OpportunityRow,
    Rows,
)
from system_apis.salesforce.writing import Writing
from system_apis.together import together
from system_apis.transport import Transport
from system_apis.writes import Written

MOST_FOUND: Final = 25
WON: Final = "Opportunity.IsWon = true"

CONTACTS: Final = Listing("Contact", soql.columns(ContactRow), "Name", "name", soql.text)
CONTRACTS: Final = Listing(
    "Contract", soql.columns(ContractRow), "CreatedDate", "created_date", soql.moment, descending=True
)
OPPORTUNITIES: Final = Listing(
    "Opportunity", soql.columns(OpportunityRow), "CloseDate", "close_date", soql.day, descending=True
)


class ToldBy(NamedTuple):
    """What proves a message: the secrets its address may hold (two while one is replaced), and the org."""

    secrets: tuple[str, ...]
    organization: str


class SalesforceCrm:
    """The Crm port over one org: what each method promises stands there."""

    def __init__(
        self,
        transport: Transport,
        reading: Reading,
        writing: Writing,
        changing: Changing,
        told_by: ToldBy,
        checking: Checking,
    ) -> None:
        self._connection = transport.connection
        self._transport = transport
        self._reading = reading
        self._writing = writing
        self._changing = changing
        self._told_by = told_by
        self.health = transport.health
        self.check = checking.findings

    async def aclose(self) -> None:
        await self._writing.aclose()
        await self._transport.aclose()

    async def account_records(self, cursor: str | None = None) -> Page[AccountRecord]:
        return await self._records(cursor)

    async def account_record(self, id: str) -> AccountRecord:
        return (await self.account(id)).record

    async def account_records_by_key(self, key: str) -> tuple[AccountRecord, ...]:
        return (await self._records(None, f"Global_Customer_Id__c = {soql.text(key)}")).items

    async def find(self, text: str) -> tuple[AccountRecord, ...]:
        answers = await together(*(self._found(search) for search in searches(text, MOST_FOUND)))
        found = {record.origin.ref.id: record for records in answers for record in records}
        return tuple(found.values())[:MOST_FOUND]

    async def account(self, id: str) -> Account:
        question = soql.select(ACCOUNTS, "Account", f"Id = {soql.text(id)}")
        rows, read = await self._reading.rows(Rows[AccountRow], question)
        if not rows:
            raise Missing(self._connection, "no such account")
        with translating(self._connection):
            return mapping.to_account(rows[0], read.seen)

    async def children(self, id: str, cursor: str | None = None) -> Page[AccountRecord]:
        return await self._records(cursor, f"ParentId = {soql.text(id)}")

    async def contacts(self, account: str, cursor: str | None = None, limit: int = LIMIT) -> Page[Contact]:
        rows, read = await self._reading.page(
            Rows[ContactRow], CONTACTS, _of(account), cursor=cursor, limit=limit
        )
        return Page(items=tuple(mapping.to_contact(row, read.seen) for row in rows), next=read.next)

    async def contracts(
        self, account: str | None = None, cursor: str | None = None, limit: int = LIMIT
    ) -> Page[Contract]:
        own = () if account is None else (_of(account),)
        rows, read = await self._reading.page(Rows[ContractRow], CONTRACTS, *own, cursor=cursor, limit=limit)
        lines = await self._lines("Opportunity.ContractId", (row.id for row in rows), WON)
        by = _grouped((line.opportunity.contract_id, line) for line in lines)
        with translating(self._connection):
            items = tuple(mapping.to_contract(row, by[row.id], read.seen) for row in rows)
        return Page(items=items, next=read.next)

    async def opportunities(
        self, account: str, cursor: str | None = None, limit: int = LIMIT
    ) -> Page[Opportunity]:
        rows, read = await self._reading.page(
            Rows[OpportunityRow], OPPORTUNITIES, _of(account), cursor=cursor, limit=limit
        )
        lines = await self._lines("OpportunityId", (row.id for row in rows))
        by = _grouped((line.opportunity_id, line) for line in lines)
        with translating(self._connection):
            items = tuple(mapping.to_opportunity(row, by[row.id], read.seen) for row in rows)
        return Page(items=items, next=read.next)

    async def opportunity(self, id: str) -> Opportunity:
        question = soql.select(OPPORTUNITIES.columns, "Opportunity", f"Id = {soql.text(id)}")
        rows, read = await self._reading.rows(Rows[OpportunityRow], question)
        if not rows:
            raise Missing(self._connection, "no such opportunity")
        lines = await self._lines("OpportunityId", [rows[0].id])
        with translating(self._connection):
            return mapping.to_opportunity(rows[0], lines, read.seen)

    async def put_standing(self, account: str, standing: CrmStanding, *, key: str) -> Written:
        return await self._writing.put_standing(account, standing)

    async def put_follow_up(self, task: FollowUp, *, key: str) -> Written:
        return await self._writing.put_follow_up(task, key)

    async def end_follow_up(self, key: str) -> Written | None:
        return await self._writing.end_follow_up(key)

    async def changes(self, cursor: str | None, since: datetime) -> Changes:
        return await self._changing.page(cursor, since)

    def read(self, arrived: Arrived) -> Told:
        webhook.prove(self._connection, self._told_by.secrets, arrived)
        return webhook.told(self._connection, self._told_by.organization, arrived)

    async def _records(self, cursor: str | None, *conditions: str) -> Page[AccountRecord]:
        question = soql.select(ACCOUNTS, "Account", *conditions, order="ORDER BY Id")
        if cursor is None:
            rows, read = await self._reading.rows(Rows[AccountRow], question)
        else:
            rows, read = await self._reading.following(Rows[AccountRow], cursor)
        return Page(items=tuple(mapping.to_record(row, read.seen) for row in rows), next=read.next)

    async def _found(self, search: Search) -> tuple[AccountRecord, ...]:
        if search.of_account:
            owned, read = await self._reading.rows(Rows[OfAccount], search.question)
            rows = [row.account for row in owned if row.account]
            return tuple(mapping.to_record(row, read.seen) for row in rows)
        found, read = await self._reading.rows(Rows[AccountRow], search.question)
        return tuple(mapping.to_record(row, read.seen) for row in found)

    async def _lines(self, field: str, ids: Iterable[str], *conditions: str) -> tuple[LineRow, ...]:
        wanted = tuple(ids)
        if not wanted:
            return ()
        return await self._reading.lines(f"{field} IN {soql.texts(wanted)}", *conditions)


def _of(account: str) -> str:
    return f"AccountId = {soql.text(account)}"


def _grouped(pairs: Iterable[tuple[str | None, LineRow]]) -> defaultdict[str | None, list[LineRow]]:
    by: defaultdict[str | None, list[LineRow]] = defaultdict(list)
    for id, line in pairs:
        by[id].append(line)
    return by
