"""Which calls are there below `/services/data/vXX.X`?"""

import re
from collections.abc import Callable
from typing import Final

from sandbox.salesforce import batches, changes, description, queries, rows, writes
from sandbox.salesforce.errors import Refused
from sandbox.salesforce.exchange import Answer, Ask

Resource = Callable[[Ask], Answer]

# In the order they are tried: a fixed word before a placeholder.
RESOURCES: Final[tuple[tuple[str, str, Resource], ...]] = (
    ("GET", "", description.resources),
    ("GET", "/limits", description.limits),
    ("GET", "/query", queries.query),
    ("GET", "/queryAll", queries.query_all),
    ("GET", "/query/{locator}", queries.more),
    ("GET", "/queryAll/{locator}", queries.more),
    ("GET", "/sobjects", description.objects),
    ("GET", "/sobjects/{object}", description.basics),
    ("GET", "/sobjects/{object}/describe", description.describe),
    ("GET", "/sobjects/{object}/updated", changes.updated),
    ("GET", "/sobjects/{object}/deleted", changes.deleted),
    ("GET", "/sobjects/{object}/{id}", rows.by_id),
    ("GET", "/sobjects/{object}/{field}/{value}", rows.by_external_id),
    ("POST", "/sobjects/{object}", writes.create),
    ("POST", "/sobjects/{object}/Id", writes.create),
    ("PATCH", "/sobjects/{object}/{id}", writes.change),
    ("DELETE", "/sobjects/{object}/{id}", writes.delete),
    ("PATCH", "/sobjects/{object}/{field}/{value}", writes.upsert),
    ("POST", "/composite/sobjects", batches.create),
    ("PATCH", "/composite/sobjects", batches.change),
    ("DELETE", "/composite/sobjects", batches.delete),
    ("PATCH", "/composite/sobjects/{object}/{field}", batches.upsert),
)

_PATTERNS: Final = tuple(
    (method, re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", template) + "/?"), resource)
    for method, template, resource in RESOURCES
)


def matching(method: str, path: str) -> tuple[Resource, dict[str, str]] | None:
    """The resource that a call below the version means and its placeholders, or none.

    Raises `Refused` (405) for a path that takes other methods only.
    """
    allowed = []
    for taken, pattern, resource in _PATTERNS:
        if found := pattern.fullmatch(path):
            if taken == method:
                return resource, found.groupdict()
            allowed.append(taken)
    if allowed:
        raise wrong_method(method, allowed)
    return None


def wrong_method(method: str, allowed: list[str]) -> Refused:
    """405, with what the path takes."""
    names = sorted({"HEAD", *allowed} if "GET" in allowed else set(allowed))
    message = f"HTTP Method '{method}' not allowed. Allowed are {','.join(names)}"
    return Refused(405, "METHOD_NOT_ALLOWED", message)
