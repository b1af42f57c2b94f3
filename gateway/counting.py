"""Which operation of which version did a request use?"""

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from litestar import Litestar
from litestar.routes import HTTPRoute

from canonical.caller import Caller
from gateway.api import Api

Count = Callable[[str, str, str, bool], None]
"""Counts one use: client, document of the version, operation, whether it was on its way out."""

_FORBIDDEN = 403


class Used(NamedTuple):
    """An operation of a version, and whether that is on its way out."""

    document: str
    operation: str
    deprecated: bool


class Counting:
    """Counts the uses of every published operation per client, but not of the front door's own routes."""

    def __init__(self, app: Litestar, apis: Iterable[Api], count: Count | None) -> None:
        self._count = count
        self._operations = operations_of(app, apis) if count else {}

    def note(self, method: str, route: str, caller: Caller | None, status: int) -> None:
        """Count a request that was let in to an operation, whatever came of it."""
        if self._count is None or caller is None or status == _FORBIDDEN:
            return
        if used := self._operations.get((method, route)):
            self._count(caller.client, used.document, used.operation, used.deprecated)


def operations_of(app: Litestar, apis: Iterable[Api]) -> Mapping[tuple[str, str], Used]:
    """By method and template, which is what a request leaves behind when it was routed."""
    apis, found = tuple(apis), {}
    for route in app.routes:
        api = next((one for one in apis if route.path_format.startswith(f"{one.prefix}/")), None)
        if api is None or not isinstance(route, HTTPRoute):
            continue
        for handler in route.route_handlers:
            used = Used(api.document, str(handler.operation_id), api.deprecation is not None)
            found.update({(str(method), route.path_format): used for method in handler.http_methods})
    return found
