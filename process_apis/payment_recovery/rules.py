"""What does a late payment come to?"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from msgspec.structs import replace

from canonical.billing import InvoiceStatus
from canonical.projections import Risk
from canonical.requests import FollowUp
from process_apis.payment_recovery.model import LATE, Bill, Recovery, Stage

# docs.stripe.com/billing/revenue-recovery/smart-retries, "Non-retryable decline codes"
HARD: Final = frozenset(
    """authentication_required expired_card highest_risk_level incorrect_number lost_card pickup_card
    revocation_of_authorization revocation_of_all_authorizations stolen_card
    transaction_not_allowed""".split()
)
TASK_DAYS: Final = {True: 1, False: 3}
"""Days that the account's owner has, by whether the customer must act."""
ENDS: Final = {
    InvoiceStatus.PAID: Stage.RECOVERED,
    InvoiceStatus.VOID: Stage.RECOVERED,
    InvoiceStatus.UNCOLLECTIBLE: Stage.WRITTEN_OFF,
}


def moved(
    before: Recovery | None, bill: Bill, now: datetime, grace: timedelta, looked_at: int
) -> Recovery | None:
    """The recovery after billing was asked; None when there is none and needs to be none.

    What was asked earlier than what we know changes nothing.
    """
    if before is not None and before.looked_at >= looked_at:
        return before
    if (stage := _stage(before, bill, now)) is None:
        return None
    goes_on = before is not None and (before.stage in LATE or stage not in LATE)
    since = before.since if before and goes_on else now
    until = before.grace_until if before and before.stage in LATE else since + grace
    failure = bill.failure or (before.failure if before else None)
    after = Recovery(
        bill=bill,
        stage=stage,
        hard=stage in LATE and failure in HARD,
        failure=failure,
        since=since,
        grace_until=until if stage in LATE else None,
        version=before.version if before else 0,
        looked_at=looked_at,
        left=_left(before, bill),
    )
    told = before is not None and _shown(before) == _shown(after)
    return after if told else replace(after, version=after.version + 1)


def _left(before: Recovery | None, bill: Bill) -> str | None:
    """The account it was of last, also later: who was to follow it there may not have come to that."""
    if before is None:
        return None
    return before.left if before.bill.account == bill.account else before.bill.account


def _shown(recovery: Recovery) -> tuple[Stage, bool, str]:
    """What somebody is to be shown anew when it changes."""
    return recovery.stage, recovery.hard, recovery.bill.account


def _stage(before: Recovery | None, bill: Bill, now: datetime) -> Stage | None:
    if bill.status is InvoiceStatus.OPEN and bill.attempts:
        if before is None or before.stage not in LATE:
            return Stage.AT_RISK
        over = before.grace_until is not None and before.grace_until <= now
        return Stage.SUSPENDED if over else before.stage
    if before is None:
        return None
    return ENDS.get(bill.status, before.stage)


def risk(recovery: Recovery) -> Risk | None:
    """What the ERP shows on the receivable; none when all is well."""
    if recovery.stage is Stage.RECOVERED:
        return None
    return Risk(flagged=True, since=recovery.since, reason=reason(recovery))


def reason(recovery: Recovery) -> str:
    """In words for people, without anything that only the payer should know."""
    what = f"Invoice {recovery.bill.number or recovery.bill.ref.id}"
    if recovery.stage is Stage.WRITTEN_OFF:
        return f"{what} was given up as uncollectible"
    why = f": {recovery.failure}" if recovery.failure else ""
    words = f"{what} could not be collected{why}"
    return f"{words}; access is suspended" if recovery.stage is Stage.SUSPENDED else words


def follow_up(recovery: Recovery, account: str) -> FollowUp:
    """The task for whoever owns the account in the CRM (`account` is the CRM's id)."""
    owed = f"{recovery.bill.remaining.major} {recovery.bill.remaining.currency}"
    advice = (
        "The means of payment will not work again: ask for another one."
        if recovery.hard
        else "Billing tries again by itself."
    )
    until = f" Access is suspended after {recovery.grace_until:%Y-%m-%d}." if recovery.grace_until else ""
    return FollowUp(
        account=account,
        subject=f"Payment late: invoice {recovery.bill.number or recovery.bill.ref.id}",
        description=f"{reason(recovery)}. Owed: {owed}. {advice}{until}",
        due_on=(recovery.since + timedelta(days=TASK_DAYS[recovery.hard])).date(),
        urgent=recovery.hard or recovery.stage is Stage.SUSPENDED,
    )


def case_subject(recovery: Recovery) -> str:
    """What the outreach case is called."""
    return f"Payment of invoice {recovery.bill.number or recovery.bill.ref.id} failed"


def case_words(recovery: Recovery) -> str:
    """What is said in the case, for our own people, when this is how it stands."""
    owed = f"{recovery.bill.remaining.major} {recovery.bill.remaining.currency}"
    return _CASE_WORDS[recovery.stage](recovery, owed)


def _at_risk(recovery: Recovery, owed: str) -> str:
    asked = "another means of payment" if recovery.hard else "payment, unless the next try succeeds"
    until = f" until {recovery.grace_until:%Y-%m-%d}" if recovery.grace_until else ""
    return f"{reason(recovery)}. {owed} are owed. Ask the customer for {asked}; access goes on{until}."


_CASE_WORDS: Final[dict[Stage, Callable[[Recovery, str], str]]] = {
    Stage.AT_RISK: _at_risk,
    Stage.SUSPENDED: lambda recovery, owed: f"The grace is over: access is suspended. {owed} are owed.",
    Stage.RECOVERED: lambda recovery, owed: "Nothing is owed any more. Access is as it was before.",
    Stage.WRITTEN_OFF: lambda recovery, owed: f"Billing gave this up as uncollectible. {owed} are lost.",
}
