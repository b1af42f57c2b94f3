"""How is a ticket opened, answered and changed?"""

from collections.abc import Callable
from typing import Any, Final

from sandbox.ids import zendesk_id
from sandbox.zendesk import directory
from sandbox.zendesk.auditing import audit
from sandbox.zendesk.errand import OWN, Errand
from sandbox.zendesk.errors import conflict, record_invalid
from sandbox.zendesk.fields import PRIORITIES, TYPES, Faults, one_of, tags, text
from sandbox.zendesk.tickets import STATUSES, a_comment, a_ticket, custom_status

Json = dict[str, Any]
Read = Callable[[Json, str, Faults], Any]

# What a caller may set, and how it is read; people, tags, comments and custom fields have ways of their own.
READ: Final[dict[str, Read]] = {
    "subject": lambda given, field, faults: text(given, field, faults, 255),
    "external_id": lambda given, field, faults: text(given, field, faults, 255),
    "priority": lambda given, field, faults: one_of(given, field, PRIORITIES, faults),
    "status": lambda given, field, faults: one_of(given, field, STATUSES, faults),
    "type": lambda given, field, faults: one_of(given, field, TYPES, faults),
}
LINKS: Final = (
    ("requester_id", "users"),
    ("submitter_id", "users"),
    ("assignee_id", "users"),
    ("organization_id", "organizations"),
)
ALWAYS: Final = ("requester_id", "submitter_id")
# The changes that webhooks tell of, by field.
TOLD: Final = ("status", "priority", "subject", "external_id", "type", "tags")


def open_ticket(errand: Errand, given: Json) -> tuple[Json, Json]:
    """The new ticket and its audit. Raises `Refusal` with all that is wrong, and nothing done."""
    faults = Faults()
    said = _comment(given)
    if said is None:
        faults.add("base", "Description: cannot be blank", "BlankValue", ticket_field_type="FieldDescription")
    values = {name: read(given, name, faults) for name, read in READ.items() if name in given}
    links = _links(errand, given, {}, faults)
    faults.refuse()
    assert said is not None
    if "requester_id" not in links:
        links["requester_id"] = directory.requester(errand, given.get("requester"))
    requester = errand.desk.find("users", links["requester_id"]) or {}
    status = values.get("status") or ("open" if links.get("assignee_id") else "new")
    subject = values.get("subject") or said["body"][:150]
    id = zendesk_id("ticket", errand.next_number("cases"))
    ticket = a_ticket(
        id,
        errand.now,
        errand.now,
        subject=subject,
        raw_subject=subject,
        description=said["body"],
        type=values.get("type"),
        priority=values.get("priority"),
        status=status,
        custom_status_id=custom_status(status),
        # The submitter always becomes the author of the first comment.
        submitter_id=errand.actor,
        assignee_id=None,
        is_public=_is_public(said),
        organization_id=requester.get("organization_id"),
        tags=tags(given.get("tags", [])),
        external_id=values.get("external_id"),
        via={"channel": "api", "source": {"from": {}, "to": {}, "rel": None}},
    )
    ticket = errand.put("tickets", ticket | links | _custom(ticket, given))
    comment = _say(errand, ticket, said, given, ticket["submitter_id"])
    errand.tell("ticket.created", ticket)
    return ticket, audit(errand, None, ticket, comment)


def change_ticket(errand: Errand, before: Json, given: Json) -> tuple[Json, Json]:
    """The ticket as it became, and the audit of what changed. Raises `Refusal` as `open_ticket`."""
    refuse_outdated(before, given)
    if before["status"] == "closed":
        raise record_invalid({"status": [{"description": "Status closed prevents ticket update"}]})
    faults = Faults()
    values = {name: read(given, name, faults) for name, read in READ.items() if name in given}
    values |= _links(errand, given, before, faults)
    faults.refuse()
    if "requester_id" not in values and isinstance(given.get("requester"), dict):
        values["requester_id"] = directory.requester(errand, given["requester"])
    if not values.get("status", before["status"]):
        del values["status"]
    values |= {"tags": _tags(before["tags"], given)} | _custom(before, given)
    if values.get("status") in ("solved", "closed") and before["assignee_id"] is None:
        values.setdefault("assignee_id", errand.actor)
    if "subject" in values:
        values["raw_subject"] = values["subject"]
    if "status" in values:
        values["custom_status_id"] = custom_status(values["status"])
    said = _comment(given)
    after = before | values
    if after != before or said is not None:
        after = errand.put("tickets", after | touched(errand))
    comment = None if said is None else _say(errand, after, said, given, errand.actor)
    _tell(errand, before, after, comment)
    return after, audit(errand, before, after, comment)


