"""What does an agent see of a search, a timeline, an entitlement, an order?"""

from typing import Annotated

from msgspec import Meta, Struct

from canonical.identity import AccountId, Timestamp
from canonical.sales import Order
from experience_apis.made import Made
from experience_apis.records import OrderView, SlaView, to_entitlement, to_order
from experience_apis.shapes import Line, Word
from process_apis.account_360 import SHOWN, Found, Moment
from process_apis.entitlement.model import Decision
from process_apis.links import LinkedAccount


class AccountFound(Struct, kw_only=True):
    """An account that matches a search, and in which systems it is known."""

    account: AccountId
    name: Line
    parent: AccountId | None
    legal_entity: Word | None
    presence: Annotated[dict[str, str], Meta(max_length=4)]


class AccountsFound(Struct, kw_only=True):
    """The best matches; `unanswered` names the connections that could not be asked."""

    data: Annotated[tuple[AccountFound, ...], Meta(max_length=SHOWN)]
    next_cursor: Word | None = None
    has_more: bool = False
    unanswered: Annotated[tuple[Word, ...], Meta(max_length=100)]


class MomentView(Struct, kw_only=True):
    """One thing that happened."""

    at: Timestamp
    kind: Word
    title: Line
    source: Word
    trace_id: Word | None


class FactView(Struct, kw_only=True):
    """One fact a decision rests on."""

    name: Word
    source: Word
    observed_at: Timestamp
    state: Word


class DecisionView(Struct, kw_only=True, weakref=True):
    """May this account use this feature now, and why?"""

    account: AccountId
    feature: Word
    decision: Annotated[Word, Meta(examples=["granted", "withheld"])]
    reason: Word
    tier: Word | None
    sla: SlaView | None
    valid_until: Timestamp | None
    fallback: bool
    facts: Annotated[tuple[FactView, ...], Meta(max_length=1000)]


class AccountOrderView(OrderView, kw_only=True):
    """An order and whose it is."""

    account: AccountId


def to_found(found: Found) -> AccountsFound:
    return AccountsFound(data=tuple(map(to_account, found.accounts)), unanswered=found.unanswered)


def presence(account: LinkedAccount) -> dict[str, str]:
    """Per kind of system: none, one or several records of this customer."""
    return {str(kind): how_many for kind, how_many in account.presence.items()}


def to_account(account: LinkedAccount) -> AccountFound:
    return AccountFound(
        account=account.id,
        name=account.name,
        parent=account.parent,
        legal_entity=account.legal_entity,
        presence=presence(account),
    )


def to_moment(moment: Moment) -> MomentView:
    return MomentView(
        at=moment.at, kind=moment.kind, title=moment.title, source=moment.source, trace_id=moment.trace_id
    )


@Made
def to_decision(decision: Decision) -> DecisionView:
    seen = to_entitlement(decision)
    return DecisionView(
        account=decision.account,
        feature=seen.feature,
        decision=seen.decision,
        reason=seen.reason,
        tier=seen.tier,
        sla=seen.sla,
        valid_until=seen.valid_until,
        fallback=seen.fallback,
        facts=tuple(
            FactView(name=fact.name, source=fact.source, observed_at=fact.observed_at, state=fact.state)
            for fact in decision.facts
        ),
    )


def to_account_order(account: str, order: Order) -> AccountOrderView:
    seen = to_order(order)
    return AccountOrderView(
        account=account,
        id=seen.id,
        number=seen.number,
        status=seen.status,
        ordered_on=seen.ordered_on,
        contract=seen.contract,
        total=seen.total,
        lines=seen.lines,
    )
