"""What may be posted in the practice NetSuite, when, and does it balance?"""

from decimal import Decimal
from typing import Any

import pytest

from tests.sandbox.netsuite.bodies import TODAY, invoice, journal, line, payment
from tests.sandbox.netsuite.conftest import RECORD, Erp

CLOSED = (
    400,
    "Error while accessing a resource."
    " The transaction date you specified is not within the date range of your accounting period.",
    "USER_ERROR",
    "tranDate",
)
BANK, FUNDS, FEES = "201", "202", "207"


async def test_the_account_has_what_postings_need(erp: Erp) -> None:
    rows = await erp.rows("SELECT id, acctnumber FROM account WHERE acctnumber IN ('1000', '1050', '6100')")
    assert {row["acctnumber"]: row["id"] for row in rows} == {"1000": BANK, "1050": FUNDS, "6100": FEES}


async def test_a_journal_that_balances_is_posted(erp: Erp) -> None:
    made = await erp.written("/journalEntry/eid:je_x", journal(12.5, 12.5))
    assert (made["total"], made["approved"], made["line"]["items"][0]["memo"]) == (12.5, True, "to the bank")
    assert await erp.ledger(made["id"]) == {"1000": Decimal("12.5"), "4000": Decimal("-12.5")}
    (row,) = await erp.rows("SELECT type, foreigntotal FROM transaction WHERE externalid = 'je_x'")
    assert row == {"type": "Journal", "foreigntotal": "12.5"}


async def test_a_journal_out_of_balance_is_refused(erp: Erp) -> None:
    response = await erp.put("/journalEntry/eid:je_x", journal(12.5, 12.49))
    assert erp.refusal(response)[1:3] == (
        "Error while accessing a resource. The amounts in a journal entry must balance.",
        "USER_ERROR",
    )
    assert (await erp.get("/journalEntry/eid:je_x")).status_code == 404


@pytest.mark.parametrize(
    "lines",
    [
        [],
        [{"account": {"id": BANK}, "debit": 0}],
        [{"account": {"id": BANK}, "debit": 5, "credit": 5}, {"account": {"id": FEES}, "credit": 0}],
        [{"account": {"id": BANK}, "debit": -5}, {"account": {"id": FEES}, "credit": -5}],
        [{"debit": 5}, {"account": {"id": FEES}, "credit": 5}],
    ],
)
async def test_a_journal_of_nonsense_is_refused(erp: Erp, lines: list[dict[str, Any]]) -> None:
    body = journal(1, 1) | {"line": {"items": lines}}
    assert (await erp.put("/journalEntry/eid:je_x", body)).status_code == 400


async def test_a_deposit_says_gross_fees_and_net(erp: Erp) -> None:
    first = await erp.written("/customerPayment/eid:py-1", payment(70))
    second = await erp.written("/customerPayment/eid:py-2", payment(30))
    made = await erp.written(
        "/deposit/eid:po_1",
        {
            "account": {"id": BANK},
            "subsidiary": {"id": "1"},
            "tranDate": TODAY,
            "memo": "payout",
            "payment": {
                "items": [{"id": first["id"], "deposit": True}, {"id": second["id"], "deposit": True}]
            },
            "other": {"items": [{"account": {"id": FUNDS}, "amount": -10, "memo": "a refund"}]},
            "cashBack": {"items": [{"account": {"id": FEES}, "amount": 3.2, "memo": "fees"}]},
        },
    )
    assert made["total"] == 86.8
    rows = await erp.rows(
        "SELECT a.acctnumber AS account, SUM(l.amount) AS amount FROM transactionaccountingline l"
        f" JOIN account a ON a.id = l.account WHERE l.transaction = {made['id']} GROUP BY a.acctnumber"
    )
    assert {row["account"]: row["amount"] for row in rows} == {"1000": "86.8", "1050": "-90", "6100": "3.2"}
    assert (await erp.get("/customerPayment/eid:py-1")).json()["status"]["id"] == "Deposited"
    again = {"account": {"id": BANK}, "subsidiary": {"id": "1"}, "payment": {"items": [{"id": first["id"]}]}}
    assert (await erp.put("/deposit/eid:po_2", again)).status_code == 400
    (row,) = await erp.rows("SELECT type, foreigntotal FROM transaction WHERE externalid = 'po_1'")
    assert row == {"type": "Deposit", "foreigntotal": "86.8"}
    assert (await erp.client.delete(f"{RECORD}/deposit/eid:po_1")).status_code == 204
    assert (await erp.get("/customerPayment/eid:py-1")).json()["status"]["id"] == "Not Deposited"


async def test_a_payout_can_be_lines_of_accounts_alone(erp: Erp) -> None:
    made = await erp.written(
        "/deposit/eid:po_1",
        {
            "account": {"id": BANK},
            "subsidiary": {"id": "1"},
            "other": {"items": [{"account": {"id": FUNDS}, "amount": 100}]},
            "cashBack": {"items": [{"account": {"id": FEES}, "amount": 2.9}]},
        },
    )
    assert await erp.ledger(made["id"]) == {
        "1000": Decimal("97.1"),
        "1050": Decimal(-100),
        "6100": Decimal("2.9"),
    }


