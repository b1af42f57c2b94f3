"""What do payments, refunds, deposits and journals do to the ledger?"""

from decimal import Decimal
from typing import Final

from sandbox.netsuite.company import BANK, RECEIVABLE, UNDEPOSITED_FUNDS
from sandbox.netsuite.desk import ZERO, Desk, Sheet, number
from sandbox.netsuite.objections import (
    bad_value,
    no_such_value,
    not_set,
    out_of_balance,
    user_error,
)
from sandbox.netsuite.settling import settle
from sandbox.netsuite.shapes import Choice, Field, Line, Record, Reference
from sandbox.netsuite.transactions import APPROVED, DEPOSITED, UNDEPOSITED, posted, signed

_FEWEST_LINES: Final = 2


def enter_payment(desk: Desk, sheet: Sheet) -> list[Line]:
    """Money from a customer, into undeposited funds unless an account is named."""
    _with_customer(desk, sheet)
    total = sheet.rounded(sheet.amount("payment"))
    if total <= 0:
        raise bad_value("payment", "payment")
    into = sheet.pointer("account") or desk.account(UNDEPOSITED_FUNDS)
    sheet.fields |= {"payment": total, "total": total, "account": into}
    settle(desk, sheet, total)
    if sheet.old is None or sheet.old.fields["account"] != into:
        # Whether it was deposited since is up to the deposits.
        waits = into == desk.account(UNDEPOSITED_FUNDS)
        sheet.fields["status"] = _status(UNDEPOSITED if waits else DEPOSITED)
    return [posted(into, debit=total), posted(desk.account(RECEIVABLE), credit=total)]


def enter_refund(desk: Desk, sheet: Sheet) -> list[Line]:
    """Money back to a customer: what it settles, or a `total` of which the rest stays open."""
    _with_customer(desk, sheet)
    said = sheet.rounded(sheet.amount("total")) if sheet.fields.get("total") is not None else None
    lines = sheet.sublists.get("apply", [])
    asked = sum((number(line.get("amount")) for line in lines if line.get("apply") is not False), ZERO)
    total = said if said is not None else sheet.rounded(asked)
    if total <= 0:
        raise bad_value("total", "total")
    out_of = sheet.pointer("account") or desk.account(BANK)
    settle(desk, sheet, total)
    sheet.fields |= {"total": total, "account": out_of}
    return [posted(out_of, credit=total), posted(desk.account(RECEIVABLE), debit=total)]


def enter_deposit(desk: Desk, sheet: Sheet) -> list[Line]:
    """What reached the bank: payments and other money, less what was kept back (fees)."""
    _without_customer(desk, sheet)
    gathered = [_gathered(desk, sheet, place, line) for place, line in enumerate(_ticked(sheet))]
    others, kept_back = _others(sheet, "other"), _others(sheet, "cashBack")
    total = sum(
        (sign * number(line["amount"]) for lines, sign in ((others, 1), (kept_back, -1)) for line in lines),
        sum((number(line["paymentAmount"]) for line in gathered), ZERO),
    )
    into = sheet.pointer("account")
    if into is None or not (gathered or others):
        raise user_error("You must enter at least one line item for this transaction.", "other")
    sheet.sublists |= {"payment": gathered, "other": others, "cashBack": kept_back}
    sheet.fields["total"] = total
    funds = desk.account(UNDEPOSITED_FUNDS)
    return [
        _into(into, total, sheet.fields.get("memo")),
        *(posted(funds, credit=number(line["paymentAmount"])) for line in gathered),
        *(_into(_account(line), -number(line["amount"]), line.get("memo")) for line in others),
        *(_into(_account(line), number(line["amount"]), line.get("memo")) for line in kept_back),
    ]


