"""What does billing say of a record now?"""

from typing import cast

from canonical.billing import CreditNote, Dispute, Invoice, PaymentApplication, Payout, Refund
from canonical.identity import ExternalRef
from process_apis import durable
from process_apis.systems import systems
from system_apis.ports import Billing


def _billing(ref: ExternalRef) -> Billing:
    return cast("Billing", systems().by_name(ref.connection).port)


@durable.step
async def invoice(ref: ExternalRef) -> Invoice:
    """An invoice."""
    return await _billing(ref).invoice(ref.id)


@durable.step
async def application(ref: ExternalRef) -> PaymentApplication:
    """What of a payment went to an invoice."""
    return await _billing(ref).application(ref.id)


@durable.step
async def credit_note(ref: ExternalRef) -> CreditNote:
    """A credit note."""
    return await _billing(ref).credit_note(ref.id)


@durable.step
async def refund(ref: ExternalRef) -> Refund:
    """A refund."""
    return await _billing(ref).refund(ref.id)


@durable.step
async def dispute(ref: ExternalRef) -> Dispute:
    """A dispute."""
    return await _billing(ref).dispute(ref.id)


@durable.step
async def payout(ref: ExternalRef) -> Payout:
    """A payout."""
    return await _billing(ref).payout(ref.id)
