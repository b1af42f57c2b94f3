"""What may a partner's program ask?"""

from typing import Annotated

from litestar import Router, get, post
from litestar.params import JSONBody, PathParameter

from canonical.identity import AccountId
from experience_apis.partners.v1 import views
from experience_apis.shapes import Asking, Cursor, Limit, Page, page
from process_apis import account_360, entitlement

Feature = Annotated[
    str,
    PathParameter(
        pattern="^[A-Za-z0-9][A-Za-z0-9_.:-]{0,63}$",
        min_length=1,
        max_length=64,
        description="A feature, or the name of a service tier.",
    ),
]


BATCH_WEIGHT = 10
"""As how many calls a batch counts: cheaper than its checks one by one, dearer than one of them."""


@get("/accounts", operation_id="ListAccounts", summary="List your accounts")
async def list_accounts(caller: Asking, cursor: Cursor = None, limit: Limit = 25) -> Page[views.AccountBrief]:
    """List the accounts that you brought or serve."""
    found = await account_360.accounts(caller.scope, cursor, limit)
    return page(found.items, found.next_cursor, views.to_brief)


@get(
    "/accounts/{account_id:str}/entitlements/{feature:str}",
    operation_id="CheckEntitlement",
    summary="Check one entitlement",
)
async def check_entitlement(caller: Asking, account_id: AccountId, feature: Feature) -> views.EntitlementView:
    """Say whether one of your accounts may use a feature or service tier now, and on what that rests."""
    return views.to_entitlement(await entitlement.check(account_id, feature, caller.scope))


@post(
    "/entitlement-checks",
    operation_id="CheckEntitlements",
    summary="Check several entitlements",
    status_code=200,
    opt={"weight": BATCH_WEIGHT},
)
async def check_entitlements(caller: Asking, data: JSONBody[views.Checks]) -> views.CheckedItems:
    """Answer each check by itself, in order; an account that is none of yours is said in its place.

    Counts as ten calls, however many checks it holds.
    """
    asked = [(one.account, one.feature) for one in data.checks]
    return views.to_checked(await entitlement.check_many(asked, caller.scope))


router = Router(
    "/partners/v1",
    route_handlers=[list_accounts, check_entitlement, check_entitlements],
    opt={"scopes": ["partner:read"]},
    tags=["Partners"],
)