def enter_journal(desk: Desk, sheet: Sheet) -> list[Line]:
    """A journal entry: its debits are its credits, or it is refused."""
    _without_customer(desk, sheet)
    lines = [_journal_line(sheet, place, line) for place, line in enumerate(sheet.sublists.get("line", []))]
    if len(lines) < _FEWEST_LINES or sum((signed(line) for line in lines), ZERO):
        raise out_of_balance()
    sheet.sublists["line"] = lines
    approved = sheet.fields.get("approved") is not False
    total = sum((number(line["debit"]) for line in lines), ZERO)
    sheet.fields |= {"approved": approved, "total": total, "status": _status(APPROVED)}
    return [line | {"memo": line.get("memo")} for line in lines]


def _with_customer(desk: Desk, sheet: Sheet) -> None:
    who = sheet.pointer("customer")
    assert who
    desk.stand(sheet, desk.customer(who))


def _without_customer(desk: Desk, sheet: Sheet) -> None:
    """The day, and the subsidiary with its currency, of what has no customer."""
    sheet.fields["tranDate"] = sheet.fields.get("tranDate") or desk.now.date()
    subsidiary = sheet.pointer("subsidiary")
    if subsidiary is None:
        raise not_set(["Subsidiary"])
    home = desk.books.at((subsidiary.type, subsidiary.id))
    assert home
    sheet.fields["currency"] = sheet.pointer("currency") or home.fields["currency"]


def _ticked(sheet: Sheet) -> list[Line]:
    return [line for line in sheet.sublists.get("payment", []) if line.get("deposit") is not False]


def _gathered(desk: Desk, sheet: Sheet, place: int, line: Line) -> Line:
    """A payment that waits among the undeposited funds, or is in this deposit already."""
    pointed = line.get("id")
    payment = desk.books.at((pointed.type, pointed.id)) if isinstance(pointed, Reference) else None
    if payment is None or not _waits(sheet, payment):
        said = str(pointed.id) if isinstance(pointed, Reference) else ""
        raise no_such_value(said, "id", f"payment.items[{place}].id")
    return {
        "deposit": True,
        "id": pointed,
        "paymentAmount": payment.fields["total"],
        "type": "Payment",
    }


def _waits(sheet: Sheet, payment: Record) -> bool:
    mine = sheet.old.sublists["payment"] if sheet.old else []
    taken = any(isinstance(line["id"], Reference) and line["id"].id == payment.id for line in mine)
    same = all(payment.fields[name] == sheet.fields[name] for name in ("subsidiary", "currency"))
    return same and (taken or payment.fields["status"] == _status(UNDEPOSITED))


def _others(sheet: Sheet, name: str) -> list[Line]:
    """The lines of a deposit that each name an account and an amount."""
    lines = sheet.sublists.get(name, [])
    if not all(isinstance(line.get("account"), Reference) for line in lines):
        raise not_set(["Account"])
    rounded = [line | {"amount": sheet.rounded(number(line.get("amount")))} for line in lines]
    for place, line in enumerate(rounded):
        if not line["amount"]:
            raise bad_value("amount", f"{name}.items[{place}].amount")
    return rounded


def _journal_line(sheet: Sheet, place: int, line: Line) -> Line:
    if not isinstance(line.get("account"), Reference):
        raise not_set(["Account"])
    debit, credit = (sheet.rounded(number(line.get(side))) for side in ("debit", "credit"))
    if bool(debit) == bool(credit) or debit < 0 or credit < 0:
        raise bad_value("debit", f"line.items[{place}].debit")
    return line | {"line": place + 1, "debit": debit or None, "credit": credit or None}


def _account(line: Line) -> Reference:
    account = line["account"]
    assert isinstance(account, Reference)
    return account


def _into(account: Reference, value: Decimal, memo: Field) -> Line:
    """A debit, or a credit where it is negative."""
    return (
        posted(account, debit=value, memo=memo) if value >= 0 else posted(account, credit=-value, memo=memo)
    )


def _status(status: Choice) -> Choice:
    return Choice(status.name, status.name)
