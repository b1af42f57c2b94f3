"""What may a program of ours ask about entitlements?"""

from typing import Annotated

from litestar import Router, get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody, PathParameter, SkipValidation
from msgspec import Meta, Struct

from canonical.caller import Caller
from canonical.identity import AccountId
from process_apis.entitlement.flow import CHECKS_AT_ONCE, check, check_many
from process_apis.entitlement.model import CheckedItem, Decision, Feature

FeatureInPath = Annotated[
    str,
    PathParameter(
        pattern="^[A-Za-z0-9][A-Za-z0-9_.:-]{0,63}$",
        min_length=1,
        max_length=64,
        description="A feature, or the name of a service tier.",
    ),
]


BATCH_WEIGHT = 10
"""As how many calls a batch counts."""
Asking = NamedDependency[SkipValidation[Caller]]


class Check(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One question: may this account have this feature or service tier now?"""

    account: AccountId
    feature: Feature


class Checks(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Several questions at once."""

    checks: Annotated[tuple[Check, ...], Meta(min_length=1, max_length=CHECKS_AT_ONCE)]


class CheckedItems(Struct, frozen=True, kw_only=True):
    """One answer per question, in the same order."""

    data: Annotated[tuple[CheckedItem, ...], Meta(max_length=CHECKS_AT_ONCE)]


@get(
    "/accounts/{account_id:str}/entitlements/{feature:str}",
    operation_id="ShowEntitlement",
    summary="Check one entitlement",
)
async def show_entitlement(caller: Asking, account_id: AccountId, feature: FeatureInPath) -> Decision:
    """Say whether an account may use a feature or service tier now, with the facts and their age."""
    return await check(account_id, feature, caller.scope)


@post(
    "/checks",
    operation_id="CheckEntitlements",
    summary="Check several entitlements",
    status_code=200,
    opt={"weight": BATCH_WEIGHT},
)
async def check_entitlements(caller: Asking, data: JSONBody[Checks]) -> CheckedItems:
    """Answer each check by itself; an account that is missing to the caller is said in its place.

    Counts as ten calls, however many checks it holds.
    """
    asked = [(one.account, one.feature) for one in data.checks]
    return CheckedItems(data=await check_many(asked, caller.scope))


router = Router(
    "/process/entitlement/v1",
    route_handlers=[show_entitlement, check_entitlements],
    opt={"scopes": ["process:entitlement:read"]},
    tags=["Entitlement"],
)
