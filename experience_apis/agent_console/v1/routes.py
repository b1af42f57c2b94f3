"""What may one of our agents ask?"""

from typing import Annotated, Literal

from litestar import Router, get
from litestar.params import PathParameter, QueryParameter

from canonical.identity import AccountId, OrderId
from experience_apis.agent_console.v1 import picture, views
from experience_apis.shapes import Asking, Cursor, Limit, Page, page
from process_apis import account_360, entitlement

Query = Annotated[
    str,
    QueryParameter(
        name="query",
        min_length=2,
        max_length=100,
        description="A name, domain, email, invoice, order, contract or case number, or any system's id.",
    ),
]
Feature = Annotated[
    str, PathParameter(min_length=1, max_length=64, description="A feature or a service tier.")
]
Provenance = Annotated[
    Literal["none", "full"],
    QueryParameter(
        name="provenance", description="`full` adds owner, source record and age of each attribute."
    ),
]


@get("/accounts", operation_id="FindAccounts", summary="Find accounts")
async def find_accounts(caller: Asking, words: Query) -> views.AccountsFound:
    """Find accounts in all systems at once; a system that is down is named and costs nothing else.

    Only accounts that the caller may know of are found.
    """
    return views.to_found(await account_360.search(words, caller.scope))


@get("/accounts/{account_id:str}", operation_id="ShowAccount360", summary="Show the account 360")
async def show_account(
    caller: Asking, account_id: AccountId, provenance: Provenance = "none"
) -> picture.PictureView:
    """Show everything the four systems know of one account, part by part."""
    found = await account_360.picture(account_id, caller.scope)
    if provenance == "full":
        return picture.with_provenance(found, account_360.provenance(found))
    return picture.to_picture(found)


@get("/accounts/{account_id:str}/timeline", operation_id="ShowTimeline", summary="Show the timeline")
async def show_timeline(
    caller: Asking, account_id: AccountId, cursor: Cursor = None, limit: Limit = 50
) -> Page[views.MomentView]:
    """Show what happened to an account, newest first."""
    found = await account_360.timeline(account_id, caller.scope, cursor, limit)
    return page(found.items, found.next_cursor, views.to_moment)


@get(
    "/accounts/{account_id:str}/entitlements/{feature:str}",
    operation_id="CheckEntitlement",
    summary="Check an entitlement",
)
async def check_entitlement(caller: Asking, account_id: AccountId, feature: Feature) -> views.DecisionView:
    """Say whether an account may use a feature or service tier now, and why."""
    return views.to_decision(await entitlement.check(account_id, feature, caller.scope))


@get("/orders/{order_id:str}", operation_id="ShowOrder", summary="Show an order")
async def show_order(caller: Asking, order_id: OrderId) -> views.AccountOrderView:
    """Show one order with its lines and how far it is."""
    return views.to_account_order(*await account_360.order(order_id, caller.scope))


router = Router(
    "/agent/v1",
    route_handlers=[find_accounts, show_account, show_timeline, check_entitlement, show_order],
    opt={"scopes": ["agent:read"]},
    tags=["Agent console"],
)
