"""What do we read again when a platform tells that it changed?

These subscribers start no runs: they bring what we remember up to date, and do it again when it failed.
"""

from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final

from canonical.customer import AccountRecord
from canonical.events import (
    CaseChanged,
    ContactChanged,
    ContractChanged,
    CreditNoteChanged,
    CustomerChanged,
    DisputeChanged,
    Event,
    Fact,
    InvoiceChanged,
    InvoiceFinalized,
    InvoicePaid,
    InvoicePaymentFailed,
    OpportunityWon,
    OrderChanged,
    PaymentApplied,
    PaymentChanged,
    Posted,
    ReceivableChanged,
    RecordTouched,
    RefundChanged,
    SubscriptionChanged,
)
from canonical.identity import Kind, Origin
from process_apis import account_360, entitlement, links
from process_apis.errors import NotFound, OutOfDate
from process_apis.events import Retry, Subscriber
from process_apis.systems import systems
from system_apis.errors import Missing

_MONEY: Final = ("invoices", "payments", "balance")
_OF_RECORD: Final[dict[str, tuple[str, ...]]] = {
    "account": ("profile", "hierarchy"),
    "contact": ("contacts",),
    "contract": ("contracts",),
    "opportunity": ("contracts",),
    "case": ("cases",),
    "order": ("orders",),
    "receivable": ("balance",),
}
PARTS: Final[dict[type[Fact], Callable[[Any], tuple[str, ...]]]] = {
    InvoiceFinalized: lambda one: _MONEY,
    InvoicePaid: lambda one: _MONEY,
    InvoicePaymentFailed: lambda one: _MONEY,
    InvoiceChanged: lambda one: _MONEY,
    PaymentApplied: lambda one: _MONEY,
    PaymentChanged: lambda one: ("payments",),
    CreditNoteChanged: lambda one: _MONEY,
    RefundChanged: lambda one: ("payments",),
    DisputeChanged: lambda one: ("payments",),
    SubscriptionChanged: lambda one: ("subscriptions",),
    CaseChanged: lambda one: ("cases",),
    CustomerChanged: lambda one: ("profile", "hierarchy") if one.record.kind is Kind.CRM else (),
    ContactChanged: lambda one: ("contacts",),
    ContractChanged: lambda one: ("contracts",),
    OpportunityWon: lambda one: ("contracts",),
    OrderChanged: lambda one: ("orders",),
    ReceivableChanged: lambda one: ("balance",),
    Posted: lambda one: ("balance",),
    RecordTouched: lambda one: _OF_RECORD.get(one.what, ()),
}
"""Which parts of the account picture each fact changes."""
_SOON: Final = Retry(first=0.5, longest=60.0)


async def renew_picture(event: Event) -> None:
    """The parts of the picture that this changes are asked for again."""
    parts = PARTS[type(event.data)](event.data)
    if event.account is None or not parts:
        return
    try:
        await account_360.renew(event.account, parts)
    except NotFound:
        return  # the account is gone since


async def renew_entitlement(event: Event) -> None:
    """The facts that decide what an account may use are read again."""
    of_contract = isinstance(event.data, RecordTouched) and event.data.what not in {"contract", "opportunity"}
    if event.account is None or of_contract:
        return
    try:
        if silent := await entitlement.refresh(event.account):
            raise OutOfDate(", ".join(silent))
    except NotFound:
        return


async def learn_customer(event: Event) -> None:
    """A customer's record that was made or changed is looked at: it may belong to another account now.

    Its owner is asked: a message that comes late says what is not so any more.
    """
    match event.data:
        case (
            CustomerChanged(record=AccountRecord(origin=Origin(ref=ref)))
            | RecordTouched(what="account", ref=ref)
        ):
            with suppress(Missing):  # it is gone since
                await links.learn([await systems().by_name(ref.connection).port.account_record(ref.id)])


SUBSCRIBERS: Final = (
    Subscriber(name="customers", receive=learn_customer, types=(CustomerChanged, RecordTouched), retry=_SOON),
    Subscriber(
        name="entitlement",
        receive=renew_entitlement,
        types=(SubscriptionChanged, ContractChanged, RecordTouched),
        retry=_SOON,
    ),
    Subscriber(name="account-360", receive=renew_picture, types=tuple(PARTS), retry=_SOON),
)
