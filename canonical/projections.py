"""Which copies of what others own may be written into a system?

A projection has no field for what the system it goes into owns, so nobody can set it: not in the types, and
`projects` refuses at the start a Struct that would. A field left UNSET leaves the system's copy as it is.
What we ask an owner to do with its own things (open a case, apply a payment) is a request: `requests.py`.
"""

from collections.abc import Callable
from datetime import date, datetime
from typing import ClassVar, Final, TypeVar

from msgspec import UNSET, Struct, UnsetType

from canonical.billing import SubscriptionStatus
from canonical.customer import Address
from canonical.identity import Kind
from canonical.money import Money
from canonical.ownership import NotTheirs, may_project
from canonical.sales import Line

P = TypeVar("P", bound=type[Struct])

PROJECTIONS: Final[dict[type[Struct], tuple[Kind, dict[str, tuple[str, str]]]]] = {}
"""Each projection: the kind of system it goes into; per field, the object and attribute it is a copy of."""


def projects(into: Kind, **fields: str) -> Callable[[P], P]:
    """Declare that each field is a copy of `object.attribute`; `account` and `key` fields only say of what.

    Raises `NotTheirs` for an attribute that this kind of system owns or is no reader of.
    """

    def declared(struct: P) -> P:
        copies: dict[str, tuple[str, str]] = {}
        for field, copied in fields.items():
            object, _, attribute = copied.partition(".")
            if not may_project(object, attribute, into):
                raise NotTheirs(into, object, attribute)
            copies[field] = object, attribute
        unsaid = set(struct.__struct_fields__) - copies.keys() - struct.__dict__.get("says_of", frozenset())
        if unsaid:
            raise TypeError(f"{struct.__name__}: nobody says what {', '.join(sorted(unsaid))} are copies of")
        PROJECTIONS[struct] = into, copies
        return struct

    return declared


class Risk(Struct, frozen=True, kw_only=True):
    """Whether money is late so that somebody should look: since when, and why in words."""

    flagged: bool
    since: datetime | None = None
    reason: str | None = None


@projects(
    Kind.CRM,
    risk="account.risk",
    subscription_status="subscription.status",
    tier="entitlement.tier",
    entitled_until="entitlement.validity",
)
class CrmStanding(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a CRM shows on an account of what billing and we know."""

    risk: Risk | UnsetType = UNSET
    subscription_status: SubscriptionStatus | UnsetType | None = UNSET
    tier: str | UnsetType | None = UNSET
    entitled_until: datetime | UnsetType | None = UNSET


@projects(
    Kind.SUPPORT,
    risk="account.risk",
    subscription_status="subscription.status",
    tier="entitlement.tier",
    entitled_until="entitlement.validity",
)
class SupportStanding(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a support system shows on a customer, and routes and promises by."""

    risk: Risk | UnsetType = UNSET
    subscription_status: SubscriptionStatus | UnsetType | None = UNSET
    tier: str | UnsetType | None = UNSET
    entitled_until: datetime | UnsetType | None = UNSET


@projects(Kind.SUPPORT, name="account.name")
class SupportCustomer(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A customer as a support system is told of it; `account` is our account id."""

    says_of: ClassVar[frozenset[str]] = frozenset({"account"})

    account: str
    name: str


@projects(
    Kind.ERP,
    name="account.name",
    parent="account.parent",
    billing_address="account.billing_address",
    payment_terms_days="account.payment_terms",
    tax_id="account.tax_id",
)
class ErpCustomer(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A customer as the ERP is told of it. `account` is our account id, `legal_entity` a code of ours.

    Billing address, terms and tax id are the ERP's own once it has an order of the customer: they are given
    when the customer is made there, and left UNSET after.
    """

    says_of: ClassVar[frozenset[str]] = frozenset({"account", "legal_entity", "currency"})

    account: str
    legal_entity: str
    currency: str
    name: str
    parent: str | UnsetType | None = UNSET
    billing_address: Address | UnsetType = UNSET
    payment_terms_days: int | UnsetType | None = UNSET
    tax_id: str | UnsetType | None = UNSET


@projects(
    Kind.ERP,
    number="invoice.number",
    lines="invoice.lines",
    total="invoice.totals",
    tax="invoice.totals",
    due_on="invoice.due_date",
)
class ErpInvoice(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An invoice of billing as it is posted in the ERP, once.

    `invoice` is billing's id, `customer` the ERP's. `posted_on` decides the accounting period: the day of the
    invoice, or the first day of the next open period, and then `note` says why.
    """

    says_of: ClassVar[frozenset[str]] = frozenset(
        {"invoice", "customer", "legal_entity", "posted_on", "note"}
    )

    invoice: str
    customer: str
    legal_entity: str
    number: str
    lines: tuple[Line, ...]
    total: Money
    tax: Money
    posted_on: date
    due_on: date | None
    note: str | None = None


@projects(
    Kind.ERP,
    number="credit_note.number",
    lines="credit_note.lines",
    total="credit_note.total",
    tax="credit_note.total",
)
class ErpCreditNote(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A credit note of billing as it is posted in the ERP, once, and applied there to its invoice.

    Ids are billing's, but for `customer`. Not more than `applied` comes off the invoice: who credits a paid
    one leaves it paid. None: as much as is still owed.
    """

    says_of: ClassVar[frozenset[str]] = frozenset(
        {"credit_note", "invoice", "customer", "legal_entity", "posted_on", "note", "applied"}
    )

    credit_note: str
    invoice: str
    customer: str
    legal_entity: str
    number: str
    lines: tuple[Line, ...]
    total: Money
    tax: Money
    posted_on: date
    note: str | None = None
    applied: Money | None = None


@projects(Kind.ERP, amount="payment.amount")
class ErpPayment(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A payment as it is posted in the ERP, once, and applied there to one invoice.

    `payment` is billing's id of the payment's application, as one payment may go to several invoices;
    `invoice` is billing's id: none when it stays on the customer's account. `customer` is the ERP's id.
    """

    says_of: ClassVar[frozenset[str]] = frozenset(
        {"payment", "invoice", "customer", "legal_entity", "posted_on", "note"}
    )

    payment: str
    invoice: str | None
    customer: str
    legal_entity: str
    amount: Money
    posted_on: date
    note: str | None = None


@projects(Kind.ERP, amount="refund.amount")
class ErpRefund(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A refund, or a lost dispute, as it is posted in the ERP, once. `refund` is billing's id of it.

    `credit_note` is the one that it pays out, where there is one: else the money goes back without a credit.
    """

    says_of: ClassVar[frozenset[str]] = frozenset(
        {"refund", "payment", "credit_note", "customer", "legal_entity", "posted_on", "note"}
    )

    refund: str
    payment: str
    credit_note: str | None
    customer: str
    legal_entity: str
    amount: Money
    posted_on: date
    note: str | None = None


@projects(Kind.ERP, gross="payout.gross", fees="payout.fees", net="payout.net")
class ErpPayout(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A payout as it is posted in the ERP, once: gross from clearing, fees apart, net to the bank.

    Below zero it goes the other way: out of the bank, into clearing.
    """

    says_of: ClassVar[frozenset[str]] = frozenset({"payout", "legal_entity", "posted_on", "note"})

    payout: str
    legal_entity: str
    gross: Money
    fees: Money
    net: Money
    posted_on: date
    note: str | None = None


@projects(Kind.ERP, dunning="receivable.dunning")
class ReceivableMark(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the ERP shows on a receivable of the collection that billing tries: none when all is well."""

    dunning: Risk | None
