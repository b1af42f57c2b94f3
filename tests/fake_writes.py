"""What do the fake systems do when they are told to?"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from msgspec import UNSET
from msgspec.structs import replace

from canonical.finance import AccountingPeriod, LedgerEntry, Receivable
from canonical.identity import Origin
from canonical.money import Money
from canonical.projections import (
    CrmStanding,
    ErpCreditNote,
    ErpCustomer,
    ErpInvoice,
    ErpPayment,
    ErpPayout,
    ErpRefund,
    ReceivableMark,
    SupportCustomer,
    SupportStanding,
)
from canonical.requests import CaseChange, CaseDraft, FollowUp
from canonical.support import Case, CasePriority, CaseStatus, Comment
from process_apis import clock
from system_apis.errors import Missing, PeriodClosed, Refused
from system_apis.writes import Written
from tests.fake_system import System


class Task(NamedTuple):
    """A task in the CRM, and whether it is still to be done."""

    task: FollowUp
    open: bool


@dataclass
class CrmWriting(System):
    """`standings` by account, `tasks` by key."""

    standings: dict[str, CrmStanding] = field(default_factory=dict)
    tasks: dict[str, Task] = field(default_factory=dict)

    async def put_standing(self, account: str, standing: CrmStanding, *, key: str) -> Written:
        return await self._writes(
            "put_standing", key, lambda: self._put(self.standings, account, standing, "account")
        )

    async def put_follow_up(self, task: FollowUp, *, key: str) -> Written:
        return await self._writes("put_follow_up", key, lambda: self._tasked(key, Task(task, open=True)))

    async def end_follow_up(self, key: str) -> Written | None:
        if key not in self.tasks:
            await self._answers("end_follow_up")
            return None
        done = Task(self.tasks[key].task, open=False)
        return await self._writes("end_follow_up", key, lambda: self._tasked(key, done))

    def _tasked(self, key: str, task: Task) -> tuple[Written, bool]:
        before = self.tasks.get(key)
        self.tasks[key] = task
        return self._written("task", key, created=before is None), before != task


@dataclass
class SupportWriting(System):
    """Opening a case is not idempotent here, as on the platforms: twice opened, there are two."""

    customers: dict[str, SupportCustomer] = field(default_factory=dict)
    standings: dict[str, SupportStanding] = field(default_factory=dict)
    opened: list[tuple[str, CaseDraft]] = field(default_factory=list)
    tickets: list[Case] = field(default_factory=list)
    said: dict[str, list[Comment]] = field(default_factory=dict)
    changed: set[tuple[str, str]] = field(default_factory=set)

    async def put_customer(self, customer: SupportCustomer, *, key: str) -> Written:
        return await self._writes(
            "put_customer", key, lambda: self._put(self.customers, customer.account, customer, "organization")
        )

    async def put_standing(self, organization: str, standing: SupportStanding, *, key: str) -> Written:
        return await self._writes(
            "put_standing", key, lambda: self._put(self.standings, organization, standing, "organization")
        )

    async def open_case(self, case: CaseDraft, *, key: str) -> Written:
        return await self._writes("open_case", key, lambda: self._open(case, key))

    async def case_by_key(self, key: str) -> Case | None:
        await self._answers("case_by_key")
        numbers = [str(number) for number, (of, _) in enumerate(self.opened) if of == key]
        return next((case for case in self.tickets if case.number in numbers), None)

    async def change_case(self, case: str, change: CaseChange, *, key: str) -> Written:
        return await self._writes("change_case", key, lambda: self._change(case, change, key))

    def _open(self, draft: CaseDraft, key: str) -> tuple[Written, bool]:
        id, now = str(len(self.opened)), clock.now()
        self.opened.append((key, draft))
        self.tickets.append(
            Case(
                number=id,
                organization=draft.organization,
                subject=draft.subject,
                status=CaseStatus.NEW,
                priority=draft.priority,
                tags=draft.tags,
                opened_at=now,
                updated_at=now,
                origin=Origin(ref=self._ref("ticket", id), observed_at=now),
            )
        )
        self.said[id] = [Comment(body=draft.body, public=draft.public, at=now, from_customer=False)]
        return self._written("ticket", id, created=True), True

    def _change(self, id: str, change: CaseChange, key: str) -> tuple[Written, bool]:
        at = next((n for n, one in enumerate(self.tickets) if one.origin.ref.id == id), None)
        if at is None:
            raise Missing(self.name, id)
        if (case := self.tickets[at]).status is CaseStatus.CLOSED:
            raise Refused(self.name, "the case is closed")
        priority: CasePriority | None = case.priority if change.priority is UNSET else change.priority
        tags = tuple(dict.fromkeys((*case.tags, *change.add_tags)))
        self.tickets[at] = replace(
            case,
            status=CaseStatus.SOLVED if change.solved else case.status,
            priority=priority,
            tags=tuple(tag for tag in tags if tag not in change.remove_tags),
        )
        says = change.comment is not None and (id, key) not in self.changed
        if change.comment is not None and says:
            self.changed.add((id, key))
            self.said.setdefault(id, []).append(
                Comment(body=change.comment, public=change.public, at=clock.now(), from_customer=False)
            )
        return self._written("ticket", id, created=False), says or self.tickets[at] != case


@dataclass
class ErpWriting(System):
    """A ledger: what is posted by its source stays what it was first; `closed` are months, as `2026-03`."""

    customers: dict[str, ErpCustomer] = field(default_factory=dict)
    posted: dict[tuple[str, str], LedgerEntry] = field(default_factory=dict)
    postings: dict[tuple[str, str], Any] = field(default_factory=dict)
    owed: list[Receivable] = field(default_factory=list)
    months: list[AccountingPeriod] = field(default_factory=list)
    closed: set[str] = field(default_factory=set)

    async def receivable(self, invoice: str) -> Receivable:
        await self._answers("receivable")
        for one in self.owed:
            if one.invoice == invoice:
                return self._seen([one])[0]
        raise Missing(self.name, invoice)

    async def periods(self, legal_entity: str) -> tuple[AccountingPeriod, ...]:
        await self._answers("periods")
        months = (month for month in self.months if month.legal_entity == legal_entity)
        return tuple(replace(month, closed=month.closed or month.name in self.closed) for month in months)

    async def ledger_entry(self, what: str, source: str) -> LedgerEntry:
        await self._answers("ledger_entry")
        if (what, source) not in self.posted:
            raise Missing(self.name, source)
        return self._seen([self.posted[what, source]])[0]

    async def put_customer(self, customer: ErpCustomer, *, key: str) -> Written:
        return await self._writes(
            "put_customer", key, lambda: self._put(self.customers, customer.account, customer, "customer")
        )

    async def post_invoice(self, invoice: ErpInvoice, *, key: str) -> Written:
        def owe() -> None:
            self.owed.append(
                Receivable(
                    number=invoice.number,
                    invoice=invoice.invoice,
                    customer=invoice.customer,
                    legal_entity=invoice.legal_entity,
                    total=invoice.total,
                    open_amount=invoice.total,
                    posted_on=invoice.posted_on,
                    due_on=invoice.due_on,
                    period=_month(invoice.posted_on),
                    origin=Origin(ref=self._ref("invoice", invoice.invoice), observed_at=clock.now()),
                )
            )

        return await self._posts("invoice", invoice.invoice, invoice, invoice.total, key, owe)

    async def post_credit_note(self, credit_note: ErpCreditNote, *, key: str) -> Written:
        return await self._posts(
            "credit_note",
            credit_note.credit_note,
            credit_note,
            credit_note.total,
            key,
            lambda: self._credit(credit_note.invoice, credit_note.total),
        )

    async def post_payment(self, payment: ErpPayment, *, key: str) -> Written:
        return await self._posts(
            "payment",
            payment.payment,
            payment,
            payment.amount,
            key,
            lambda: self._apply(payment.invoice, payment.amount),
        )

    async def post_refund(self, refund: ErpRefund, *, key: str) -> Written:
        return await self._posts("refund", refund.refund, refund, refund.amount, key)

    async def post_payout(self, payout: ErpPayout, *, key: str) -> Written:
        moved = payout.net if payout.net.minor >= 0 else -payout.net
        return await self._posts("payout", payout.payout, payout, moved, key)

    async def mark_receivable(self, invoice: str, mark: ReceivableMark, *, key: str) -> Written:
        def write() -> tuple[Written, bool]:
            for at, one in enumerate(self.owed):
                if one.invoice == invoice:
                    said = mark.dunning.reason if mark.dunning and mark.dunning.flagged else None
                    self.owed[at] = replace(one, dunning=said)
                    return self._written("invoice", invoice, created=False), self.owed[at] != one
            raise Missing(self.name, invoice)

        return await self._writes("mark_receivable", key, write)

    async def _posts(
        self,
        what: str,
        source: str,
        posting: ErpInvoice | ErpCreditNote | ErpPayment | ErpRefund | ErpPayout,
        amount: Money,
        key: str,
        also: Callable[[], None] = lambda: None,
    ) -> Written:
        def write() -> tuple[Written, bool]:
            if (what, source) in self.posted:
                return self._written(what, source, created=False), False
            if _month(posting.posted_on) in self.closed:
                raise PeriodClosed(self.name, "the period is closed")
            also()
            self.postings[what, source] = posting
            self.posted[what, source] = LedgerEntry(
                what=what,
                source=source,
                legal_entity=posting.legal_entity,
                amount=amount,
                applied=amount if what != "invoice" and getattr(posting, "invoice", None) else None,
                posted_on=posting.posted_on,
                period=_month(posting.posted_on),
                note=posting.note,
                origin=Origin(ref=self._ref(what, source), observed_at=clock.now()),
            )
            return self._written(what, source, created=True), True

        return await self._writes(f"post_{what}", key, write)

    def _credit(self, invoice: str, amount: Money) -> None:
        """As far as something is owed; the rest is the customer's."""
        owed = next((one.open_amount for one in self.owed if one.invoice == invoice), amount)
        self._apply(invoice, min(owed, amount, key=lambda one: one.minor))

    def _apply(self, invoice: str | None, amount: Money) -> None:
        if invoice is None:
            return
        for at, one in enumerate(self.owed):
            if one.invoice == invoice:
                if amount.minor > one.open_amount.minor:
                    raise Refused(self.name, "more than is owed")
                self.owed[at] = replace(one, open_amount=one.open_amount - amount)
                return
        raise Refused(self.name, "no such invoice to apply it to")


def _month(day: date) -> str:
    return day.isoformat()[:7]
