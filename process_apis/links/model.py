"""What do we know about the identity of one account?"""

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from canonical.customer import AccountRecord
from canonical.identity import ExternalRef, Kind

NAMED_BY = (Kind.CRM, Kind.ERP, Kind.BILLING, Kind.SUPPORT)
"""Who names an account: its owner, else the next of these that knows it."""


class Presence(StrEnum):
    """How often systems of one kind know an account."""

    NONE = "none"
    ONE = "one"
    SEVERAL = "several"


class LinkedAccount(Struct, frozen=True, kw_only=True):
    """One customer and every record of it in every connected system.

    `parent` is the account id of the parent as the naming record says it. `possible_duplicates` are other
    accounts of the CRM with the same name and domain: for a person to look at, never merged here.
    """

    id: str
    name: str
    parent: str | None
    legal_entity: str | None
    records: tuple[AccountRecord, ...]
    possible_duplicates: tuple[str, ...] = ()

    def of(self, kind: Kind) -> tuple[AccountRecord, ...]:
        """Its records in systems of this kind: several when it is there twice."""
        return tuple(record for record in self.records if record.origin.ref.kind is kind)

    @property
    def presence(self) -> dict[Kind, Presence]:
        """How often each kind of system knows it."""
        counts = (Presence.NONE, Presence.ONE, Presence.SEVERAL)
        return {kind: counts[min(len(self.of(kind)), 2)] for kind in Kind}

    @property
    def observed_at(self) -> datetime:
        """When the oldest of its records was seen."""
        return min(record.origin.observed_at for record in self.records)


class Reference(Struct, frozen=True, kw_only=True):
    """What one of our ids stands for, and whose it is."""

    ref: ExternalRef
    account_id: str


class SweepReport(Struct, frozen=True, kw_only=True):
    """What one walk through all connections saw, and which connections could not be walked to their end."""

    records: int
    failed: tuple[str, ...]
