"""What does Zendesk say that a call did to a ticket? (its audit)"""

from typing import Any, Final

from sandbox.ids import zendesk_id
from sandbox.zendesk.errand import OWN, Errand

Json = dict[str, Any]

# The fields whose changes an audit lists.
FIELDS: Final = (
    "subject",
    "status",
    "priority",
    "type",
    "tags",
    "requester_id",
    "assignee_id",
    "organization_id",
    "external_id",
)


def audit(errand: Errand, before: Json | None, after: Json, comment: Json | None) -> Json:
    """One event for the comment, and one for each field that was set (of a new ticket) or changed."""
    id = comment["id"] if comment else zendesk_id("comment", OWN + errand.next_number("support comments"))
    events = (
        []
        if comment is None
        else [{name: comment[name] for name in ("id", "type", "author_id", "body", "public")}]
    )
    for place, name in enumerate(FIELDS, start=1):
        event = {"id": id * 100 + place, "field_name": name, "value": after[name]}
        if before is None and after[name] not in (None, []):
            events.append(event | {"type": "Create"})
        elif before is not None and before[name] != after[name]:
            events.append(event | {"type": "Change", "previous_value": before[name]})
    return {
        "id": id,
        "ticket_id": after["id"],
        "created_at": errand.stamp,
        "author_id": errand.actor,
        "metadata": comment["metadata"] if comment else {"system": {}, "custom": {}},
        "events": events,
        "via": after["via"],
    }
