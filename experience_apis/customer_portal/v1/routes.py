"""What may a customer ask of their own account, in the first version?"""

from typing import Annotated

from litestar import Router, get
from litestar.params import QueryParameter

from canonical.identity import AccountId, CaseId, InvoiceId
from experience_apis.customer_portal.v1 import views
from experience_apis.records import (
    EntitlementView,
    InvoiceView,
    PaymentView,
    SubscriptionView,
    to_entitlement,
    to_invoice,
    to_payment,
    to_subscription,
)
from experience_apis.shapes import Asking, Cursor, Limit, Page, page
from process_apis import account_360, entitlement

Whose = Annotated[
    AccountId | None,
    QueryParameter(name="account", description="An account of the caller's group; absent: their own."),
]


@get("/account", operation_id="ShowAccount", summary="Show the account")
async def show_account(caller: Asking, account: Whose = None) -> views.AccountView:
    """Show the signed-in customer their account or one of its children; null is what cannot be had now."""
    return views.to_account(await account_360.picture(account_360.own(caller, account), caller.scope))


@get("/accounts", operation_id="ListAccounts", summary="List the accounts of the group")
async def list_accounts(caller: Asking, cursor: Cursor = None, limit: Limit = 25) -> Page[views.AccountBrief]:
    """List the caller's own account and, if their role allows, its children."""
    found = await account_360.accounts(caller.scope, cursor, limit)
    return page(found.items, found.next_cursor, views.to_brief)


@get("/subscriptions", operation_id="ListSubscriptions", summary="List subscriptions")
async def list_subscriptions(
    caller: Asking, account: Whose = None, cursor: Cursor = None, limit: Limit = 25
) -> Page[SubscriptionView]:
    """List subscriptions in every state, newest first."""
    asked = account_360.own(caller, account)
    found = await account_360.page(account_360.SUBSCRIPTIONS, asked, caller.scope, cursor, limit)
    return page(found.items, found.next_cursor, to_subscription)


@get("/invoices", operation_id="ListInvoices", summary="List invoices")
async def list_invoices(
    caller: Asking, account: Whose = None, cursor: Cursor = None, limit: Limit = 25
) -> Page[InvoiceView]:
    """List invoices, newest first."""
    asked = account_360.own(caller, account)
    found = await account_360.page(account_360.INVOICES, asked, caller.scope, cursor, limit)
    return page(found.items, found.next_cursor, to_invoice)


@get("/invoices/{invoice_id:str}", operation_id="ShowInvoice", summary="Show an invoice")
async def show_invoice(caller: Asking, invoice_id: InvoiceId, account: Whose = None) -> InvoiceView:
    """Show one invoice with its lines."""
    asked = account_360.own(caller, account)
    return to_invoice(await account_360.invoice(invoice_id, caller.scope, asked))


@get("/payments", operation_id="ListPayments", summary="List payments")
async def list_payments(
    caller: Asking, account: Whose = None, cursor: Cursor = None, limit: Limit = 25
) -> Page[PaymentView]:
    """List payments, failed ones included, newest first."""
    asked = account_360.own(caller, account)
    found = await account_360.page(account_360.PAYMENTS, asked, caller.scope, cursor, limit)
    return page(found.items, found.next_cursor, to_payment)


@get("/entitlements", operation_id="ListEntitlements", summary="List entitlements")
async def list_entitlements(caller: Asking, account: Whose = None) -> Page[EntitlementView]:
    """List every feature and whether the account may use it now."""
    decisions = await entitlement.of_account(account_360.own(caller, account), caller.scope)
    return page(decisions, None, to_entitlement)


@get("/cases", operation_id="ListCases", summary="List support cases")
async def list_cases(
    caller: Asking, account: Whose = None, cursor: Cursor = None, limit: Limit = 25
) -> Page[views.CaseView]:
    """List support cases, newest first."""
    asked = account_360.own(caller, account)
    found = await account_360.page(account_360.CASES, asked, caller.scope, cursor, limit)
    return page(found.items, found.next_cursor, views.to_case)


@get("/cases/{case_id:str}", operation_id="ShowCase", summary="Show a support case")
async def show_case(caller: Asking, case_id: CaseId, account: Whose = None) -> views.CaseWithComments:
    """Show one case with its public messages, oldest first."""
    found = await account_360.case(case_id, caller.scope, account_360.own(caller, account))
    return views.to_case_with_comments(*found)


router = Router(
    "/portal/v1",
    route_handlers=[
        show_account,
        list_accounts,
        list_subscriptions,
        list_invoices,
        show_invoice,
        list_payments,
        list_entitlements,
        list_cases,
        show_case,
    ],
    opt={"scopes": ["portal:read"]},
    tags=["Customer portal"],
)
