"""What do we ask a CRM, a support system and an ERP to do?

Every write carries a `key` of ours (letters, digits, `_`, `-`, `.`, at most 200) that comes from the business
and never from the attempt. The same write with the same key never makes a second thing where the platform can
promise that; where it cannot, a read beside it says by the key whether it is there. A write whose answer
was lost raises `OutcomeUnknown`: it may have been done.
"""

from typing import Protocol

from msgspec import Struct

from canonical.identity import ExternalRef
from canonical.projections import (
    CrmStanding,
    ErpCreditNote,
    ErpCustomer,
    ErpInvoice,
    ErpPayment,
    ErpPayout,
    ErpRefund,
    ReceivableMark,
    SupportCustomer,
    SupportStanding,
)
from canonical.requests import CaseChange, CaseDraft, FollowUp
from canonical.support import Case


class Written(Struct, frozen=True, kw_only=True):
    """A write is done: the record it is about, and whether this write made it (None: it cannot be told)."""

    ref: ExternalRef
    created: bool | None = None


class CrmWrites(Protocol):
    """What a CRM shows and does for us."""

    async def put_standing(self, account: str, standing: CrmStanding, *, key: str) -> Written:
        """Show on an account (the CRM's id) what billing and we know of it."""
        ...

    async def put_follow_up(self, task: FollowUp, *, key: str) -> Written:
        """Give the account's owner a task, once per key; an open one of this key is brought up to date."""
        ...

    async def end_follow_up(self, key: str) -> Written | None:
        """Tick off the task of this key; None when there is none."""
        ...


class SupportWrites(Protocol):
    """What a support system shows and does for us."""

    async def put_customer(self, customer: SupportCustomer, *, key: str) -> Written:
        """Make the customer's organisation known, by our account id; its name follows."""
        ...

    async def put_standing(self, organization: str, standing: SupportStanding, *, key: str) -> Written:
        """Show on a customer (the platform's id) what billing and we know of it."""
        ...

    async def open_case(self, case: CaseDraft, *, key: str) -> Written:
        """Open a case, once per key as far as the platform can promise that."""
        ...

    async def case_by_key(self, key: str) -> Case | None:
        """The case that was opened with this key, if there is one, read where it is never out of date."""
        ...

    async def change_case(self, case: str, change: CaseChange, *, key: str) -> Written:
        """Add to a case or change it (the platform's id). A closed case refuses: `Refused`.

        A comment is added once per key as far as that can be seen in the case.
        """
        ...


class ErpWrites(Protocol):
    """What an ERP posts for us.

    What was posted by billing's id stays what it was first: a second posting answers with it, unchanged.
    """

    async def put_customer(self, customer: ErpCustomer, *, key: str) -> Written:
        """Make a customer known, by our account id; only the fields that are set follow.

        `parent` is our account id, too: `Missing` while it is not known there. A further legal entity may do
        business with a customer that is known already.
        """
        ...

    async def post_invoice(self, invoice: ErpInvoice, *, key: str) -> Written:
        """Post an invoice, once by billing's id. Raises `PeriodClosed`, as the next four do."""
        ...

    async def post_credit_note(self, credit_note: ErpCreditNote, *, key: str) -> Written:
        """Post a credit note and apply it to its invoice as far as that is owed. Raises `Missing`."""
        ...

    async def post_payment(self, payment: ErpPayment, *, key: str) -> Written:
        """Post a payment and apply it to its invoice, if it names one: `Missing` while that is not posted."""
        ...

    async def post_refund(self, refund: ErpRefund, *, key: str) -> Written:
        """Post money that went back, out of its credit note, if it names one."""
        ...

    async def post_payout(self, payout: ErpPayout, *, key: str) -> Written:
        """Post what reached our bank, gross, fees and net apart."""
        ...

    async def mark_receivable(self, invoice: str, mark: ReceivableMark, *, key: str) -> Written:
        """Show on a receivable (billing's id of the invoice) how its collection stands. Raises `Missing`."""
        ...
