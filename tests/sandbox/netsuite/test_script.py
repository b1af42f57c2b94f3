"""What does our script in the practice NetSuite tell, and is it really from there?"""

import hashlib
import hmac
import json
import time

from sandbox.netsuite.script import signature
from tests.sandbox.kit.receiver import receiving
from tests.sandbox.netsuite.bodies import customer, invoice, journal, payment
from tests.sandbox.netsuite.conftest import Erp


async def test_what_was_made_or_changed_is_told_and_signed(erp: Erp) -> None:
    async with receiving() as receiver:
        await erp.client.post("/_sim/webhooks", json={"url": receiver.url})
        made = await erp.written("/invoice/eid:in_1", invoice())
        await erp.patch("/invoice/eid:in_1", {"memo": "call them"})
        await receiver.until(2)
    keys = erp.practice.keys.netsuite
    told = [json.loads(body) for body, _ in receiver.came]
    assert [(one["type"], one["recordType"], one["id"], one["externalId"]) for one in told] == [
        ("create", "invoice", made["id"], "in_1"),
        ("edit", "invoice", made["id"], "in_1"),
    ]
    assert set(told[0]) == {"type", "recordType", "id", "externalId", "entity", "at", "accountId"}
    assert told[0]["accountId"] == keys.account
    for body, headers in receiver.came:
        stamp, signed = (part.partition("=")[2] for part in headers["X-Tieline-Signature"].split(","))
        assert abs(int(stamp) - time.time()) < 5
        expected = hmac.new(keys.webhook_secret.encode(), stamp.encode() + b"." + body, hashlib.sha256)
        assert signed == expected.hexdigest()


async def test_only_the_deployed_types_are_told_and_no_refused_or_deleted_record(erp: Erp) -> None:
    await erp.client.post("/_sim/webhooks", json={"mode": "hold"})
    told = {
        "/customer/eid:acc_new": customer(),
        "/salesOrder/eid:so_1": invoice(),
        "/invoice/eid:in_1": invoice(),
        "/customerPayment/eid:py_1": payment(10),
        "/creditMemo/eid:cn_1": invoice(),
    }
    for path, body in told.items():
        await erp.written(path, body)
    await erp.written("/journalEntry/eid:je_1", journal(1, 1))
    await erp.put("/invoice/eid:in_2", invoice(tranDate="2020-01-01"))
    await erp.client.delete("/services/rest/record/v1/creditMemo/eid:cn_1")
    state = (await erp.client.get("/_sim/webhooks")).json()
    assert state["waiting"] == len(told)


def test_the_signature_is_that_of_the_formula() -> None:
    """Worked out with OpenSSL: `printf '1700000000.{"a":1}' | openssl dgst -sha256 -hmac ns_secret`."""
    assert (
        signature("ns_secret", 1_700_000_000, b'{"a":1}')
        == "t=1700000000,v1=8c3a15ff074df8ce2270b714886ff1005fb3ca21edced8222826308bd0160c43"
    )
