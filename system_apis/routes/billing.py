"""What may internal callers ask of a billing system?"""

from litestar import get

from canonical.billing import Invoice, Payment, Subscription
from canonical.identity import Kind
from system_apis.routes.asked import BillingPort
from system_apis.routes.records import system_router
from system_apis.routes.shapes import Cursor, ExternalId, Limit, Listing, listed


@get(
    "/customers/{id:str}/subscriptions",
    operation_id="ListBillingCustomerSubscriptions",
    summary="List a customer's subscriptions",
)
async def list_customer_subscriptions(
    port: BillingPort, id: ExternalId, cursor: Cursor = None, limit: Limit = 100
) -> Listing[Subscription]:
    """List a customer's subscriptions in every state, newest first."""
    return listed(await port.subscriptions(id, cursor, limit))


@get("/subscriptions", operation_id="ListBillingSubscriptions", summary="List all subscriptions")
async def list_subscriptions(
    port: BillingPort, cursor: Cursor = None, limit: Limit = 100
) -> Listing[Subscription]:
    """List the subscriptions of every customer, newest first."""
    return listed(await port.subscriptions(None, cursor, limit))


@get("/customers/{id:str}/invoices", operation_id="ListBillingCustomerInvoices", summary="List invoices")
async def list_invoices(
    port: BillingPort, id: ExternalId, cursor: Cursor = None, limit: Limit = 100
) -> Listing[Invoice]:
    """List a customer's invoices, newest first, drafts included."""
    return listed(await port.invoices(id, cursor, limit))


@get("/invoices/{id:str}", operation_id="ShowBillingInvoice", summary="Show an invoice")
async def show_invoice(port: BillingPort, id: ExternalId) -> Invoice:
    """Show one invoice with its lines."""
    return await port.invoice(id)


@get("/customers/{id:str}/payments", operation_id="ListBillingCustomerPayments", summary="List payments")
async def list_payments(
    port: BillingPort, id: ExternalId, cursor: Cursor = None, limit: Limit = 100
) -> Listing[Payment]:
    """List a customer's payments, failed ones included, newest first."""
    return listed(await port.payments(id, cursor, limit))


router = system_router(
    Kind.BILLING,
    "customers",
    [list_customer_subscriptions, list_subscriptions, list_invoices, show_invoice, list_payments],
)
