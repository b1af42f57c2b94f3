"""Which values does a reader find plausible, by the name of what they stand for?"""

from typing import Any, Final

NOTHING: Final = frozenset(
    "next_cursor because failure last_error last_failure ended_at paused_at cancelled_at trial_end parent "
    "next_attempt_at provenance merged_into revoked_at unanswered possible_duplicates findings "
    "expires_at record_of".split()
)
"""Null or empty in the plain case: nothing is wrong, nothing more is there."""

BY_FORMAT: Final[dict[str, str]] = {
    "date": "2026-09-30",
    "date-time": "2026-09-30T08:15:00Z",
    "uri": "https://northwind.example",
    "email": "ada.jensen@northwind.example",
}

WORD: Final = "standard"
"""For a word of which nothing is known."""

BY_NAME: Final[dict[str, tuple[Any, ...]]] = {
    # who: companies and people of nobody (RFC 2606 keeps `.example` free)
    "name": ("Northwind Robotics",),
    "Contact.name": ("Ada Jensen",),
    "ContactView.name": ("Ada Jensen",),
    "LegalEntity.name": ("Tieline Deutschland GmbH",),
    "ConnectionView.name": ("billing-eu",),
    "ClientView.name": ("Northwind reseller portal",),
    "client_name": ("Northwind reseller portal",),
    "owner": ("crm", "Ada Jensen"),
    "email": ("ada.jensen@northwind.example",),
    "domain": ("northwind.example",),
    "website": ("https://northwind.example",),
    "role": ("Billing contact",),
    "street": ("4 Harbour Street",),
    "city": ("Hamburg",),
    "Address.state": ("HH",),
    "postal_code": ("20457",),
    "country": ("DE",),
    "tax_id": ("DE811234567",),
    "tax_registration": ("DE811234567",),
    "legal_entity": ("DE01",),
    "legal_entities": ("DE01",),
    "base_currency": ("EUR",),
    # what
    "number": ("INV-2041",),
    "ContractView.number": ("C-1007",),
    "Contract.number": ("C-1007",),
    "OrderView.number": ("SO-3051",),
    "Order.number": ("SO-3051",),
    "CaseView.number": ("4711",),
    "sku": ("PLATFORM-PRO",),
    "description": ("Platform Pro, yearly",),
    "subject": ("Single sign-on stopped working",),
    "title": ("Invoice INV-2041 finalised",),
    "body": ("Since this morning nobody can sign in.",),
    "feature": ("sso",),
    "plan": ("default",),
    "tier": ("premium",),
    "stage": ("Closed Won",),
    "status": ("active", "paid", "succeeded", "received", "open", "won"),
    "priority": ("high",),
    "tags": ("sso",),
    "attribute": ("billing_address",),
    "period": ("2026-09",),
    "query": ("INV-2041",),
    # when
    "start": ("2026-01-01",),
    "end": ("2026-12-31",),
    "due_on": ("2026-10-14",),
    "due_at": ("2026-10-14T08:15:00Z",),
    "period_start": ("2026-09-01T00:00:00Z",),
    "period_end": ("2026-10-01T00:00:00Z",),
    "started_at": ("2026-01-01T00:00:00Z",),
    "valid_until": ("2026-12-31T23:59:59Z",),
    # where from
    "source": ("billing",),
    "profile.source": ("crm",),
    "hierarchy.source": ("crm",),
    "contacts.source": ("crm",),
    "contracts.source": ("crm",),
    "cases.source": ("support",),
    "orders.source": ("erp",),
    "connection": ("billing-eu",),
    "platform": ("stripe",),
    "object": ("invoice",),
    "record": ("in_1QX2Yz",),
    "ExternalRef.id": ("in_1QX2Yz",),
    "client": ("cli_0123456789abcdefghij",),
    "ClientView.id": ("cli_0123456789abcdefghij",),
    "trace_id": ("0af7651916cd43dd8448eb211c80319c",),
    # what happened, and what came of it
    "run_id": ("recovery:billing-eu:in_1QX2Yz:evt_0123456789abcdefghij",),
    "RunView.id": ("recovery:billing-eu:in_1QX2Yz:evt_0123456789abcdefghij",),
    "flow": ("payment-recovery",),
    "RunView.keys": ("INV-2041",),
    "cause": ("evt_0123456789abcdefghij",),
    "step": ("mark_receivable",),
    "error": ("Unavailable",),
    "needs": ("an answer of erp-eu",),
    "subscriber": ("payment-recovery",),
    "types": ("invoice.paid",),
    "EventView.type": ("tieline.invoice.paid",),
    "EventView.source": ("/connections/billing-eu",),
    "specversion": ("1.0",),
    "traceparent": ("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",),
    "actor": ("operator",),
    "action": ("restart",),
    "Because.reason": ("The customer asked for it.",),
    "Restart.reason": ("The field was added in the CRM.",),
    "ActView.reason": ("The field was added in the CRM.",),
    "dunning": ("Invoice INV-2041 could not be collected: insufficient_funds",),
    # how many
    "quantity": (1,),
    "tax.minor": (0,),
    "remaining.minor": (0,),
    "overdue.minor": (0,),
    "age_seconds": (42,),
    "payment_terms_days": (30,),
    "first_response_minutes": (60,),
}
"""The best first. `Invoice.number` is the number of an invoice, and `tax.minor` that of an amount of tax."""
