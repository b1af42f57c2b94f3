"""How does a support case read as a Zendesk ticket with comments?"""

from datetime import datetime
from html import escape
from typing import Any

from sandbox.ids import zendesk_id
from sandbox.world import Case, Comment
from sandbox.zendesk.organizations import HOST, stamp

Json = dict[str, Any]

VIA = {"channel": "web", "source": {"from": {}, "to": {}, "rel": None}}
# Zendesk gives each status a custom status of its own, numbered here in the order of the life of a ticket.
STATUSES = ("new", "open", "pending", "hold", "solved", "closed")
SYSTEM_FIELDS = ("subject", "description", "status", "tickettype", "priority", "group", "assignee")
# What our integration has added to every ticket, as text.
CUSTOM_FIELDS = ("tieline_account", "tieline_entitlement", "tieline_invoice")

# The same for every one of them: what the practice company does not use.
UNUSED: Json = {
    "external_id": None,
    "recipient": None,
    "collaborator_ids": [],
    "follower_ids": [],
    "email_cc_ids": [],
    "forum_topic_id": None,
    "problem_id": None,
    "has_incidents": False,
    "due_at": None,
    "satisfaction_rating": None,
    "sharing_agreement_ids": [],
    "followup_ids": [],
    "allow_channelback": False,
    "from_messaging_channel": False,
}


def ticket(case: Case, assignee: int | None) -> Json:
    """`assignee` is the agent who answered last, none while nobody did."""
    requester = zendesk_id("user", case.person)
    return a_ticket(
        zendesk_id("ticket", case.number),
        case.opened,
        case.changed,
        type=case.kind,
        subject=case.subject,
        raw_subject=case.subject,
        description=case.comments[0].body if case.comments else case.subject,
        priority=case.priority,
        status=case.status,
        custom_status_id=custom_status(case.status),
        requester_id=requester,
        submitter_id=requester,
        assignee_id=assignee,
        organization_id=zendesk_id("organization", case.account),
        tags=case.tags,
    )


def a_ticket(id: int, created: datetime, changed: datetime, **values: Any) -> Json:
    """A ticket with all its keys: these values, and what every ticket has."""
    custom = [{"id": custom_field_id(place), "value": None} for place in range(len(CUSTOM_FIELDS))]
    return {
        "url": f"{HOST}/tickets/{id}.json",
        "id": id,
        **UNUSED,
        "via": VIA,
        "created_at": stamp(created),
        "updated_at": stamp(changed),
        "generated_timestamp": int(changed.timestamp()),
        "custom_fields": custom,
        "fields": custom,
        "group_id": zendesk_id("group", 1),
        "is_public": True,
        "ticket_form_id": 1,
        "brand_id": zendesk_id("brand", 1),
        "allow_attachments": True,
        **values,
    }


def custom_status(status: str) -> int:
    """The id of the custom status that stands for a status."""
    return STATUSES.index(status) + 1


def custom_field_id(place: int) -> int:
    """The id of one of the `CUSTOM_FIELDS`."""
    return zendesk_id("field", 200 + place)


def comment(said: Comment, author: int) -> Json:
    return a_comment(zendesk_id("comment", said.number), author, said.body, said.at, public=said.public)


def a_comment(
    id: int, author: int, body: str, at: datetime, *, public: bool, custom: Json | None = None
) -> Json:
    """One message in a ticket; `custom` is what its writer gave as metadata."""
    return {
        "id": id,
        "type": "Comment",
        "author_id": author,
        "body": body,
        "html_body": f'<div class="zd-comment" dir="auto">{escape(body)}<br></div>',
        "plain_body": body,
        "public": public,
        "attachments": [],
        "audit_id": id,
        "via": VIA,
        "created_at": stamp(at),
        "metadata": {"system": {}, "custom": custom or {}},
    }


def ticket_fields(since: str) -> list[Json]:
    """The definitions of the fields that every ticket has."""
    system = [ticket_field(name, name, 100 + place, place, since) for place, name in enumerate(SYSTEM_FIELDS)]
    added = [
        ticket_field(name, "text", 200 + place, len(system) + place, since) | {"removable": True}
        for place, name in enumerate(CUSTOM_FIELDS)
    ]
    return system + added


def ticket_field(name: str, type_: str, number: int, place: int, since: str) -> Json:
    """The definition of one field."""
    id = zendesk_id("field", number)
    title = name.replace("_", " ").capitalize()
    return {
        "url": f"{HOST}/ticket_fields/{id}.json",
        "id": id,
        "type": type_,
        "title": title,
        "raw_title": title,
        "description": "",
        "raw_description": "",
        "position": place,
        "active": True,
        "required": False,
        "collapsed_for_agents": False,
        "regexp_for_validation": None,
        "title_in_portal": title,
        "raw_title_in_portal": title,
        "visible_in_portal": place < 2,
        "editable_in_portal": place < 2,
        "required_in_portal": place < 2,
        "agent_description": None,
        "tag": None,
        "key": None,
        "removable": False,
        "created_at": since,
        "updated_at": since,
    }
