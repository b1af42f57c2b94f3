"""What are all invoices, payments, subscriptions or cases of an account, page by page?

A page costs one call and the memory of one page, however long the list. Records of a second customer in the
same or another billing system follow after those of the first.
"""

from collections.abc import Awaitable, Callable
from typing import Any, Generic, TypeVar

from msgspec import Struct

from canonical.billing import Invoice, Payment, Subscription
from canonical.caller import AccountScope, Caller
from canonical.identity import Kind, Page, Prefix, derive
from canonical.sales import Order
from canonical.support import Case, Comment
from process_apis import cursors, links
from process_apis.account_360.bounding import bounded_account
from process_apis.errors import AccountNotNamed, NotFound
from process_apis.links import LinkedAccount, Reference
from process_apis.systems import systems
from system_apis.ports import LIMIT

T = TypeVar("T")

LOOKED_THROUGH = 20
"""How many pages are looked through for a record whose id was never shown by this database."""


class Listed(Struct, Generic[T], frozen=True, kw_only=True):
    """One page for a caller and the sealed cursor of the next."""

    items: tuple[T, ...]
    next_cursor: str | None


class Series(Struct, Generic[T], frozen=True, kw_only=True):
    """A list an account has in one kind of system, and how one page of it is asked for."""

    name: str
    kind: Kind
    prefix: Prefix
    ask: Callable[[Any, str, str | None, int], Awaitable[Page[T]]]


SUBSCRIPTIONS: Series[Subscription] = Series(
    name="subscriptions",
    kind=Kind.BILLING,
    prefix=Prefix.SUBSCRIPTION,
    ask=lambda billing, id, cursor, limit: billing.subscriptions(id, cursor, limit),
)
INVOICES: Series[Invoice] = Series(
    name="invoices",
    kind=Kind.BILLING,
    prefix=Prefix.INVOICE,
    ask=lambda billing, id, cursor, limit: billing.invoices(id, cursor, limit),
)
PAYMENTS: Series[Payment] = Series(
    name="payments",
    kind=Kind.BILLING,
    prefix=Prefix.PAYMENT,
    ask=lambda billing, id, cursor, limit: billing.payments(id, cursor, limit),
)
CASES: Series[Case] = Series(
    name="cases",
    kind=Kind.SUPPORT,
    prefix=Prefix.CASE,
    ask=lambda support, id, cursor, limit: support.cases(id, cursor, limit),
)


def own(caller: Caller, account: str | None) -> str:
    """The account asked for: the one named, else the caller's only one. Raises AccountNotNamed otherwise."""
    if account is None and caller.account is None:
        raise AccountNotNamed
    return account or caller.account or ""


async def accounts(scope: AccountScope, cursor: str | None, limit: int) -> Listed[LinkedAccount]:
    """The accounts of a scope: own ones first, then their children."""
    question = f"accounts|{scope.everyone}|{scope.children}|{','.join(sorted(scope.accounts))}"
    after = str(cursors.unseal(question, cursor)) if cursor else None
    found = await links.accounts(scope, after, limit + 1)
    more = len(found) > limit
    return Listed(
        items=tuple(bounded_account(one, scope) for one in found[:limit]),
        next_cursor=cursors.seal(question, found[limit - 1].id) if more else None,
    )


async def page(
    series: Series[T], account: str, scope: AccountScope, cursor: str | None, limit: int
) -> Listed[T]:
    """One page of an account's list, newest first.

    Raises NotFound for an account outside the scope, InvalidCursor, or the PlatformError of the owner.
    """
    linked = await links.account(account, scope)
    question = f"{series.name}|{linked.id}"
    position = cursors.unseal(question, cursor) if cursor else (0, None)
    found, after = await _page(series, linked, position, limit)
    await _remember(series, linked, found)
    return Listed(items=found, next_cursor=cursors.seal(question, after) if after else None)


async def invoice(id: str, scope: AccountScope, account: str | None = None) -> Invoice:
    """One invoice by our id. Raises NotFound when there is none (any more) in the caller's scope."""
    known = await _located(INVOICES, id, scope, account)
    found: Invoice = await systems().billing(known.ref.connection).invoice(known.ref.id)
    await links.whose(id, known, found.customer, scope)
    return found


async def case(id: str, scope: AccountScope, account: str | None = None) -> tuple[Case, tuple[Comment, ...]]:
    """One case with its oldest comments (at most one page of them), by our id."""
    known = await _located(CASES, id, scope, account)
    support = systems().support(known.ref.connection)
    found: Case = await support.case(known.ref.id)
    await links.whose(id, known, found.organization, scope)
    comments: Page[Comment] = await support.comments(known.ref.id, limit=LIMIT)
    return found, comments.items


async def order(id: str, scope: AccountScope) -> tuple[str, Order]:
    """One order by our id, with the account it belongs to now."""
    known = await links.resolve(id, scope)
    found = await systems().erp(known.ref.connection).order(known.ref.id)
    return await links.whose(id, known, found.customer, scope), found


async def _located(series: Series[Any], id: str, scope: AccountScope, account: str | None) -> Reference:
    """The platform's record behind one of our ids, and whose it was when it was shown.

    An id this database never showed (it was lost, say) is looked for among the account's newest records,
    because the same record always has the same id. An account outside the scope is missing, whatever the id.
    """
    whose = await links.account(account, scope) if account else None
    try:
        return await links.resolve(id, scope)
    except NotFound:
        if whose is None or (found := await _looked_for(series, id, whose)) is None:
            raise
        return found


async def _looked_for(series: Series[Any], id: str, account: LinkedAccount) -> Reference | None:
    position: Any = (0, None)
    for _ in range(LOOKED_THROUGH):
        found, position = await _page(series, account, position, LIMIT)
        await _remember(series, account, found)
        for record in found:
            if derive(series.prefix, record.origin.ref) == id:
                return Reference(ref=record.origin.ref, account_id=account.id)
        if position is None:
            break
    return None


async def _page(
    series: Series[T], account: LinkedAccount, position: Any, limit: int
) -> tuple[tuple[T, ...], tuple[int, str | None] | None]:
    """The page at (which customer record, the platform's cursor), and the position after it."""
    which, cursor = position
    records = account.of(series.kind)
    if which >= len(records):
        return (), None
    ref = records[which].origin.ref
    got = await series.ask(systems().by_name(ref.connection).port, ref.id, cursor, limit)
    if got.next:
        return got.items, (which, got.next)
    return got.items, (which + 1, None) if which + 1 < len(records) else None


async def _remember(series: Series[Any], account: LinkedAccount, found: tuple[Any, ...]) -> None:
    await links.remember(account.id, series.prefix, [record.origin.ref for record in found])
