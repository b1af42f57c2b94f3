"""What may internal callers ask of an ERP?"""

from litestar import get

from canonical.customer import BillingDetails, LegalEntity
from canonical.finance import AccountingPeriod, LedgerEntry, Receivable
from canonical.identity import Kind
from canonical.sales import Order
from system_apis.routes.asked import ErpPort
from system_apis.routes.records import system_router
from system_apis.routes.shapes import Code, Cursor, ExternalId, Limit, Listing, What, listed, whole


@get("/legal-entities", operation_id="ListErpLegalEntities", summary="List legal entities")
async def list_legal_entities(port: ErpPort) -> Listing[LegalEntity]:
    """List our own companies."""
    return whole(await port.legal_entities())


@get("/customers/{id:str}/orders", operation_id="ListErpCustomerOrders", summary="List orders")
async def list_orders(
    port: ErpPort, id: ExternalId, cursor: Cursor = None, limit: Limit = 100
) -> Listing[Order]:
    """List a customer's sales orders with their lines, newest first."""
    return await listed(port.orders(id, cursor, limit), cursor)


@get("/orders/{id:str}", operation_id="ShowErpOrder", summary="Show an order")
async def show_order(port: ErpPort, id: ExternalId) -> Order:
    """Show one sales order with its lines."""
    return await port.order(id)


@get(
    "/customers/{id:str}/billing-details",
    operation_id="ShowErpCustomerBillingDetails",
    summary="Show a customer's billing details",
)
async def show_billing_details(port: ErpPort, id: ExternalId) -> BillingDetails:
    """Show where a customer's invoices go, on which terms and how taxed, and since when they order."""
    return await port.billing_details(id)


@get("/customers/{id:str}/receivables", operation_id="ListErpCustomerReceivables", summary="List receivables")
async def list_receivables(
    port: ErpPort, id: ExternalId, cursor: Cursor = None, limit: Limit = 100
) -> Listing[Receivable]:
    """List the ERP's copies of a customer's invoices, newest first."""
    return await listed(port.receivables(id, cursor, limit), cursor)


@get(
    "/customers/{id:str}/open-receivables",
    operation_id="ListErpCustomerOpenReceivables",
    summary="List open receivables",
)
async def list_open_receivables(
    port: ErpPort, id: ExternalId, cursor: Cursor = None, limit: Limit = 100
) -> Listing[Receivable]:
    """List those on which something is still owed, oldest due first."""
    return await listed(port.open_receivables(id, cursor, limit), cursor)


@get("/receivables/{id:str}", operation_id="ShowErpReceivable", summary="Show a receivable")
async def show_receivable(port: ErpPort, id: ExternalId) -> Receivable:
    """Show the copy of one invoice, by billing's id of it."""
    return await port.receivable(id)


@get("/legal-entities/{code:str}/periods", operation_id="ListErpPeriods", summary="List accounting periods")
async def list_periods(port: ErpPort, code: Code) -> Listing[AccountingPeriod]:
    """List the accounting months of one of our companies that are not long past, oldest first."""
    return whole(await port.periods(code))


@get("/ledger/{what:str}/{id:str}", operation_id="ShowErpLedgerEntry", summary="Show what was posted")
async def show_ledger_entry(port: ErpPort, what: What, id: ExternalId) -> LedgerEntry:
    """Show what was posted for a record of billing, by billing's id of it."""
    return await port.ledger_entry(what, id)


router = system_router(
    Kind.ERP,
    "customers",
    [
        list_legal_entities,
        list_orders,
        show_order,
        show_billing_details,
        list_receivables,
        list_open_receivables,
        show_receivable,
        list_periods,
        show_ledger_entry,
    ],
)
