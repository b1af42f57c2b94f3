"""How does a support case read as a Zendesk ticket with comments?"""

from typing import Any

from sandbox.ids import zendesk_id
from sandbox.world import Case, Comment
from sandbox.zendesk.organizations import HOST, stamp

Json = dict[str, Any]

VIA = {"channel": "web", "source": {"from": {}, "to": {}, "rel": None}}
# Zendesk gives each status a custom status of its own, numbered here in the order of the life of a ticket.
STATUSES = ("new", "open", "pending", "hold", "solved", "closed")
SYSTEM_FIELDS = ("subject", "description", "status", "tickettype", "priority", "group", "assignee")

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
    "custom_fields": [],
    "satisfaction_rating": None,
    "sharing_agreement_ids": [],
    "fields": [],
    "followup_ids": [],
    "allow_channelback": False,
    "from_messaging_channel": False,
}


def ticket(case: Case, assignee: int | None) -> Json:
    """`assignee` is the agent who answered last, none while nobody did."""
    id = zendesk_id("ticket", case.number)
    requester = zendesk_id("user", case.person)
    return {
        "url": f"{HOST}/tickets/{id}.json",
        "id": id,
        **UNUSED,
        "via": VIA,
        "created_at": stamp(case.opened),
        "updated_at": stamp(case.changed),
        "generated_timestamp": int(case.changed.timestamp()),
        "type": case.kind,
        "subject": case.subject,
        "raw_subject": case.subject,
        "description": case.comments[0].body if case.comments else case.subject,
        "priority": case.priority,
        "status": case.status,
        "requester_id": requester,
        "submitter_id": requester,
        "assignee_id": assignee,
        "organization_id": zendesk_id("organization", case.account),
        "group_id": zendesk_id("group", 1),
        "is_public": True,
        "tags": case.tags,
        "custom_status_id": STATUSES.index(case.status) + 1,
        "ticket_form_id": 1,
        "brand_id": zendesk_id("brand", 1),
        "allow_attachments": True,
    }


def comment(said: Comment, author: int) -> Json:
    id = zendesk_id("comment", said.number)
    return {
        "id": id,
        "type": "Comment",
        "author_id": author,
        "body": said.body,
        "html_body": f'<div class="zd-comment" dir="auto">{said.body}<br></div>',
        "plain_body": said.body,
        "public": said.public,
        "attachments": [],
        "audit_id": id,
        "via": VIA,
        "created_at": stamp(said.at),
        "metadata": {"system": {}, "custom": {}},
    }


def ticket_field(name: str, place: int, since: str) -> Json:
    """The definition of one of the fields every ticket has."""
    id = zendesk_id("field", 100 + place)
    title = name.capitalize()
    return {
        "url": f"{HOST}/ticket_fields/{id}.json",
        "id": id,
        "type": name,
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
