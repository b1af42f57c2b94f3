"""Can one follow what changed in the practice NetSuite, each record once, however many have one stamp?"""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from sandbox.kit.clock import BusinessClock
from sandbox.kit.keeping import Keeper
from sandbox.kit.practice import Practice
from sandbox.kit.serving import running
from sandbox.netsuite import NetSuite
from tests.sandbox.netsuite.bodies import customer, invoice, payment
from tests.sandbox.netsuite.conftest import RECORD, Erp
from tests.sandbox.netsuite.erp_world import ANCHOR, a_world


class StoppedClock(BusinessClock):
    """Business time that stands still."""

    def __init__(self, at: datetime) -> None:
        super().__init__()
        self._at = at

    def now(self) -> datetime:
        return self._at


FORM = "'YYYY-MM-DD HH24:MI:SS'"


async def changed_since(erp: Erp, table: str, stamp: str, id: int, most: int) -> list[dict[str, str]]:
    """One page of changes after a stamp and, within it, after an id."""
    moment = f"TO_DATE('{stamp}', {FORM})"
    return await erp.rows(
        f"SELECT t.id AS id, TO_CHAR(t.lastmodifieddate, {FORM}) AS stamp FROM {table} t"
        f" WHERE t.lastmodifieddate > {moment} OR (t.lastmodifieddate = {moment} AND t.id > {id})"
        f" ORDER BY t.lastmodifieddate, t.id FETCH FIRST {most} ROWS ONLY"
    )


@pytest.mark.parametrize("table", ["customer", "transaction"])
async def test_changes_are_walked_in_pages_each_once(
    erp: Erp, table: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = datetime.now(UTC) + timedelta(days=1)
    monkeypatch.setattr(erp.practice, "clock", StoppedClock(start + timedelta(days=1)))
    for number in range(25):
        path, body = {
            "customer": (f"/customer/eid:acc_{number}", customer()),
            "transaction": (f"/salesOrder/eid:so_{number}", invoice()),
        }[table]
        await erp.put(path, body)
    stamp, id, seen = f"{start:%Y-%m-%d %H:%M:%S}", 0, []
    while page := await changed_since(erp, table, stamp, id, 10):
        seen += [row["id"] for row in page]
        stamp, id = page[-1]["stamp"], int(page[-1]["id"])
    assert (len(seen), len(set(seen))) == (25, 25)
    assert stamp == f"{erp.practice.clock.now():%Y-%m-%d %H:%M:%S}"


async def test_a_document_that_was_settled_counts_as_changed(erp: Erp) -> None:
    now = erp.practice.clock.now()
    paid = await erp.written("/customerPayment/eid:py-1", payment(105.01, ("2000002", 105.01)))
    changed = await changed_since(erp, "transaction", f"{now:%Y-%m-%d %H:%M:%S}", 0, 10)
    assert {row["id"] for row in changed} >= {"2000002", paid["id"]}


async def test_what_billing_does_changes_nothing_here(erp: Erp) -> None:
    before = await erp.rows("SELECT COUNT(*) AS n, SUM(foreigntotal) AS total FROM transaction")
    world = erp.world
    world.payments[2].status, world.payments[2].failure = "succeeded", None
    world.accounts[1].name = "Renamed elsewhere"
    erp.practice.changed()
    assert await erp.rows("SELECT COUNT(*) AS n, SUM(foreigntotal) AS total FROM transaction") == before
    assert (await erp.get("/customer/1001")).json()["companyName"] == "Customer 1"


PATHS = ("/invoice/eid:in_1", "/customerPayment/eid:py-1", "/customer/eid:acc_new", "/customer/1001")
TABLES = ("customer", "transaction", "transactionline", "transactionaccountingline", "accountingperiod")


async def everything(erp: Erp) -> tuple[list[Any], list[Any]]:
    """What the account shows, whatever its address."""
    shown = [(await erp.get(path, expandSubResources="true")).text for path in PATHS]
    rows = [sorted(await erp.rows(f"SELECT * FROM {table}"), key=str) for table in TABLES]
    return [text.replace(erp.url, "") for text in shown], rows


async def test_everything_written_is_there_after_a_restart(erp: Erp, tmp_path: Path) -> None:
    def company() -> Practice:
        keeper = Keeper(tmp_path / "company.msgpack")
        return Practice(1, ANCHOR, BusinessClock(), erp.practice.keys, keeper)

    erp.practice = company()
    erp.practice.world = a_world()
    async with running(erp.practice, (NetSuite,)) as urls:
        erp.client.base_url = urls["netsuite"]
        made = await erp.written("/invoice/eid:in_1", invoice(tax=7.5, custbody_tieline_run="run_1"))
        await erp.written("/customerPayment/eid:py-1", payment(50, (made["id"], 40.0)))
        await erp.put("/customer/eid:acc_new", customer(currencyList={"items": [{"currency": {"id": "4"}}]}))
        deleted = (await erp.post("/customer", customer())).headers["Location"].rpartition("/")[2]
        await erp.client.delete(f"{RECORD}/customer/{deleted}")
        await erp.client.post("/_sim/close-period", json={"entity": "JP", "period": "2026-10"})
        before = await everything(erp)
    erp.practice = company()
    async with running(erp.practice, (NetSuite,)) as urls:
        erp.client.base_url = urls["netsuite"]
        assert await everything(erp) == before
        assert (await erp.get(f"/customer/{deleted}")).status_code == 404
        assert (await erp.written("/customer/eid:later", customer()))["id"] > deleted
        assert (
            await erp.put("/customerPayment/eid:py-1", payment(50, (made["id"], 50.0)))
        ).status_code == 204
        assert (await erp.get("/invoice/eid:in_1")).json()["amountRemaining"] == 57.5


async def test_a_reset_brings_the_seeded_books_back(stranger: Erp) -> None:
    await stranger.sign_in()
    await stranger.put("/customer/eid:acc_new", customer())
    await stranger.client.post("/_sim/reset")
    assert (await stranger.get("/customer/eid:acc_new")).status_code == 404
    assert len(await stranger.rows("SELECT id FROM customer WHERE externalid = 'acc_new'")) == 0
    assert int((await stranger.rows("SELECT COUNT(*) AS n FROM customer"))[0]["n"]) > 100


async def test_an_id_from_before_a_reset_never_means_another_record(erp: Erp) -> None:
    first = (await erp.post("/customer", customer())).headers["Location"]
    erp.practice.world = a_world()
    second = (await erp.post("/customer", customer())).headers["Location"]
    assert second > first