@pytest.mark.parametrize("day", ["2026-09-15", "2026-10-31", "2020-01-01"])
async def test_a_closed_month_takes_no_posting(erp: Erp, day: str) -> None:
    assert erp.refusal(await erp.put("/invoice/eid:in_1", invoice(tranDate=day))) == CLOSED
    assert erp.refusal(await erp.put("/journalEntry/eid:x", journal(1, 1, tranDate=day))) == CLOSED
    assert erp.refusal(await erp.put("/customerPayment/eid:x", payment(1, tranDate=day))) == CLOSED


async def test_a_month_is_closed_per_legal_entity(erp: Erp) -> None:
    made = await erp.written("/invoice/eid:in_1", invoice(customer="1002", tranDate="2026-10-31"))
    assert made["postingPeriod"]["refName"] == "Oct 2026"


async def test_the_control_face_closes_and_opens_a_month(erp: Erp) -> None:
    november = {"entity": "US", "period": "2026-11"}
    closed = await erp.client.post("/_sim/close-period", json=november)
    assert closed.json() == november | {"closed": True}
    assert erp.refusal(await erp.put("/invoice/eid:in_1", invoice())) == CLOSED
    assert await erp.rows("SELECT closed FROM accountingperiod WHERE periodname = 'Nov 2026'") == [
        {"closed": "F"}
    ]
    await erp.client.post("/_sim/close-period", json=november | {"entity": "JP"})
    assert await erp.rows("SELECT closed FROM accountingperiod WHERE periodname = 'Nov 2026'") == [
        {"closed": "T"}
    ]
    await erp.client.post("/_sim/open-period", json=november)
    assert (await erp.put("/invoice/eid:in_1", invoice())).status_code == 204
    assert (await erp.client.post("/_sim/close-period", json={"entity": "FR"})).status_code == 400


async def test_what_stands_in_a_closed_month_keeps_its_figures(erp: Erp) -> None:
    made = await erp.written("/invoice/eid:in_1", invoice())
    await erp.client.post("/_sim/close-period", json={"entity": "US", "period": "2026-11"})
    assert (await erp.patch("/invoice/eid:in_1", {"custbody_tieline_dunning": "x"})).status_code == 204
    assert erp.refusal(await erp.put("/invoice/eid:in_1", invoice(line(5)))) == CLOSED
    assert erp.refusal(await erp.patch("/invoice/eid:in_1", {"tranDate": "2026-12-01"})) == CLOSED
    assert erp.refusal(await erp.client.delete(f"{RECORD}/invoice/{made['id']}")) == CLOSED
    assert (await erp.get("/invoice/eid:in_1")).json()["total"] == 100.0


async def test_an_order_needs_no_open_month(erp: Erp) -> None:
    body = {"entity": {"id": "1001"}, "tranDate": "2026-09-15", "item": {"items": [line()]}}
    assert (await erp.put("/salesOrder/eid:so-7", body)).status_code == 204


async def test_the_books_balance_after_everything(erp: Erp) -> None:
    made = await erp.written("/invoice/eid:in_1", invoice(line(33.33), tax=6.33))
    await erp.written("/customerPayment/eid:py-1", payment(20, (made["id"], 20.0)))
    await erp.written("/creditMemo/eid:cn_1", invoice(line(5)))
    (row,) = await erp.rows("SELECT SUM(amount) AS n FROM transactionaccountingline")
    assert row == {"n": "0"}
    owed = await erp.rows(
        "SELECT SUM(l.amount) AS n FROM transactionaccountingline l JOIN account a ON a.id = l.account"
        " JOIN transaction t ON t.id = l.transaction WHERE a.acctnumber = '1100' AND t.currency = 1"
    )
    assert (await erp.get("/customer/1001")).json()["balance"] == float(owed[0]["n"]) == 119.67


async def test_the_control_face_shows_what_was_written(erp: Erp) -> None:
    bodies: dict[str, dict[str, Any]] = {
        "invoice": invoice(),
        "creditMemo": invoice(),
        "customerPayment": payment(5),
        "customerRefund": {"customer": {"id": "1001"}, "total": 5, "tranDate": TODAY},
        "journalEntry": journal(1, 1),
        "salesOrder": {"entity": {"id": "1001"}, "item": {"items": [line()]}},
    }
    for type, body in bodies.items():
        made = await erp.written(f"/{type}/eid:shown", body)
        shown = (await erp.client.get(f"/_sim/state/{type}", params={"id": "eid:shown"})).json()["data"]
        assert [one["id"] for one in shown] == [made["id"]]
        everything = (await erp.client.get(f"/_sim/state/{type}")).json()["data"]
        assert made["id"] in {one["id"] for one in everything}
