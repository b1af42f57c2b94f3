"""How do we name the same thing in five systems?"""

import base64
import hashlib
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import Annotated, Generic, TypeVar

from msgspec import Meta, Struct

T = TypeVar("T")

Timestamp = Annotated[datetime, Meta(tz=True, extra_json_schema={"maxLength": 64})]
"""A UTC instant."""


class Kind(StrEnum):
    """What a connected system is to the business."""

    CRM = "crm"
    BILLING = "billing"
    SUPPORT = "support"
    ERP = "erp"


class ExternalRef(Struct, frozen=True, kw_only=True):
    """One record in one connected system, by that system's own id."""

    kind: Kind
    connection: str
    object: str
    id: str


class Origin(Struct, frozen=True, kw_only=True):
    """Where a canonical record came from, when we looked, and when the platform says it last changed."""

    ref: ExternalRef
    observed_at: Timestamp
    modified_at: Timestamp | None = None


class Prefix(StrEnum):
    """The kinds of thing that have an id of ours."""

    ACCOUNT = "acc"
    CONTACT = "con"
    CONTRACT = "ctr"
    SUBSCRIPTION = "sub"
    ORDER = "ord"
    INVOICE = "inv"
    PAYMENT = "pay"
    CASE = "case"
    EVENT = "evt"
    RUN = "run"


@lru_cache(maxsize=65_536)
def derive(prefix: Prefix, ref: ExternalRef) -> str:
    """Our id of a thing that a platform owns: always the same for the same kind, connection and external id.

    100 bits of SHA-256, base32hex in lower case: a lost database gives the same ids again, and
    nobody outside can read a platform's id out of it.
    """
    digest = hashlib.sha256(f"{ref.kind}|{ref.connection}|{ref.id}".encode()).digest()
    return f"{prefix}_{base64.b32hexencode(digest).decode().lower()[:20]}"


def id_of(prefix: Prefix, description: str) -> Meta:
    """The constraint and the documentation of one of our ids in a request or an answer."""
    return Meta(
        pattern=f"^{prefix}_[0-9a-v]{{20}}$",
        min_length=len(prefix) + 21,
        max_length=len(prefix) + 21,
        description=description,
        examples=[f"{prefix}_0123456789abcdefghij"],
    )


AccountId = Annotated[str, id_of(Prefix.ACCOUNT, "Account id.")]
ContactId = Annotated[str, id_of(Prefix.CONTACT, "Contact id.")]
ContractId = Annotated[str, id_of(Prefix.CONTRACT, "Contract id.")]
SubscriptionId = Annotated[str, id_of(Prefix.SUBSCRIPTION, "Subscription id.")]
OrderId = Annotated[str, id_of(Prefix.ORDER, "Order id.")]
InvoiceId = Annotated[str, id_of(Prefix.INVOICE, "Invoice id.")]
PaymentId = Annotated[str, id_of(Prefix.PAYMENT, "Payment id.")]
CaseId = Annotated[str, id_of(Prefix.CASE, "Case id.")]


class Page(Struct, Generic[T], frozen=True, kw_only=True):
    """One page of a platform's list; `next` is the platform's own cursor, absent at the end."""

    items: tuple[T, ...]
    next: str | None = None
