"""Are only Zendesk's own messages believed, and read as they are meant?"""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from canonical.events import CaseChanged, RecordTouched, Unrecognised
from canonical.support import CasePriority, CaseStatus
from system_apis.errors import Forged, Stale, Undecodable
from system_apis.messages import Arrived, Told
from system_apis.zendesk import webhook

SECRET = "zd_secret"
NOW = datetime(2026, 11, 23, 3, 0, 5, tzinfo=UTC)
STAMP = "2026-11-23T03:00:00Z"
# The vector of the formula in Zendesk's "Verifying webhook authenticity", worked out with another language.
VECTOR = "FTgul+LadFYwBgx9k/8w0tvNBJ++XqE0ytTa8nrWJ30="


def arrived(body: bytes, signature: str | None = None, stamp: str = STAMP, at: datetime = NOW) -> Arrived:
    made = base64.b64encode(hmac.digest(SECRET.encode(), stamp.encode() + body, hashlib.sha256)).decode()
    headers = {webhook.SIGNATURE: made if signature is None else signature, webhook.SIGNED_AT: stamp}
    return Arrived(headers=headers, body=body, at=at)


def event(type: str, about: str, **detail: Any) -> bytes:
    return json.dumps(
        {
            "type": f"zen:event-type:{type}",
            "account_id": 17,
            "id": "evt-1",
            "time": "2026-11-23T03:00:00.123Z",
            "zendesk_event_version": "2022-11-06",
            "subject": about,
            "detail": detail,
            "event": {},
        }
    ).encode()


TICKET = {
    "id": "35436",
    "subject": "It does not work",
    "status": "OPEN",
    "priority": "HIGH",
    "organization_id": "360000000007",
    "tags": ["vip"],
    "created_at": "2026-11-22T03:00:00Z",
    "updated_at": "2026-11-23T03:00:00Z",
}


def told(body: bytes) -> Told:
    return webhook.told("zendesk", "17", arrived(body))


def test_the_vector_of_the_formula_holds() -> None:
    webhook.prove("zendesk", [SECRET], arrived(b'{"a":1}', VECTOR))


def test_the_secret_that_is_being_replaced_still_holds() -> None:
    webhook.prove("zendesk", ["a new one", SECRET], arrived(b"{}"))


@pytest.mark.parametrize(
    "message",
    [
        arrived(b'{"a":2}', VECTOR),
        arrived(b'{"a":1}', VECTOR, stamp="2026-11-23T03:00:01Z"),
        arrived(b"{}", ""),
        arrived(b"{}", "é"),
        Arrived(headers={}, body=b"{}", at=NOW),
    ],
    ids=["altered body", "altered stamp", "no signature", "not ASCII", "no headers"],
)
def test_what_is_not_signed_with_our_secret_is_forged(message: Arrived) -> None:
    with pytest.raises(Forged):
        webhook.prove("zendesk", [SECRET], message)


def test_without_a_secret_nothing_is_believed() -> None:
    with pytest.raises(Forged):
        webhook.prove("zendesk", [], arrived(b"{}"))


@pytest.mark.parametrize("late", [timedelta(minutes=6), timedelta(minutes=-6)])
def test_a_recorded_message_is_stale(late: timedelta) -> None:
    with pytest.raises(Stale):
        webhook.prove("zendesk", [SECRET], arrived(b"{}", at=NOW + late))


def test_a_ticket_is_read_with_whose_it_is() -> None:
    (notice,) = told(event("ticket.status_changed", "zen:ticket:35436", **TICKET)).notices
    assert isinstance(notice.data, CaseChanged)
    case = notice.data.case
    assert (case.number, case.status, case.priority) == ("35436", CaseStatus.OPEN, CasePriority.HIGH)
    assert (notice.source_id, notice.customer.id) == ("evt-1", "360000000007")


def test_an_organization_is_to_be_asked_for() -> None:
    (notice,) = told(
        event("organization.updated", "zen:organization:360000000007", id="360000000007")
    ).notices
    assert isinstance(notice.data, RecordTouched)
    assert notice.data.what == "account"


def test_what_nobody_reads_is_kept_by_its_name() -> None:
    (notice,) = told(event("article.published", "zen:article:9")).notices
    assert notice.data == Unrecognised(name="article.published")


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b'{"type": 1}', event("ticket.created", "zen:ticket:1", **{**TICKET, "status": "x"})],
)
def test_what_cannot_be_read_says_so(body: bytes) -> None:
    with pytest.raises(Undecodable):
        told(body)


def test_another_accounts_message_is_forged() -> None:
    with pytest.raises(Forged):
        webhook.told("zendesk", "18", arrived(event("ticket.created", "zen:ticket:1", **TICKET)))
