"""How is each part of the picture asked of its owner?"""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from datetime import date
from itertools import chain
from typing import Any, TypeVar

from canonical.billing import Invoice, Payment, Subscription
from canonical.caller import EVERYONE
from canonical.customer import AccountRecord, BillingDetails, Contact
from canonical.finance import Receivable
from canonical.identity import Kind, Page, Prefix, derive
from canonical.money import totals
from canonical.sales import Contract, Order
from canonical.support import Case
from process_apis import clock, links
from process_apis.account_360 import merging
from process_apis.account_360.merging import Merge
from process_apis.account_360.model import SHOWN, Balance, Hierarchy, Listing, Name, Profile, Relative
from process_apis.errors import NotFound
from process_apis.links import LinkedAccount
from process_apis.systems import systems
from system_apis.errors import Missing
from system_apis.ports import LIMIT, Crm

T = TypeVar("T")

OPEN_PAGES = 5
"""How many pages of open receivables are added up before a balance is called incomplete."""


@asynccontextmanager
async def side_by_side() -> AsyncIterator[asyncio.TaskGroup]:
    """Questions asked together; the first failure ends the others and is raised as it is."""
    try:
        async with asyncio.TaskGroup() as group:
            yield group
    except BaseExceptionGroup as failed:
        raise failed.exceptions[0] from None


def _port(record: AccountRecord) -> Any:
    return systems().by_name(record.origin.ref.connection).port


async def _newest(
    account: LinkedAccount,
    kind: Kind,
    ask: Callable[[Any, str], Coroutine[Any, Any, Page[T]]],
    merge: Merge[Listing[T]],
) -> Listing[T]:
    """The newest records over every record of the customer in systems of this kind."""
    async with side_by_side() as group:
        asked = [group.create_task(ask(_port(record), record.origin.ref.id)) for record in account.of(kind)]
    pages = [task.result() for task in asked]
    return merge([Listing(items=page.items, has_more=page.next is not None) for page in pages])


async def profile(account: LinkedAccount) -> Profile:
    """The owner's record of the customer; of a customer the CRM does not know, the best record there is."""
    known = next(iter(account.of(Kind.CRM)), account.records[0])
    id = known.origin.ref.id
    if known.kind is not Kind.CRM:
        return Profile(record=await _port(known).account_record(id), account=None)
    owned = await _port(known).account(id)
    return Profile(record=owned.record, account=owned)


async def hierarchy(account: LinkedAccount) -> Hierarchy:
    """Parents up to the top and direct children in the CRM now, with every system's name for each."""
    record = next(iter(account.of(Kind.CRM)), None)
    if record is None:
        return Hierarchy(ancestors=(), children=(), has_more=False, parent_missing=False)
    crm, id = _port(record), record.origin.ref.id
    async with side_by_side() as group:
        above = group.create_task(_ancestors(crm, id))
        below = group.create_task(crm.children(id))
    ancestors, missing = above.result()
    children: Page[AccountRecord] = below.result()
    return Hierarchy(
        ancestors=ancestors,
        children=tuple([await _relative(child) for child in children.items[:SHOWN]]),
        has_more=children.next is not None or len(children.items) > SHOWN,
        parent_missing=missing,
    )


async def _ancestors(crm: Crm, id: str) -> tuple[tuple[Relative, ...], bool]:
    """Parents, nearest first, and whether one is named that the CRM itself does not have."""
    above: list[Relative] = []
    seen = {id}
    record = await crm.account_record(id)
    while record.parent and record.parent not in seen:
        seen.add(record.parent)
        try:
            record = await crm.account_record(record.parent)
        except Missing:
            return tuple(above), True
        above.append(await _relative(record))
    return tuple(above), False


async def _relative(record: AccountRecord) -> Relative:
    """Another account, under the name the CRM has just given and the names we remember of the others."""
    id = derive(Prefix.ACCOUNT, record.origin.ref)
    try:
        others = [
            one for one in (await links.account(id, EVERYONE)).records if one.origin.ref != record.origin.ref
        ]
    except NotFound:  # younger than our last look at all accounts
        others = []
    return Relative(id=id, name=record.name, names=names_of((record, *others)))


def names_of(records: tuple[AccountRecord, ...]) -> tuple[Name, ...]:
    """What each system calls a customer."""
    return tuple(
        Name(kind=record.kind, connection=record.origin.ref.connection, name=record.name)
        for record in records
    )


async def contacts(account: LinkedAccount) -> Listing[Contact]:
    return await _newest(account, Kind.CRM, lambda crm, id: crm.contacts(id, limit=SHOWN), merging.CONTACTS)


async def contracts(account: LinkedAccount) -> Listing[Contract]:
    return await _newest(account, Kind.CRM, lambda crm, id: crm.contracts(id, limit=SHOWN), merging.CONTRACTS)


async def subscriptions(account: LinkedAccount) -> Listing[Subscription]:
    return await _newest(
        account,
        Kind.BILLING,
        lambda billing, id: billing.subscriptions(id, limit=SHOWN),
        merging.SUBSCRIPTIONS,
    )


async def invoices(account: LinkedAccount) -> Listing[Invoice]:
    return await _newest(
        account,
        Kind.BILLING,
        lambda billing, id: billing.invoices(id, limit=SHOWN),
        merging.INVOICES,
    )


async def payments(account: LinkedAccount) -> Listing[Payment]:
    return await _newest(
        account, Kind.BILLING, lambda billing, id: billing.payments(id, limit=SHOWN), merging.PAYMENTS
    )


async def cases(account: LinkedAccount) -> Listing[Case]:
    return await _newest(
        account, Kind.SUPPORT, lambda support, id: support.cases(id, limit=SHOWN), merging.CASES
    )


async def orders(account: LinkedAccount) -> Listing[Order]:
    return await _newest(account, Kind.ERP, lambda erp, id: erp.orders(id, limit=SHOWN), merging.ORDERS)


async def billing_details(account: LinkedAccount) -> BillingDetails | None:
    """What the ERP says of billing; of a customer it has twice, the record that was ordered on first."""
    async with side_by_side() as group:
        asked = [
            group.create_task(_port(one).billing_details(one.origin.ref.id)) for one in account.of(Kind.ERP)
        ]
    said = (task.result() for task in asked)
    return min(said, key=lambda one: one.first_ordered_on or date.max, default=None)


async def balance(account: LinkedAccount) -> Balance:
    """Everything still owed, added up per currency, and the newest receivables to hold against billing."""
    customers = account.of(Kind.ERP)
    async with side_by_side() as group:
        open_asked = [
            group.create_task(_open_receivables(_port(one), one.origin.ref.id)) for one in customers
        ]
        newest_asked = [
            group.create_task(_port(one).receivables(one.origin.ref.id, limit=LIMIT)) for one in customers
        ]
    owed = list(chain.from_iterable(task.result()[0] for task in open_asked))
    newest = [task.result() for task in newest_asked]
    today = clock.now().date()
    return Balance(
        open=totals(one.open_amount for one in owed),
        overdue=totals(one.open_amount for one in owed if one.due_on and one.due_on < today),
        receivables=tuple(chain.from_iterable(page.items for page in newest)),
        complete=all(task.result()[1] for task in open_asked) and not any(page.next for page in newest),
    )


async def _open_receivables(erp: Any, id: str) -> tuple[list[Receivable], bool]:
    """Open receivables of one ERP customer and whether these are all."""
    owed: list[Receivable] = []
    cursor: str | None = None
    for _ in range(OPEN_PAGES):
        page = await erp.open_receivables(id, cursor)
        owed += page.items
        if (cursor := page.next) is None:
            return owed, True
    return owed, False
