"""How is each write of Zendesk answered?"""

from collections.abc import Callable
from typing import Any, Final

from sandbox.zendesk import directory, ticketing
from sandbox.zendesk.errand import Errand, Reply, made
from sandbox.zendesk.errors import record_invalid
from sandbox.zendesk.fields import given, tags

Json = dict[str, Any]
Write = Callable[[Errand], Reply]

KINDS: Final = ("tickets", "organizations", "users")


def create_ticket(errand: Errand) -> Reply:
    """`POST /tickets`: 201 with the ticket and its audit."""
    ticket, audit = ticketing.open_ticket(errand, given(errand.body, "ticket"))
    return made("ticket", ticket, audit=audit)


def update_ticket(errand: Errand) -> Reply:
    """`PUT /tickets/{id}`: the ticket and the audit of what changed."""
    before = errand.existing("tickets")
    ticket, audit = ticketing.change_ticket(errand, before, given(errand.body, "ticket"))
    return Reply({"ticket": ticket, "audit": audit})


def delete(kind: str) -> Write:
    """`DELETE`: 204 for a ticket or an organization."""

    def answer(errand: Errand) -> Reply:
        record = errand.existing(kind)
        if kind == "tickets":
            record = {**record, "status": "deleted", **ticketing.touched(errand)}
        errand.desk.remove(kind, record)
        errand.did_write = True
        if kind == "organizations":
            errand.tell("organization.deleted", record)
        return Reply(None, 204)

    return answer


def delete_user(errand: Errand) -> Reply:
    """`DELETE /users/{id}`: 200 with the user, who is no longer active."""
    before = errand.existing("users")
    return Reply({"user": errand.put("users", {**before, "active": False, "updated_at": errand.stamp})})


def create_organization(errand: Errand) -> Reply:
    """`POST /organizations`."""
    return made("organization", directory.make_organization(errand, given(errand.body, "organization")))


def update_organization(errand: Errand) -> Reply:
    """`PUT /organizations/{id}`."""
    before = errand.existing("organizations")
    after = directory.change_organization(errand, before, given(errand.body, "organization"))
    return Reply({"organization": after})


def create_or_update_organization(errand: Errand) -> Reply:
    """`POST /organizations/create_or_update`: by `id` or `external_id`; 201 for a new one, else 200."""
    asked = given(errand.body, "organization")
    before = directory.organization_of(errand, asked)
    if before is None:
        return made("organization", directory.make_organization(errand, asked))
    return Reply({"organization": directory.change_organization(errand, before, asked)})


def create_user(errand: Errand) -> Reply:
    """`POST /users`."""
    return made("user", directory.make_user(errand, given(errand.body, "user")))


def update_user(errand: Errand) -> Reply:
    """`PUT /users/{id}`."""
    before = errand.existing("users")
    return Reply({"user": directory.change_user(errand, before, given(errand.body, "user"))})


def create_or_update_user(errand: Errand) -> Reply:
    """`POST /users/create_or_update`: by `id`, `external_id` or `email`; 201 for a new one, else 200."""
    asked = given(errand.body, "user")
    before = directory.user_of(errand, asked)
    if before is None:
        return made("user", directory.make_user(errand, asked))
    return Reply({"user": directory.change_user(errand, before, asked)})


def show_tags(kind: str) -> Write:
    """`GET .../tags`."""
    return lambda errand: Reply({"tags": errand.existing(kind)["tags"]})


def set_tags(kind: str) -> Write:
    """`POST .../tags`: these and no others (201)."""
    return _tagging(kind, lambda before, named: named, 201)


def add_tags(kind: str) -> Write:
    """`PUT .../tags`: these too."""
    return _tagging(kind, lambda before, named: sorted({*before, *named}), 200)


def remove_tags(kind: str) -> Write:
    """`DELETE .../tags`: all but these."""
    return _tagging(kind, lambda before, named: [tag for tag in before if tag not in named], 200)


def _tagging(kind: str, choose: Callable[[list[str], list[str]], list[str]], status: int) -> Write:
    def answer(errand: Errand) -> Reply:
        before = errand.existing(kind)
        asked = errand.body if isinstance(errand.body, dict) else {}
        if "tags" not in asked:
            raise record_invalid({"tags": [{"description": "Tags: cannot be blank", "error": "BlankValue"}]})
        change = {"tags": choose(before["tags"], tags(asked["tags"]))}
        safe = {name: asked[name] for name in ("safe_update", "updated_stamp") if name in asked}
        return Reply({"tags": _changed(errand, kind, before, change | safe)["tags"]}, status)

    return answer


def _changed(errand: Errand, kind: str, before: Json, change: Json) -> Json:
    if kind == "tickets":
        return ticketing.change_ticket(errand, before, change)[0]
    change_of = {"organizations": directory.change_organization, "users": directory.change_user}
    return change_of[kind](errand, before, change)


# In the order they are tried: a fixed word before an id.
WRITES: Final[tuple[tuple[str, str, Write], ...]] = (
    ("POST", "tickets", create_ticket),
    ("PUT", "tickets/{id}", update_ticket),
    ("DELETE", "tickets/{id}", delete("tickets")),
    ("POST", "organizations/create_or_update", create_or_update_organization),
    ("POST", "organizations", create_organization),
    ("PUT", "organizations/{id}", update_organization),
    ("DELETE", "organizations/{id}", delete("organizations")),
    ("POST", "users/create_or_update", create_or_update_user),
    ("POST", "users", create_user),
    ("PUT", "users/{id}", update_user),
    ("DELETE", "users/{id}", delete_user),
    *(("GET", f"{kind}/{{id}}/tags", show_tags(kind)) for kind in KINDS),
    *(("POST", f"{kind}/{{id}}/tags", set_tags(kind)) for kind in KINDS),
    *(("PUT", f"{kind}/{{id}}/tags", add_tags(kind)) for kind in KINDS),
    *(("DELETE", f"{kind}/{{id}}/tags", remove_tags(kind)) for kind in KINDS),
)
