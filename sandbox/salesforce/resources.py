"""Which reads are there below `/services/data/vXX.X`?"""

import re
from collections.abc import Callable
from typing import Final

from sandbox.salesforce import changes, description, queries, rows
from sandbox.salesforce.exchange import Answer, Ask

Resource = Callable[[Ask], Answer]

# In the order they are tried: a fixed word before a placeholder.
RESOURCES: Final[tuple[tuple[str, Resource], ...]] = (
    ("", description.resources),
    ("/limits", description.limits),
    ("/query", queries.query),
    ("/queryAll", queries.query_all),
    ("/query/{locator}", queries.more),
    ("/queryAll/{locator}", queries.more),
    ("/sobjects", description.objects),
    ("/sobjects/{object}", description.basics),
    ("/sobjects/{object}/describe", description.describe),
    ("/sobjects/{object}/updated", changes.updated),
    ("/sobjects/{object}/deleted", changes.deleted),
    ("/sobjects/{object}/{id}", rows.by_id),
    ("/sobjects/{object}/{field}/{value}", rows.by_external_id),
)

_PATTERNS: Final = tuple(
    (re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", template) + "/?"), resource)
    for template, resource in RESOURCES
)


def matching(path: str) -> tuple[Resource, dict[str, str]] | None:
    """The resource that a path below the version means and its placeholders, or none."""
    for pattern, resource in _PATTERNS:
        if found := pattern.fullmatch(path):
            return resource, found.groupdict()
    return None
