"""Does the ERP's subledger say the same as billing, and once?

Compared is what came to be in billing since a first look at it: invoices that were finalised, payments of
invoices, credit notes, refunds and payouts, one by one and as sums by legal entity and currency.
"""

from collections import defaultdict
from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final

from msgspec import Struct

Json = dict[str, Any]
See = Callable[[str, str], Any]
ZERO_DECIMALS: Final = frozenset({"jpy"})
"""Currencies of the practice company that have no cents."""
# kind in billing -> kind in the ERP, what the ERP puts before billing's id, the field of its amount
IN_ERP: Final[dict[str, tuple[str, str, str]]] = {
    "invoice": ("invoice", "", "total"),
    "invoice_payment": ("customerPayment", "py-", "payment"),
    "credit_note": ("creditMemo", "", "total"),
    "refund": ("customerRefund", "", "total"),
    "payout": ("deposit", "", "total"),
}


class Compared(Struct, frozen=True, kw_only=True):
    """How one kind stands: objects in billing, those that are not in the ERP, are there twice, or differ.

    `sums` is billing's total and the ERP's, by legal entity of the ERP (its name there) and currency.
    """

    objects: int
    missing: tuple[str, ...]
    twice: tuple[str, ...]
    wrong: tuple[str, ...]
    sums: dict[tuple[str, str], tuple[Decimal, Decimal]]

    @property
    def right(self) -> bool:
        """None lost, none twice, every sum equal."""
        return not (self.missing or self.twice or self.wrong) and all(a == b for a, b in self.sums.values())


def known(see: See) -> frozenset[str]:
    """The ids of what belongs into the ledger now."""
    return frozenset(
        str(one["id"])
        for kind in IN_ERP
        for one in see("stripe", f"/state/{kind}")["data"]
        if _counts(kind, one)
    )


def compared(see: See, before: frozenset[str]) -> dict[str, Compared]:
    """Every kind, for what is not in `before`."""
    return {kind: _kind(see, kind, before) for kind in IN_ERP}


def _kind(see: See, kind: str, before: frozenset[str]) -> Compared:
    erp, prefix, field = IN_ERP[kind]
    found = see("stripe", f"/state/{kind}")["data"]
    billed = {one["id"]: one for one in found if one["id"] not in before and _counts(kind, one)}
    entered: defaultdict[str, list[Json]] = defaultdict(list)
    for record in see("netsuite", f"/state/{erp}")["data"]:
        entered[str(record.get("externalId"))].append(record)
    sums: defaultdict[tuple[str, str], list[Decimal]] = defaultdict(lambda: [Decimal(), Decimal()])
    wrong = []
    for id, one in billed.items():
        amount, currency = _amount(kind, one), str(one.get("currency"))
        for record in entered[f"{prefix}{id}"]:
            place = (_entity(record), currency)
            booked = Decimal(str(record[field]))
            sums[place][0] += amount
            sums[place][1] += booked
            if booked != amount:
                wrong.append(f"{id}: {amount} {currency} in billing, {booked} in the ERP")
    return Compared(
        objects=len(billed),
        missing=tuple(id for id in billed if not entered[f"{prefix}{id}"]),
        twice=tuple(id for id in billed if len(entered[f"{prefix}{id}"]) > 1),
        wrong=tuple(wrong),
        sums={place: (a, b) for place, (a, b) in sums.items()},
    )


def _counts(kind: str, one: Json) -> bool:
    """Whether it belongs into the ledger by now."""
    if kind == "invoice":
        return one["status"] in ("open", "paid", "uncollectible", "void")
    return kind not in ("invoice_payment", "payout", "refund") or one["status"] in ("paid", "succeeded")


_AMOUNT: Final = {"invoice": "total", "invoice_payment": "amount_paid", "credit_note": "total"}


def _amount(kind: str, one: Json) -> Decimal:
    minor = Decimal(one[_AMOUNT.get(kind, "amount")])
    return minor if one["currency"] in ZERO_DECIMALS else minor / 100


def _entity(record: Json) -> str:
    return str((record.get("subsidiary") or {}).get("refName"))
