"""What may a program of ours ask about the whole of one account?"""

from datetime import datetime
from typing import Annotated, Literal

from litestar import Router, get
from litestar.di import NamedDependency
from litestar.params import QueryParameter, SkipValidation
from msgspec import Struct

from canonical.caller import Caller
from canonical.identity import AccountId
from process_apis.account_360.flow import picture
from process_apis.account_360.model import Finding, Parts
from process_apis.account_360.provenance import Attribute, provenance
from process_apis.links import LinkedAccount

Asking = NamedDependency[SkipValidation[Caller]]

Told = Annotated[
    Literal["none", "full"],
    QueryParameter(
        name="provenance", description="`full` adds owner, source record and age of each attribute."
    ),
]


class Account360(Struct, kw_only=True):
    """The whole picture in canonical words, with the cross-reference it was asked by."""

    account: AccountId
    at: datetime
    linked: LinkedAccount
    parts: Parts
    findings: tuple[Finding, ...]
    provenance: dict[str, tuple[Attribute, ...]] | None


@get("/accounts/{account_id:str}", operation_id="ShowAccount360", summary="Show the account 360")
async def show_account_360(caller: Asking, account_id: AccountId, told: Told = "none") -> Account360:
    """Show every part of one account; a part that cannot be had says so and breaks nothing."""
    found = await picture(account_id, caller.scope)
    return Account360(
        account=found.account.id,
        at=found.at,
        linked=found.account,
        parts=found.parts,
        findings=found.findings,
        provenance=provenance(found) if told == "full" else None,
    )


router = Router(
    "/process/account-360/v1",
    route_handlers=[show_account_360],
    opt={"scopes": ["process:account-360:read"]},
    tags=["Account 360"],
)
