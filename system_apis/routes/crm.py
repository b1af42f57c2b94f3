"""What may internal callers ask of a CRM?"""

from litestar import get

from canonical.customer import Account, AccountRecord, Contact
from canonical.identity import Kind
from canonical.sales import Contract, Opportunity
from system_apis.routes.asked import CrmPort
from system_apis.routes.records import system_router
from system_apis.routes.shapes import Cursor, ExternalId, Limit, Listing, listed


@get("/accounts/{id:str}", operation_id="ShowCrmAccount", summary="Show an account")
async def show_account(port: CrmPort, id: ExternalId) -> Account:
    """Show one account with what the CRM owns of it."""
    return await port.account(id)


@get("/accounts/{id:str}/children", operation_id="ListCrmAccountChildren", summary="List child accounts")
async def list_children(port: CrmPort, id: ExternalId, cursor: Cursor = None) -> Listing[AccountRecord]:
    """List the direct children of an account."""
    return await listed(port.children(id, cursor), cursor)


@get("/accounts/{id:str}/contacts", operation_id="ListCrmAccountContacts", summary="List contacts")
async def list_contacts(
    port: CrmPort, id: ExternalId, cursor: Cursor = None, limit: Limit = 100
) -> Listing[Contact]:
    """List the people at an account, by name."""
    return await listed(port.contacts(id, cursor, limit), cursor)


@get(
    "/accounts/{id:str}/contracts",
    operation_id="ListCrmAccountContracts",
    summary="List an account's contracts",
)
async def list_account_contracts(
    port: CrmPort, id: ExternalId, cursor: Cursor = None, limit: Limit = 100
) -> Listing[Contract]:
    """List an account's contracts with their committed lines, newest first."""
    return await listed(port.contracts(id, cursor, limit), cursor)


@get("/accounts/{id:str}/opportunities", operation_id="ListCrmAccountOpportunities", summary="List deals")
async def list_opportunities(
    port: CrmPort, id: ExternalId, cursor: Cursor = None, limit: Limit = 100
) -> Listing[Opportunity]:
    """List an account's deals with their lines, newest first."""
    return await listed(port.opportunities(id, cursor, limit), cursor)


@get("/contracts", operation_id="ListCrmContracts", summary="List all contracts")
async def list_contracts(port: CrmPort, cursor: Cursor = None, limit: Limit = 100) -> Listing[Contract]:
    """List the contracts of every account, newest first."""
    return await listed(port.contracts(None, cursor, limit), cursor)


@get("/opportunities/{id:str}", operation_id="ShowCrmOpportunity", summary="Show a deal")
async def show_opportunity(port: CrmPort, id: ExternalId) -> Opportunity:
    """Show one deal with its lines."""
    return await port.opportunity(id)


router = system_router(
    Kind.CRM,
    "accounts",
    [
        show_account,
        list_children,
        list_contacts,
        list_account_contracts,
        list_opportunities,
        show_opportunity,
        list_contracts,
    ],
    record="/record",
)
