"""What do several systems of one kind say together about one customer?

A customer may have a record in the billing system of each legal entity, or two records in one of them.
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from itertools import chain
from typing import Final, TypeVar

from canonical.billing import Invoice, Payment, Subscription
from canonical.customer import Contact
from canonical.money import totals
from canonical.sales import Contract, Order
from canonical.support import Case
from process_apis.account_360.model import SHOWN, Balance, Listing

T = TypeVar("T")

Merge = Callable[[Sequence[T]], T]


def _latest(when: Callable[[T], datetime | date | None]) -> Merge[Listing[T]]:
    """The newest of all, as many as one list shows. A list that is alone stays in its owner's order."""

    def merged(lists: Sequence[Listing[T]]) -> Listing[T]:
        found = list(chain.from_iterable(one.items for one in lists))
        if len(lists) > 1:
            found.sort(key=lambda one: at.isoformat() if (at := when(one)) else "", reverse=True)
        more = len(found) > SHOWN or any(one.has_more for one in lists)
        return Listing(items=tuple(found[:SHOWN]), has_more=more)

    return merged


CONTACTS: Final[Merge[Listing[Contact]]] = _latest(
    lambda one: None
)  # people have no newest: one list after another
CONTRACTS: Final[Merge[Listing[Contract]]] = _latest(lambda one: one.start)
SUBSCRIPTIONS: Final[Merge[Listing[Subscription]]] = _latest(lambda one: one.started_at)
INVOICES: Final[Merge[Listing[Invoice]]] = _latest(lambda one: one.created_at)
PAYMENTS: Final[Merge[Listing[Payment]]] = _latest(lambda one: one.at)
CASES: Final[Merge[Listing[Case]]] = _latest(lambda one: one.opened_at)
ORDERS: Final[Merge[Listing[Order]]] = _latest(lambda one: one.ordered_on)


def balances(owed: Sequence[Balance]) -> Balance:
    """Added up per currency; complete when each of them is."""
    return Balance(
        open=totals(chain.from_iterable(one.open for one in owed)),
        overdue=totals(chain.from_iterable(one.overdue for one in owed)),
        receivables=tuple(chain.from_iterable(one.receivables for one in owed)),
        complete=all(one.complete for one in owed),
    )
