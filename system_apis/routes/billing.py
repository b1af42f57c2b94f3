"""What may internal callers ask of a billing system?"""

from litestar import get

from canonical.billing import (
    CreditNote,
    Dispute,
    Invoice,
    Payment,
    PaymentApplication,
    Payout,
    Refund,
    Subscription,
)
from canonical.identity import Kind
from system_apis.routes.asked import BillingPort
from system_apis.routes.records import system_router
from system_apis.routes.shapes import Cursor, ExternalId, Limit, Listing, listed, whole


@get(
    "/customers/{id:str}/subscriptions",
    operation_id="ListBillingCustomerSubscriptions",
    summary="List a customer's subscriptions",
)
async def list_customer_subscriptions(
    port: BillingPort, id: ExternalId, cursor: Cursor = None, limit: Limit = 100
) -> Listing[Subscription]:
    """List a customer's subscriptions in every state, newest first."""
    return await listed(port.subscriptions(id, cursor, limit), cursor)


@get("/subscriptions", operation_id="ListBillingSubscriptions", summary="List all subscriptions")
async def list_subscriptions(
    port: BillingPort, cursor: Cursor = None, limit: Limit = 100
) -> Listing[Subscription]:
    """List the subscriptions of every customer, newest first."""
    return await listed(port.subscriptions(None, cursor, limit), cursor)


@get("/customers/{id:str}/invoices", operation_id="ListBillingCustomerInvoices", summary="List invoices")
async def list_invoices(
    port: BillingPort, id: ExternalId, cursor: Cursor = None, limit: Limit = 100
) -> Listing[Invoice]:
    """List a customer's invoices, newest first, drafts included."""
    return await listed(port.invoices(id, cursor, limit), cursor)


@get("/invoices/{id:str}", operation_id="ShowBillingInvoice", summary="Show an invoice")
async def show_invoice(port: BillingPort, id: ExternalId) -> Invoice:
    """Show one invoice with its lines."""
    return await port.invoice(id)


@get("/customers/{id:str}/payments", operation_id="ListBillingCustomerPayments", summary="List payments")
async def list_payments(
    port: BillingPort, id: ExternalId, cursor: Cursor = None, limit: Limit = 100
) -> Listing[Payment]:
    """List a customer's payments, failed ones included, newest first."""
    return await listed(port.payments(id, cursor, limit), cursor)


@get("/subscriptions/{id:str}", operation_id="ShowBillingSubscription", summary="Show a subscription")
async def show_subscription(port: BillingPort, id: ExternalId) -> Subscription:
    """Show one subscription with its items."""
    return await port.subscription(id)


@get("/payments/{id:str}", operation_id="ShowBillingPayment", summary="Show a payment")
async def show_payment(port: BillingPort, id: ExternalId) -> Payment:
    """Show one payment."""
    return await port.payment(id)


@get(
    "/payments/{id:str}/refunds", operation_id="ListBillingPaymentRefunds", summary="List a payment's refunds"
)
async def list_refunds(port: BillingPort, id: ExternalId) -> Listing[Refund]:
    """List what went back of a payment."""
    return whole(await port.refunds(id))


@get(
    "/invoices/{id:str}/applications",
    operation_id="ListBillingInvoiceApplications",
    summary="List what was paid of an invoice",
)
async def list_applications(port: BillingPort, id: ExternalId) -> Listing[PaymentApplication]:
    """List which payments went to an invoice, and how much of each."""
    return whole(await port.applications(id))


@get("/applications/{id:str}", operation_id="ShowBillingApplication", summary="Show a payment's application")
async def show_application(port: BillingPort, id: ExternalId) -> PaymentApplication:
    """Show how much of a payment went to an invoice."""
    return await port.application(id)


@get("/credit-notes/{id:str}", operation_id="ShowBillingCreditNote", summary="Show a credit note")
async def show_credit_note(port: BillingPort, id: ExternalId) -> CreditNote:
    """Show one credit note with its lines."""
    return await port.credit_note(id)


@get("/refunds/{id:str}", operation_id="ShowBillingRefund", summary="Show a refund")
async def show_refund(port: BillingPort, id: ExternalId) -> Refund:
    """Show one refund."""
    return await port.refund(id)


@get("/disputes/{id:str}", operation_id="ShowBillingDispute", summary="Show a dispute")
async def show_dispute(port: BillingPort, id: ExternalId) -> Dispute:
    """Show one dispute."""
    return await port.dispute(id)


@get("/payouts/{id:str}", operation_id="ShowBillingPayout", summary="Show a payout")
async def show_payout(port: BillingPort, id: ExternalId) -> Payout:
    """Show one payout with all that it is made of."""
    return await port.payout(id)


router = system_router(
    Kind.BILLING,
    "customers",
    [
        list_customer_subscriptions,
        list_subscriptions,
        show_subscription,
        list_invoices,
        show_invoice,
        list_applications,
        show_application,
        list_payments,
        show_payment,
        list_refunds,
        show_credit_note,
        show_refund,
        show_dispute,
        show_payout,
    ],
)
