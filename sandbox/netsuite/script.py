"""What does our own script in the account tell of a record that was written?

NetSuite sends no messages by itself. The practice account has a user-event script of ours that posts JSON
after a record was submitted, and signs it with the integration's secret: the format is ours, not Oracle's.
"""

import hashlib
import hmac
import json
import uuid
from datetime import datetime
from typing import Final

from sandbox.kit.credentials import NetSuiteKeys
from sandbox.kit.webhooks import Message
from sandbox.netsuite.books import payer
from sandbox.netsuite.wire import moment
from sandbox.netsuite.writes import Done

# The record types on which the script is deployed.
DEPLOYED: Final = ("customer", "salesOrder", "invoice", "customerPayment", "creditMemo")
SIGNATURE: Final = "X-Tieline-Signature"


def message(done: Done, keys: NetSuiteKeys, now: datetime) -> Message | None:
    """What to send after a record was made or changed; nothing where the script is not deployed."""
    record = done.record
    if record.type not in DEPLOYED or done.event == "delete":
        return None
    customer = payer(record)
    body = json.dumps(
        {
            "type": done.event,
            "recordType": record.type,
            "id": str(record.id),
            "externalId": record.external_id,
            "entity": str(customer.id) if customer else None,
            "at": moment(now),
            "accountId": keys.account,
        }
    ).encode()

    def sign(at: datetime) -> dict[str, str]:
        return {SIGNATURE: signature(keys.webhook_secret, int(at.timestamp()), body)}

    return Message(
        id=str(uuid.uuid4()),
        key=str(customer.id if customer else record.id),
        body=body,
        sign=sign,
    )


def signature(secret: str, at: int, body: bytes) -> str:
    """`t=<unix>,v1=<hex>`: the HMAC-SHA256 of the moment, a dot and the body."""
    signed = hmac.new(secret.encode(), b"%d." % at + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={signed}"
