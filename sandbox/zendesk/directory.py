"""How are organizations and users made and changed?"""

from collections.abc import Callable
from typing import Any, Final

from sandbox.ids import zendesk_id
from sandbox.zendesk.errand import OWN, Errand
from sandbox.zendesk.fields import Faults, organization_fields, tags, text
from sandbox.zendesk.organizations import FIELDS, an_organization
from sandbox.zendesk.users import user

Json = dict[str, Any]

ROLES: Final = ("end-user", "agent", "admin")
_PLAIN: Final = {
    "organizations": ("name", "external_id", "details", "notes"),
    "users": ("name", "email", "external_id", "details", "notes", "phone", "alias"),
}


def organization_of(errand: Errand, given: Json) -> Json | None:
    """The organization that a body is about: by `id`, or by `external_id`."""
    return _known(errand, "organizations", given)


def user_of(errand: Errand, given: Json) -> Json | None:
    """The user that a body is about: by `id`, by `external_id`, or by `email`."""
    found = _known(errand, "users", given)
    if found is None and isinstance(given.get("email"), str):
        found = errand.desk.user_of(given["email"])
    return found


def make_organization(errand: Errand, given: Json) -> Json:
    """The new organization. Raises `Refusal` (422) with all that is wrong, and nothing done."""
    id = zendesk_id("organization", OWN + errand.next_number("support organizations"))
    empty = an_organization(id, errand.now, errand.now, name=None)
    record = errand.put("organizations", _organization(errand, empty, given))
    errand.tell("organization.created", record)
    return record


def change_organization(errand: Errand, before: Json, given: Json) -> Json:
    """The organization as it became; nothing moves when nothing changed."""
    after = _organization(errand, before, given)
    if after == before:
        return before
    after = errand.put("organizations", after | {"updated_at": errand.stamp})
    for name in ("name", "external_id"):
        if after[name] != before[name]:
            errand.tell(f"organization.{name}_changed", after, current=after[name], previous=before[name])
    if after["tags"] != before["tags"]:
        added = [tag for tag in after["tags"] if tag not in before["tags"]]
        removed = [tag for tag in before["tags"] if tag not in after["tags"]]
        errand.tell("organization.tags_changed", after, added={"tags": added}, removed={"tags": removed})
    for place, key in enumerate(FIELDS, start=1):
        was, value = before["organization_fields"][key], after["organization_fields"][key]
        if was != value:
            field = {"id": str(zendesk_id("field", place)), "title": key, "type": "text"}
            errand.tell("organization.custom_field_changed", after, current=value, previous=was, field=field)
    return after


def make_user(errand: Errand, given: Json) -> Json:
    """The new user. Raises `Refusal` (422) as `make_organization`."""
    number = OWN + errand.next_number("support users")
    empty = user(zendesk_id("user", number), "", None, errand.now, errand.now)
    return errand.put("users", _user(errand, empty, given))


def change_user(errand: Errand, before: Json, given: Json) -> Json:
    """The user as it became; nothing moves when nothing changed."""
    after = _user(errand, before, given)
    return before if after == before else errand.put("users", after | {"updated_at": errand.stamp})


def requester(errand: Errand, given: Any) -> int:
    """Who asks: the user of a `requester` with name and e-mail, made if need be, or whoever calls."""
    if not isinstance(given, dict):
        return errand.actor
    found = user_of(errand, given) or make_user(errand, given)
    return int(found["id"])


def _known(errand: Errand, kind: str, given: Json) -> Json | None:
    if given.get("id") is not None:
        return errand.desk.find(kind, given["id"])
    external = given.get("external_id")
    found = errand.desk.external(kind, str(external)) if external not in (None, "") else []
    return found[0] if found else None


def _organization(errand: Errand, before: Json, given: Json) -> Json:
    faults = Faults()
    after = before | _plain("organizations", given, faults)
    if "tags" in given:
        after["tags"] = tags(given["tags"])
    if isinstance(given.get("domain_names"), list):
        after["domain_names"] = [str(one).lower() for one in given["domain_names"]]
    if "organization_fields" in given:
        after["organization_fields"] = organization_fields(
            before["organization_fields"], given["organization_fields"], faults
        )
    _refuse_blank(after, "name", faults)
    _refuse_taken(errand, "organizations", before, after, "name", faults)
    _refuse_taken(errand, "organizations", before, after, "external_id", faults)
    faults.refuse()
    return after


def _user(errand: Errand, before: Json, given: Json) -> Json:
    faults = Faults()
    after = before | _plain("users", given, faults)
    if "tags" in given:
        after["tags"] = tags(given["tags"])
    if given.get("role") in ROLES:
        after["role"] = given["role"]
    if "organization_id" in given:
        organization = errand.desk.find("organizations", given["organization_id"])
        if organization is None and given["organization_id"] is not None:
            faults.add("organization_id", "Organization: is invalid")
        after["organization_id"] = organization and organization["id"]
    _refuse_blank(after, "name", faults)
    _refuse_taken(errand, "users", before, after, "email", faults)
    _refuse_taken(errand, "users", before, after, "external_id", faults)
    faults.refuse()
    return after


def _plain(kind: str, given: Json, faults: Faults) -> Json:
    return {name: text(given, name, faults, 255) for name in _PLAIN[kind] if name in given}


def _refuse_blank(after: Json, name: str, faults: Faults) -> None:
    if not after[name]:
        faults.add(name, f"{name.capitalize()}: cannot be blank", "BlankValue")


def _refuse_taken(errand: Errand, kind: str, before: Json, after: Json, name: str, faults: Faults) -> None:
    """Names and addresses are unique in any case; only a new value is looked at."""
    value = after[name]
    if not value or value == before[name]:
        return
    others: Callable[[], list[Json]] = {
        "external_id": lambda: errand.desk.external(kind, value),
        "email": lambda: [one] if (one := errand.desk.user_of(value)) else [],
        "name": lambda: [one for one in errand.desk.all(kind) if one["name"].lower() == value.lower()],
    }[name]
    if any(one["id"] != after["id"] for one in others()):
        label = name.removesuffix("_id").capitalize()
        faults.add(name, f"{label}: {value} has already been taken", "DuplicateValue")
