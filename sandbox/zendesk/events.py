"""What do the webhooks of this account say, and how are they signed?

Event-subscribed webhooks ("Webhook event types", "Verifying webhooks"): JSON with ids as texts under
`detail`, signed with HMAC-SHA256 over the timestamp header and the body. At least once, in no promised order.
"""

import base64
import hmac
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final

import msgspec

from sandbox.kit.webhooks import Message
from sandbox.zendesk.errand import Happening

Json = dict[str, Any]

ACCOUNT: Final = 21_825_834
WEBHOOK: Final = "01GK8E6BKWMJZD2T8Y5AXJQMG5"
VERSIONS: Final = {"ticket": "2022-11-06", "organization": "2022-06-20"}


def message(secret: str, happening: Happening, at: datetime, actor: int) -> Message:
    """The message about something that happened at this moment of business time."""
    kind = happening.type.partition(".")[0]
    subject = f"zen:{kind}:{happening.record['id']}"
    id = str(uuid.uuid4())
    body = msgspec.json.encode(
        {
            "type": f"zen:event-type:{happening.type}",
            "account_id": ACCOUNT,
            "id": id,
            "time": at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
            "zendesk_event_version": VERSIONS[kind],
            "subject": subject,
            "detail": _DETAILS[kind](happening.record, actor),
            "event": happening.event,
        }
    )

    def headers(now: datetime) -> dict[str, str]:
        stamp = now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        return {
            "User-Agent": "Zendesk Webhook",
            "X-Zendesk-Account-Id": str(ACCOUNT),
            "X-Zendesk-Webhook-Id": WEBHOOK,
            "X-Zendesk-Webhook-Invocation-Id": id,
            "X-Zendesk-Webhook-Signature": signature(secret, stamp, body),
            "X-Zendesk-Webhook-Signature-Timestamp": stamp,
        }

    return Message(id, subject, body, headers)


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """Base64 of HMAC-SHA256 over timestamp and body, nothing between them."""
    return base64.b64encode(hmac.digest(secret.encode(), timestamp.encode() + body, "sha256")).decode()


def _ticket(ticket: Json, actor: int) -> Json:
    """Ids are texts, words of an enumeration upper case."""
    ids = ("assignee_id", "brand_id", "group_id", "id", "organization_id", "requester_id", "submitter_id")
    loud = ("priority", "status", "type")
    same = ("created_at", "description", "external_id", "is_public", "subject", "tags", "updated_at")
    return {
        "actor_id": str(actor),
        "custom_status": str(ticket["custom_status_id"]),
        "form_id": str(ticket["ticket_form_id"]),
        "via": {"channel": ticket["via"]["channel"]},
        **{name: _text(ticket[name]) for name in ids},
        **{name: ticket[name].upper() if ticket[name] else None for name in loud},
        **{name: ticket[name] for name in same},
    }


def _organization(organization: Json, actor: int) -> Json:
    ids = ("group_id", "id")
    same = ("created_at", "external_id", "name", "shared_comments", "shared_tickets", "updated_at")
    return {
        **{name: _text(organization[name]) for name in ids},
        **{name: organization[name] for name in same},
    }


def _text(id: int | None) -> str | None:
    return None if id is None else str(id)


_DETAILS: Final[dict[str, Callable[[Json, int], Json]]] = {"ticket": _ticket, "organization": _organization}
