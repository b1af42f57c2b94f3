"""What may internal callers ask of a support system?"""

from litestar import get

from canonical.identity import Kind
from canonical.support import Case, Comment
from system_apis.routes.asked import SupportPort
from system_apis.routes.records import system_router
from system_apis.routes.shapes import Cursor, ExternalId, Limit, Listing, listed


@get("/organizations/{id:str}/cases", operation_id="ListSupportOrganizationCases", summary="List cases")
async def list_cases(
    port: SupportPort, id: ExternalId, cursor: Cursor = None, limit: Limit = 100
) -> Listing[Case]:
    """List a customer's cases, newest first."""
    return await listed(port.cases(id, cursor, limit), cursor)


@get("/cases/{id:str}", operation_id="ShowSupportCase", summary="Show a case")
async def show_case(port: SupportPort, id: ExternalId) -> Case:
    """Show one case."""
    return await port.case(id)


@get("/cases/{id:str}/comments", operation_id="ListSupportCaseComments", summary="List comments")
async def list_comments(
    port: SupportPort, id: ExternalId, cursor: Cursor = None, limit: Limit = 100
) -> Listing[Comment]:
    """List a case's comments, oldest first, those for our own people included."""
    return await listed(port.comments(id, cursor, limit), cursor)


router = system_router(Kind.SUPPORT, "organizations", [list_cases, show_case, list_comments])
