"""What do we know of a payment that is late?"""

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from canonical.billing import InvoiceStatus
from canonical.identity import ExternalRef, Prefix, derive
from canonical.money import Money


class Stage(StrEnum):
    """How far the recovery of a payment is."""

    HEARD = "heard"
    """A failure was told of; billing has not been asked yet."""
    AT_RISK = "at_risk"
    SUSPENDED = "suspended"
    RECOVERED = "recovered"
    WRITTEN_OFF = "written_off"


LATE = frozenset({Stage.AT_RISK, Stage.SUSPENDED})


class Bill(Struct, frozen=True, kw_only=True):
    """What billing says of an invoice now, as far as its recovery goes.

    `account` is our id, `subscription` and `customer` are billing's. `failure` is why the last try failed,
    where that is known.
    """

    ref: ExternalRef
    account: str
    customer: str
    subscription: str | None
    number: str | None
    status: InvoiceStatus
    remaining: Money
    attempts: int
    failure: str | None
    next_attempt_at: datetime | None

    @property
    def id(self) -> str:
        """Our id of the invoice."""
        return derive(Prefix.INVOICE, self.ref)


class Recovery(Struct, frozen=True, kw_only=True):
    """Where the recovery of one invoice stands. `hard`: trying again will not help, so the customer must act.

    `version` grows with each change that somebody is to be shown; `looked_at` is the wall time, in
    microseconds, of the question that billing answered with `bill`. `left` is the account that it was of
    before, when this version moved it to another one.
    """

    bill: Bill
    stage: Stage
    hard: bool
    failure: str | None
    since: datetime
    grace_until: datetime | None
    version: int
    looked_at: int
    left: str | None = None


class Recovering(Struct, frozen=True, kw_only=True, tag=True):
    """An outcome: this is where it stands now; `told` is how many are being told of it."""

    stage: Stage
    told: int


class NothingLate(Struct, frozen=True, kw_only=True, tag=True):
    """An outcome: nothing is late, or everybody knows already."""
