"""Which question is asked for each part of the picture, and of which kind of system?"""

from collections.abc import Awaitable, Callable
from typing import Any, Generic, TypeVar

from msgspec import Struct

from canonical.billing import Invoice, Payment, Subscription
from canonical.customer import BillingDetails, Contact
from canonical.identity import Kind, Prefix
from canonical.sales import Contract, Order
from canonical.support import Case
from process_apis.account_360 import merging, questions
from process_apis.account_360.merging import Merge
from process_apis.account_360.model import Balance, Hierarchy, Listing, Profile
from process_apis.links import LinkedAccount

T = TypeVar("T")


class Question(Struct, Generic[T], frozen=True, kw_only=True):
    """One part: its name, the kind of system that owns it, how it is asked, what it is remembered as.

    `prefix` is that of its records' ids, where one record can be asked for by id. `merge` puts together what
    several connections say; without it one of them speaks for all.
    """

    part: str
    kind: Kind
    ask: Callable[[LinkedAccount], Awaitable[T]]
    answer: Any
    merge: Merge[T] | None = None
    prefix: Prefix | None = None


BILLING_DETAILS: Question[BillingDetails | None] = Question(
    part="billing_details", kind=Kind.ERP, ask=questions.billing_details, answer=BillingDetails | None
)
"""Half of the profile once the account has an order; asked beside the parts, and remembered like one."""

QUESTIONS: tuple[Question[Any], ...] = (
    Question(part="profile", kind=Kind.CRM, ask=questions.profile, answer=Profile),
    Question(part="hierarchy", kind=Kind.CRM, ask=questions.hierarchy, answer=Hierarchy),
    Question(
        part="contacts",
        kind=Kind.CRM,
        ask=questions.contacts,
        answer=Listing[Contact],
        merge=merging.CONTACTS,
    ),
    Question(
        part="contracts",
        kind=Kind.CRM,
        ask=questions.contracts,
        answer=Listing[Contract],
        merge=merging.CONTRACTS,
    ),
    Question(
        part="subscriptions",
        kind=Kind.BILLING,
        ask=questions.subscriptions,
        answer=Listing[Subscription],
        merge=merging.SUBSCRIPTIONS,
    ),
    Question(
        part="invoices",
        kind=Kind.BILLING,
        ask=questions.invoices,
        answer=Listing[Invoice],
        merge=merging.INVOICES,
        prefix=Prefix.INVOICE,
    ),
    Question(part="balance", kind=Kind.ERP, ask=questions.balance, answer=Balance, merge=merging.balances),
    Question(
        part="payments",
        kind=Kind.BILLING,
        ask=questions.payments,
        answer=Listing[Payment],
        merge=merging.PAYMENTS,
    ),
    Question(
        part="cases",
        kind=Kind.SUPPORT,
        ask=questions.cases,
        answer=Listing[Case],
        merge=merging.CASES,
        prefix=Prefix.CASE,
    ),
    Question(
        part="orders",
        kind=Kind.ERP,
        ask=questions.orders,
        answer=Listing[Order],
        merge=merging.ORDERS,
        prefix=Prefix.ORDER,
    ),
)
