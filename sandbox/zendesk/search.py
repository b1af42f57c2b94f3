"""Which records does a Zendesk search find?

Terms narrow each other; the same property asked twice with `:` widens (either value). What a property means
stands in one table per kind; a property that a kind does not have finds nothing of that kind.
"""

import re
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from sandbox.zendesk.desk import Desk
from sandbox.zendesk.organizations import FIELDS
from sandbox.zendesk.query import Term
from sandbox.zendesk.tickets import STATUSES

Json = dict[str, Any]
Values = Callable[[Desk, Json], list[Any]]

KINDS = {"ticket": "tickets", "user": "users", "organization": "organizations"}
PRIORITIES = ("low", "normal", "high", "urgent")
# Words that have an order of their own, for `<` and `>`.
ORDERS = {"status": STATUSES, "priority": PRIORITIES}
NONE = "none"


def own(field: str) -> Values:
    """A field of the record itself."""
    return lambda desk, one: one[field] if isinstance(one[field], list) else [one[field]]


def related(kind: str, field: str, *names: str) -> Values:
    """A record it points to: by id, or by what else that one is called."""

    def values(desk: Desk, one: Json) -> list[Any]:
        other = desk.kinds[kind].get(one[field])
        return [None] if other is None else [other["id"], *(other[name] for name in names)]

    return values


def custom(key: str) -> Values:
    """An organization field, searched by its key."""
    return lambda desk, one: [one["organization_fields"][key]]


DATES: dict[str, Values] = {"created": own("created_at"), "updated": own("updated_at")}
ANY: dict[str, Values] = {**DATES, "external_id": own("external_id"), "tags": own("tags"), "id": own("id")}
ORGANIZATION = related("organizations", "organization_id", "name")
PROPERTIES: dict[str, dict[str, Values]] = {
    "ticket": {
        **ANY,
        "status": own("status"),
        "priority": own("priority"),
        "ticket_type": own("type"),
        "subject": own("subject"),
        "description": own("description"),
        "organization": ORGANIZATION,
        "organization_id": ORGANIZATION,
        "requester": related("users", "requester_id", "email", "name"),
        "requester_id": related("users", "requester_id"),
        "assignee": related("users", "assignee_id", "email", "name"),
    },
    "user": {
        **ANY,
        "name": own("name"),
        "email": own("email"),
        "role": own("role"),
        "organization": ORGANIZATION,
        "organization_id": ORGANIZATION,
    },
    "organization": {**ANY, "name": own("name"), **{key: custom(key) for key in FIELDS}},
}
TEXT: dict[str, tuple[str, ...]] = {
    "ticket": ("id", "subject", "description", "tags"),
    "user": ("id", "name", "email", "external_id"),
    "organization": ("id", "name", "external_id", "domain_names", "details", "notes"),
}


def found(desk: Desk, terms: list[Term], kind: str | None = None) -> list[Json]:
    """The records that all terms let through, as copies with `result_type`; `type:` chooses the kinds."""
    wanted = [term.value.lower() for term in terms if term.property == "type" and not term.negated]
    kinds = [kind] if kind else [one for one in KINDS if not wanted or one in wanted]
    groups = grouped([term for term in terms if term.property != "type"])
    return [
        {**record, "result_type": one}
        for one in kinds
        for record in desk.kinds[KINDS[one]].values()
        if all(any(holds(desk, one, record, term) for term in group) for group in groups)
    ]


def grouped(terms: list[Term]) -> list[list[Term]]:
    """Terms of which one is enough: the same property with `:`; every other term stands for itself."""
    alike: defaultdict[object, list[Term]] = defaultdict(list)
    for place, term in enumerate(terms):
        joins = term.property and term.operator == ":" and not term.negated
        alike[term.property if joins else place].append(term)
    return list(alike.values())


def holds(desk: Desk, kind: str, record: Json, term: Term) -> bool:
    if term.property is None:
        return mentions(kind, record, term) is not term.negated
    values = PROPERTIES[kind].get(term.property)
    if values is None:
        return False
    hit = any(compares(term, value) for value in values(desk, record))
    return hit is not term.negated


def compares(term: Term, value: Any) -> bool:
    """One value against one term: equality without case and with `*`, or an order."""
    if value is None:
        return term.operator == ":" and term.value.lower() == NONE
    have, want = str(value).lower(), term.value.lower()
    if term.operator == ":":
        return equal(term, have, want)
    order = ORDERS.get(term.property or "")
    if order is None:
        # ISO 8601 moments compare as text; a day alone is its first moment.
        return BOUNDS[term.operator](have[: max(len(want), 10)], want)
    return want in order and BOUNDS[term.operator](order.index(have), order.index(want))


def equal(term: Term, have: str, want: str) -> bool:
    if term.property in DATES:
        return have.startswith(want)
    if "*" in want:
        return follows(have, want.split("*"))
    by_words = term.property in ("name", "subject", "description", "organization") and not have.isdecimal()
    return have == want or (by_words and said(want, have))


def follows(have: str, parts: list[str]) -> bool:
    """Whether the parts between the stars stand in this order, the first and the last at the ends."""
    first, *middle, last = parts
    if not have.startswith(first) or not have.endswith(last) or len(have) < len(first) + len(last):
        return False
    place, end = len(first), len(have) - len(last)
    for part in middle:
        found = have.find(part, place, end)
        if found < 0:
            return False
        place = found + len(part)
    return True


BOUNDS: dict[str, Callable[[Any, Any], bool]] = {
    "<": lambda have, bound: bool(have < bound),
    "<=": lambda have, bound: bool(have <= bound),
    ">": lambda have, bound: bool(have > bound),
    ">=": lambda have, bound: bool(have >= bound),
}


def mentions(kind: str, record: Json, term: Term) -> bool:
    """Whether the record's own text has the words."""
    for field in TEXT[kind]:
        values = record[field] if isinstance(record[field], list) else [record[field]]
        if any(value is not None and said(term.value, str(value)) for value in values):
            return True
    return False


def said(words: str, text: str) -> bool:
    """Whether the words stand there side by side, the last one perhaps as the beginning of a longer one.

    Marks between words count for nothing, so a search for marks alone finds nothing.
    """
    wanted = re.findall(r"\w+", words.lower())
    pattern = r"(?<!\w)" + r"\W+".join(wanted)
    return bool(wanted) and re.search(pattern, text.lower()) is not None
