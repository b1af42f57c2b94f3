"""What is posted, where, and what came of it?"""

from datetime import date
from enum import StrEnum

from msgspec import Struct

from canonical.identity import ExternalRef


class What(StrEnum):
    """The kinds of record of billing that stand in the ledger."""

    INVOICE = "invoice"
    PAYMENT = "payment"
    CREDIT_NOTE = "credit_note"
    REFUND = "refund"
    PAYOUT = "payout"


class Place(Struct, frozen=True, kw_only=True):
    """Where a customer's records are posted: `erp` is the connection, `customer` the ERP's id."""

    account: str
    erp: str
    legal_entity: str
    customer: str


class Day(Struct, frozen=True, kw_only=True):
    """The day something is posted on; `because` says why that is not its own day."""

    on: date
    because: str | None = None


class InLedger(Struct, frozen=True, kw_only=True, tag=True):
    """An outcome: the record stands in the ERP. `before`: it stood there before we came."""

    what: What
    source: str
    record: ExternalRef
    posted_on: date
    deferred_because: str | None = None
    before: bool = False


class NothingToPost(Struct, frozen=True, kw_only=True, tag=True):
    """An outcome: the record does not belong into the ledger (yet), because of its `state`."""

    what: What
    source: str
    state: str
