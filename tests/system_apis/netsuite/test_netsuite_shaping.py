"""Do our projections become the records that NetSuite is to keep?"""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from canonical.money import Money
from canonical.projections import ErpCreditNote, ErpInvoice
from canonical.sales import Line
from system_apis.netsuite import shaping

DAY = date(2026, 11, 18)
BOOKS = shaping.Books(subsidiary="1", currency="1")
ITEMS = shaping.Items({"TL-TEAM": "7"}, None)


def usd(minor: int) -> Money:
    return Money(minor=minor, currency="USD")


def sold(tax: int) -> dict[str, Any]:
    line = Line(sku="TL-TEAM", description=None, quantity=1, unit_price=usd(1000), amount=usd(1000))
    return {
        "customer": "1001",
        "legal_entity": "US",
        "lines": (line,),
        "total": usd(1000 + tax),
        "tax": usd(tax),
        "posted_on": DAY,
    }


def an_invoice(tax: int) -> shaping.Body:
    return shaping.invoice(ErpInvoice(invoice="in_1", number="1", due_on=None, **sold(tax)), BOOKS, ITEMS)


def a_credit_note(tax: int) -> shaping.Body:
    one = ErpCreditNote(credit_note="cn_1", number="1", invoice="in_1", **sold(tax))
    return shaping.credit_note(one, BOOKS, ITEMS, None, usd(0).major)


MADE = pytest.mark.parametrize("made", [an_invoice, a_credit_note])


@MADE
def test_no_tax_is_billings_decision_too_and_none_is_worked_out_anew(
    made: Callable[[int], shaping.Body],
) -> None:
    body = made(0)
    assert body["taxDetailsOverride"] is True
    assert "taxDetails" not in body


@MADE
def test_the_tax_that_billing_said_stands_on_the_first_line(made: Callable[[int], shaping.Body]) -> None:
    body = made(75)
    assert body["taxDetailsOverride"] is True
    (detail,) = body["taxDetails"]["items"]
    assert detail["taxDetailsReference"] == body["item"]["items"][0]["taxDetailsReference"]
    assert (str(detail["taxAmount"]), str(detail["taxRate"])) == ("0.75", "7.5000")