def touched(errand: Errand) -> Json:
    """What moves with every change of a ticket."""
    return {"updated_at": errand.stamp, "generated_timestamp": int(errand.now.timestamp())}


def refuse_outdated(before: Json, given: Json) -> None:
    """Raise `Refusal` (409) when the caller changes safely and has not seen the last change."""
    if given.get("safe_update") and given.get("updated_stamp") != before["updated_at"]:
        raise conflict("UpdateConflict", "Safe Update prevented the update due to outdated ticket data.")


def _tell(errand: Errand, before: Json, after: Json, comment: Json | None) -> None:
    for name in TOLD:
        if name == "tags":
            added = [tag for tag in after[name] if tag not in before[name]]
            removed = [tag for tag in before[name] if tag not in after[name]]
            if added or removed:
                errand.tell("ticket.tags_changed", after, tags_added=added, tags_removed=removed)
        elif after[name] != before[name]:
            changed = {"current": _loud(name, after[name]), "previous": _loud(name, before[name])}
            errand.tell(f"ticket.{name}_changed", after, **changed)
    if comment is not None:
        errand.tell("ticket.comment_added", after, comment=_told(errand, comment))


def _loud(field: str, value: Any) -> Any:
    """Words of an enumeration are upper case in events."""
    return value.upper() if field in ("status", "priority", "type") and value else value


def _told(errand: Errand, comment: Json) -> Json:
    author = errand.desk.find("users", comment["author_id"]) or {}
    return {
        "id": str(comment["id"]),
        "body": comment["body"],
        "is_public": comment["public"],
        "author": {
            "id": str(comment["author_id"]),
            "is_staff": author.get("role") != "end-user",
            "name": author.get("name"),
        },
    }


def _comment(given: Json) -> Json | None:
    """What is said, if anything is: `body`, `public`, perhaps `author_id`."""
    comment = given.get("comment")
    if isinstance(comment, str):
        comment = {"body": comment}
    if not isinstance(comment, dict):
        comment = {"body": given.get("description")}
    body = comment.get("body") or comment.get("html_body")
    return {**comment, "body": str(body)} if body and str(body).strip() else None


def _is_public(said: Json) -> bool:
    return said.get("public") is not False


def _say(errand: Errand, ticket: Json, said: Json, given: Json, author: int) -> Json:
    writer = errand.desk.find("users", said.get("author_id", author))
    custom = given.get("metadata")
    comment = a_comment(
        zendesk_id("comment", OWN + errand.next_number("support comments")),
        author if writer is None else writer["id"],
        said["body"],
        errand.now,
        public=_is_public(said),
        custom=custom if isinstance(custom, dict) else None,
    )
    errand.desk.say(ticket["id"], comment)
    errand.did_write = True
    return comment


def _links(errand: Errand, given: Json, before: Json, faults: Faults) -> Json:
    """The people and the organization that a ticket is to point at."""
    found: Json = {}
    for name, kind in LINKS:
        if name not in given:
            continue
        other = errand.desk.find(kind, given[name])
        if other is None and given[name] is not None:
            label = name.removesuffix("_id")
            faults.add(label, f"{label.capitalize()}: is invalid")
        found[name] = other and other["id"]
    requester = errand.desk.find("users", found.get("requester_id", before.get("requester_id", "")))
    own = requester["organization_id"] if requester and requester["role"] == "end-user" else None
    if found.get("organization_id") and own and found["organization_id"] != own:
        faults.add("organization", "Organization: is not one of the requester's")
    return {name: value for name, value in found.items() if name not in ALWAYS or value is not None}


def _tags(before: list[str], given: Json) -> list[str]:
    """`tags` sets, `additional_tags` adds, `remove_tags` takes away."""
    kept = tags(given["tags"]) if "tags" in given else before
    return sorted({*kept, *tags(given.get("additional_tags"))} - set(tags(given.get("remove_tags"))))


def _custom(ticket: Json, given: Json) -> Json:
    """Custom fields with those that are set by their ids; others are ignored."""
    asked = given.get("custom_fields", given.get("fields"))
    if not isinstance(asked, list):
        return {}
    values = {one.get("id"): one.get("value") for one in asked if isinstance(one, dict)}
    fields = [field | {"value": values.get(field["id"], field["value"])} for field in ticket["custom_fields"]]
    return {"custom_fields": fields, "fields": fields}
