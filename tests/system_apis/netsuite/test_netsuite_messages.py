"""Is a message of our script in NetSuite taken when it is proven, and does it name its record?"""

import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from canonical.events import Notice, RecordTouched, Unrecognised
from system_apis.errors import Forged, Stale, Undecodable
from system_apis.messages import Arrived
from system_apis.netsuite.webhook import Proof, told

SECRET, BEFORE = "a secret of our script", "the secret before that"
AT = datetime(2026, 3, 15, 12, tzinfo=UTC)
MESSAGE = {
    "type": "create",
    "recordType": "invoice",
    "id": "2001",
    "externalId": "in_1",
    "at": "2026-03-15T11:59:58Z",
    "accountId": "1234567_SB1",
}


def arrived(body: bytes, secret: str = SECRET, at: datetime = AT) -> Arrived:
    moment = int(at.timestamp())
    proof = hmac.new(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
    return Arrived(headers={"x-tieline-signature": f"t={moment},v1={proof}"}, body=body, at=AT)


def read(said: dict[str, Any], **how: Any) -> Notice:
    body = msgspec.json.encode({**MESSAGE, **said})
    proof = Proof((SECRET, BEFORE), "1234567-sb1")
    (notice,) = told("books", proof, arrived(body, **how)).notices
    return notice


@pytest.mark.parametrize(
    ("type", "what"),
    [
        ("customer", "account"),
        ("salesOrder", "order"),
        ("salesorder", "order"),
        ("invoice", "receivable"),
        ("customerPayment", "payment"),
        ("creditMemo", "credit_note"),
    ],
)
def test_a_message_names_its_record(type: str, what: str) -> None:
    notice = read({"recordType": type})
    assert isinstance(notice.data, RecordTouched)
    assert (notice.data.what, notice.data.ref.id) == (what, "2001")
    assert notice.at == datetime(2026, 3, 15, 11, 59, 58, tzinfo=UTC)
    assert notice.source_id == f"{type.lower()}:2001:2026-03-15T11:59:58Z"


def test_whose_it_is_is_said_where_it_is_known() -> None:
    assert read({}).customer is None
    of_somebody = read({"entity": "1001"}).customer
    assert of_somebody is not None
    assert (of_somebody.object, of_somebody.id) == ("customer", "1001")
    itself = read({"recordType": "customer"}).customer
    assert itself is not None
    assert itself.id == "2001"


def test_a_type_that_nobody_reads_is_named() -> None:
    assert read({"recordType": "vendorBill"}).data == Unrecognised(name="vendorbill")


def test_while_a_secret_is_replaced_either_proves_a_message() -> None:
    assert read({}, secret=BEFORE) == read({})


def test_another_account_another_secret_and_an_old_one_are_refused() -> None:
    with pytest.raises(Forged):
        read({"accountId": "7654321"})
    with pytest.raises(Forged):
        read({}, secret="somebody else's secret")
    with pytest.raises(Stale):
        read({}, at=AT - timedelta(seconds=301))


@pytest.mark.parametrize("proof", [Proof(()), Proof((), "1234567_SB1"), Proof((SECRET,))])
def test_without_a_secret_and_an_account_nothing_is_taken(proof: Proof) -> None:
    with pytest.raises(Forged):
        told("books", proof, arrived(msgspec.json.encode(MESSAGE)))
    assert SECRET not in repr(proof)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff",
        b"{}",
        b"[" * 100_000,
        msgspec.json.encode({**MESSAGE, "at": "yesterday"}),
        msgspec.json.encode({**MESSAGE, "id": 7}),
    ],
)
def test_what_is_proven_and_cannot_be_read_says_so(body: bytes) -> None:
    with pytest.raises(Undecodable):
        told("books", Proof((SECRET,), "1234567_SB1"), arrived(body))
