"""How does a draft become a record of the books, with everything that follows from it?

All is checked before anything is written: a refused record leaves the books as they were.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from sandbox.ids import NETSUITE_STARTS
from sandbox.netsuite.buyers import enter_customer, enter_relationship
from sandbox.netsuite.desk import ZERO, Desk, Sheet, number
from sandbox.netsuite.drafting import Draft
from sandbox.netsuite.objections import already_there, in_use, not_set
from sandbox.netsuite.paying import enter_deposit, enter_journal, enter_payment, enter_refund
from sandbox.netsuite.schema import SHAPES
from sandbox.netsuite.selling import enter_credit_memo, enter_invoice, enter_order, settled_invoice
from sandbox.netsuite.settling import settled_by
from sandbox.netsuite.shapes import Choice, Field, Key, Line, Record, Reference
from sandbox.netsuite.transactions import APPLIED, DEPOSITED, OPEN, ORDER_STATUSES, UNDEPOSITED


@dataclass(frozen=True)
class Rule:
    """How a type is entered, what its numbers begin with, and whether it goes into the ledger."""

    enter: Callable[[Desk, Sheet], list[Line]]
    prefix: str
    posts: bool = True


RULES: Final = {
    "customer": Rule(enter_customer, "CUST", posts=False),
    "customerSubsidiaryRelationship": Rule(enter_relationship, "", posts=False),
    "salesOrder": Rule(enter_order, "SO", posts=False),
    "invoice": Rule(enter_invoice, "INV"),
    "creditMemo": Rule(enter_credit_memo, "CM"),
    "customerPayment": Rule(enter_payment, "PYMT"),
    "customerRefund": Rule(enter_refund, "RFND"),
    "deposit": Rule(enter_deposit, "DEP"),
    "journalEntry": Rule(enter_journal, "JE"),
}
# Figures of a line that are worked out anew when one of these is said without them.
_FOLLOW: Final = {"amount": {"quantity", "rate"}, "rate": {"amount"}}
# Numbers go on where those of the seeded company end.
_FIRST_NUMBER: Final = 10_000


def enter(desk: Desk, draft: Draft, old: Record | None, replaced: Iterable[str] = ()) -> Record:
    """Write a draft into the books, over the old record if there is one. `Refused`: nothing was written.

    Lines of the old record stay, unless their sublist is among the `replaced`.
    """
    shape, rule = SHAPES[draft.type], RULES[draft.type]
    sheet = Sheet(draft.type, _fields(draft, old), _sublists(draft, old, set(replaced)), old)
    if missing := [title for name, title in shape.required.items() if sheet.fields.get(name) in (None, "")]:
        raise not_set(missing)
    _keep_apart(desk, sheet)
    postings = rule.enter(desk, sheet)
    if rule.posts:
        _book_in(desk, sheet, postings)
    id = old.id if old else desk.books.next_id(draft.type)
    _number(sheet, rule, id)
    _stamp(desk, sheet)
    record = Record(draft.type, id, sheet.fields, sheet.sublists, postings)
    desk.books.put(record)
    _follow(desk, old, record)
    return record


def strike_out(desk: Desk, record: Record) -> None:
    """Take a record out of the books, and with it all it did. `Refused`: others depend on it."""
    if desk.books.is_used(record.key):
        raise in_use()
    if record.postings:
        _open_month(desk, record)
    desk.books.remove(record)
    _follow(desk, record, None)


def _fields(draft: Draft, old: Record | None) -> dict[str, Field]:
    return (dict(old.fields) if old else dict.fromkeys(SHAPES[draft.type].fields)) | draft.fields


def _sublists(draft: Draft, old: Record | None, replaced: set[str]) -> dict[str, list[Line]]:
    """Oracle, "Updating a Sublist": lines with a known key are changed, others added."""
    sublists: dict[str, list[Line]] = {}
    for name, sublist in SHAPES[draft.type].sublists.items():
        before = [dict(line) for line in old.sublists.get(name, ())] if old else []
        said = draft.sublists.get(name)
        if said is None:
            sublists[name] = before
        else:
            sublists[name] = _merged(before, said, sublist.key, replace=name in replaced)
    return sublists


def _merged(before: list[Line], said: list[Line], key: str, *, replace: bool) -> list[Line]:
    known = {_key(line, key): line for line in before if _key(line, key) is not None}
    named = {_key(line, key) for line in said} - {None}
    stay = [] if replace else [line for line in before if _key(line, key) not in named]
    return stay + [_worked_out_anew(known.get(_key(line, key), {}), line) | line for line in said]


def _worked_out_anew(before: Line, said: Line) -> Line:
    """A line as it was, without the figures that follow from those that are said now."""
    follow = {name for name, figures in _FOLLOW.items() if name not in said and figures & said.keys()}
    return {name: field for name, field in before.items() if name not in follow}


def _key(line: Line, key: str) -> object:
    value = line.get(key)
    return value.id if isinstance(value, Reference | Choice) else value


def _keep_apart(desk: Desk, sheet: Sheet) -> None:
    """No two records of a type under one external id."""
    eid = sheet.fields.get("externalId")
    there = desk.books.record(sheet.type, f"eid:{eid}") if eid else None
    if there and (sheet.old is None or (there is not sheet.old and sheet.old.external_id != eid)):
        raise already_there(entity=sheet.type == "customer")


def _book_in(desk: Desk, sheet: Sheet, postings: list[Line]) -> None:
    """See that the month is open, if anything changes in the ledger; also that of before."""
    if sheet.old is None:
        desk.book_in(sheet)
        return
    moved = any(sheet.fields[name] != sheet.old.fields[name] for name in ("tranDate", "subsidiary"))
    if moved or _effects(postings) != _effects(sheet.old.postings):
        _open_month(desk, sheet.old)
        desk.book_in(sheet)


def _effects(postings: list[Line]) -> list[tuple[Field, Field, Field]]:
    return [(line["account"], line["debit"], line["credit"]) for line in postings]


def _open_month(desk: Desk, record: Record) -> None:
    subsidiary = record.fields["subsidiary"]
    assert isinstance(subsidiary, Reference)
    desk.open_month(subsidiary, record.fields["tranDate"])


def _number(sheet: Sheet, rule: Rule, id: int) -> None:
    number = id - NETSUITE_STARTS[sheet.type]
    if sheet.type == "customer":
        sheet.fields["entityId"] = sheet.fields.get("entityId") or f"{rule.prefix}{number:05d}"
    elif rule.prefix:
        sheet.fields["tranId"] = sheet.fields.get("tranId") or f"{rule.prefix}{_FIRST_NUMBER + number}"


def _stamp(desk: Desk, sheet: Sheet) -> None:
    """When it was written, to the second as NetSuite keeps it."""
    now = desk.now.replace(microsecond=0)
    sheet.fields["lastModifiedDate"] = now
    if "createdDate" in SHAPES[sheet.type].fields and sheet.old is None:
        sheet.fields["createdDate"] = now


def _follow(desk: Desk, old: Record | None, new: Record | None) -> None:
    """Let the documents that a record settles or takes up say so."""
    before, after = (settled_by(record) if record else {} for record in (old, new))
    for key in sorted(before.keys() | after.keys()):
        _settle(desk, key, after.get(key, ZERO) - before.get(key, ZERO))
    held, holds = (_gathered(record) if record else set() for record in (old, new))
    for key in sorted(held ^ holds):
        _restate(desk, key, {"status": _shown(DEPOSITED if key in holds else UNDEPOSITED)})
    order = new.fields.get("createdFrom") if new and new.type == "invoice" and old is None else None
    gone = old.fields.get("createdFrom") if old and old.type == "invoice" and new is None else None
    for pointed, status in ((order, "billed"), (gone, "pending_fulfilment")):
        if isinstance(pointed, Reference):
            billed = ORDER_STATUSES[status]
            _restate(desk, (pointed.type, pointed.id), {"orderStatus": billed, "status": _shown(billed)})


def _settle(desk: Desk, key: Key, by: Decimal) -> None:
    doc = desk.books.at(key)
    if doc is None or not by:
        return
    if doc.type == "invoice":
        _restate(desk, key, settled_invoice(doc, by))
        return
    left = number(doc.fields["unapplied"]) - by
    fields: dict[str, Field] = {"applied": number(doc.fields["applied"]) + by, "unapplied": left}
    if doc.type == "creditMemo":
        fields["status"] = _shown(OPEN if left else APPLIED)
    _restate(desk, key, fields)


def _gathered(record: Record) -> set[Key]:
    lines = record.sublists.get("payment", ()) if record.type == "deposit" else ()
    return {(line["id"].type, line["id"].id) for line in lines if isinstance(line["id"], Reference)}


def _restate(desk: Desk, key: Key, fields: dict[str, Field]) -> None:
    """Change what a record says of itself; it counts as modified."""
    if record := desk.books.at(key):
        modified: dict[str, Field] = {"lastModifiedDate": desk.now.replace(microsecond=0)}
        desk.books.put(
            Record(
                record.type, record.id, record.fields | fields | modified, record.sublists, record.postings
            )
        )


def _shown(status: Choice) -> Choice:
    """A status as a record shows it: its name, twice."""
    return Choice(status.name, status.name)
