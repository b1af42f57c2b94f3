"""How is each read of Zendesk answered?"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from aiohttp import web

from sandbox.zendesk import query, search
from sandbox.zendesk.desk import Desk
from sandbox.zendesk.errors import (
    MOST_VALUES,
    SEARCH_DEPTH,
    described,
    invalid,
    no_record,
    search_too_deep,
    too_many_values,
)
from sandbox.zendesk.organizations import stamp
from sandbox.zendesk.paging import EXPORT_MOST, by_cursor, by_offset, page, whole

Json = dict[str, Any]
Read = Callable[[Desk, web.Request], Json]
# The moment after which nothing is in the search index yet; none: it is up to date.
Until = Callable[[web.Request], datetime | None]

ONE = {
    "organizations": "organization",
    "users": "user",
    "tickets": "ticket",
    "organization_fields": "organization_field",
    "ticket_fields": "ticket_field",
}
SORTABLE = ("id", "created_at", "updated_at", "name", "status", "priority", "subject")
SIDELOADS = {
    "organizations": ("organization_id",),
    "users": ("requester_id", "submitter_id", "assignee_id"),
}


def list_of(kind: str) -> Read:
    """All of a kind; tickets also by their `external_id`, read from the database, never from the index."""

    def answer(desk: Desk, request: web.Request) -> Json:
        external = request.query.get("external_id") if kind == "tickets" else None
        records = desk.all(kind) if external is None else desk.external(kind, external)
        return sideloaded(desk, request, kind, page(request, kind, ordered(records, request)))

    return answer


def ordered(records: list[Json], request: web.Request) -> list[Json]:
    """By id, or by another field: `sort=-updated_at` with a cursor, `sort_by` and `sort_order` with pages."""
    asked = request.query.get("sort", request.query.get("sort_by", "id"))
    field = asked.lstrip("-")
    if field not in SORTABLE:
        raise invalid(f"sort: {field} is not a field to sort by")
    if field != "id":
        records = sorted(records, key=lambda one: (str(one.get(field) or ""), one["id"]))
    backwards = asked.startswith("-") or request.query.get("sort_order") == "desc"
    return records[::-1] if backwards else records


def show(kind: str) -> Read:
    def answer(desk: Desk, request: web.Request) -> Json:
        return {ONE[kind]: existing(desk, kind, request)}

    return answer


def show_many(kind: str) -> Read:
    """Up to a hundred by `ids` or `external_ids`; those that do not exist are left out."""

    def answer(desk: Desk, request: web.Request) -> Json:
        field, name = ("id", "ids") if "ids" in request.query else ("external_id", "external_ids")
        wanted = [one.strip() for one in request.query.get(name, "").split(",") if one.strip()]
        if not wanted:
            raise invalid("ids or external_ids is required")
        if len(wanted) > MOST_VALUES:
            raise too_many_values(name)
        chosen = _by_ids(desk, kind, wanted) if field == "id" else _by_keys(desk, kind, wanted)
        return {kind: chosen, "next_page": None, "previous_page": None, "count": len(chosen)}

    return answer


def _by_ids(desk: Desk, kind: str, wanted: list[str]) -> list[Json]:
    found = {one["id"]: one for id in wanted if (one := desk.find(kind, id)) is not None}
    return [found[id] for id in sorted(found)]


def _by_keys(desk: Desk, kind: str, wanted: list[str]) -> list[Json]:
    found = {one["id"]: one for key in wanted for one in desk.external(kind, key)}
    return [found[id] for id in sorted(found)]


def count_of(kind: str) -> Read:
    return lambda desk, request: {"count": {"value": len(desk.kinds[kind]), "refreshed_at": None}}


def inside(kind: str, field: str, holder: str) -> Read:
    """What belongs to the record in the path, such as the tickets of an organization."""

    def answer(desk: Desk, request: web.Request) -> Json:
        one = existing(desk, holder, request)
        found = ordered(desk.of(kind, field, one["id"]), request)
        return sideloaded(desk, request, kind, page(request, kind, found))

    return answer


def comments(desk: Desk, request: web.Request) -> Json:
    """Oldest first, or newest first with `sort_order=desc` or `sort=-created_at`."""
    ticket = existing(desk, "tickets", request)
    said = desk.comments.get(ticket["id"], [])
    newest_first = request.query.get("sort_order") == "desc" or request.query.get("sort") == "-created_at"
    answer = page(request, "comments", said[::-1] if newest_first else said)
    return sideloaded(desk, request, "comments", answer)


def matching(kind: str, until: Until) -> Read:
    """`search?external_id=` or `?name=`, or a search for one kind with `?query=`."""

    def answer(desk: Desk, request: web.Request) -> Json:
        asked = request.query
        if external := asked.get("external_id"):
            return by_offset(request, kind, desk.external(kind, external))
        if name := asked.get("name"):
            return by_offset(request, kind, [o for o in desk.all(kind) if o["name"].lower() == name.lower()])
        if "query" not in asked:
            raise invalid("query, name or external_id is required")
        found = searched(desk, request, until(request), ONE[kind])
        return by_offset(request, kind, [desk.kinds[kind][one["id"]] for one in found])

    return answer


def autocomplete(kind: str) -> Read:
    """Records whose name begins with what was typed, at least two letters."""

    def answer(desk: Desk, request: web.Request) -> Json:
        typed = request.query.get("name", "").lower()
        if len(typed) < 2:
            raise invalid("name must have at least 2 characters")
        return by_offset(
            request, kind, [one for one in desk.all(kind) if one["name"].lower().startswith(typed)]
        )

    return answer


def searching(until: Until) -> Read:
    """The unified search: by offset, its first thousand results."""

    def answer(desk: Desk, request: web.Request) -> Json:
        found = searched(desk, request, until(request), None)
        size = min(whole(request, "per_page", 100), 100)
        if whole(request, "page", 1) * size > SEARCH_DEPTH:
            raise search_too_deep()
        return {**by_offset(request, "results", found), "facets": None}

    return answer


def exporting(until: Until) -> Read:
    """The same search without an end, by cursor, of one kind (`filter[type]`)."""

    def answer(desk: Desk, request: web.Request) -> Json:
        kind = request.query.get("filter[type]", "")
        if kind not in search.KINDS:
            raise invalid("filter[type] must be ticket, user or organization")
        return by_cursor(request, "results", searched(desk, request, until(request), kind), EXPORT_MOST)

    return answer


def counting(until: Until) -> Read:
    return lambda desk, request: {"count": len(searched(desk, request, until(request), None))}


def searched(desk: Desk, request: web.Request, until: datetime | None, kind: str | None) -> list[Json]:
    """What a search finds, without what the index does not know yet."""
    if "query" not in request.query:
        raise described(422, "invalid", "Invalid search: query is required")
    found = search.found(desk, query.parsed(request.query["query"]), kind)
    if until is not None:
        found = [one for one in found if one["updated_at"] <= stamp(until)]
    field, order = request.query.get("sort_by"), request.query.get("sort_order", "desc")
    if field in ("created_at", "updated_at", "priority", "status"):
        found.sort(key=lambda one: str(one.get(field)), reverse=order == "desc")
    return found


def existing(desk: Desk, kind: str, request: web.Request) -> Json:
    if (found := desk.find(kind, request.match_info["id"])) is None:
        raise no_record()
    return found


def sideloaded(desk: Desk, request: web.Request, kind: str, answer: Json) -> Json:
    """With `include=users,organizations`, the records that the page points to, once each."""
    for name in request.query.get("include", "").split(","):
        if name in SIDELOADS:
            ids = {one.get(field) for one in answer[kind] for field in (*SIDELOADS[name], "author_id")}
            answer[name] = [
                desk.kinds[name][id] for id in sorted(filter(None, ids)) if id in desk.kinds[name]
            ]
    return answer
