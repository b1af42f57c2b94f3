"""How many requests come, to what, from whom, and how long does each take?

What a request leaves behind is counted by what the edge has at hand; which operation of which version that
was is found out when somebody looks.
"""

from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Final, NamedTuple

from gateway.counting import Used
from system_apis.metrics import OTHER, Counter, Gauge, Histogram, Labels, Metric

NOBODY: Final = "(nobody)"
"""The client of a request that said nothing of who asks, or nothing true."""
UNROUTED: Final = "(unrouted)"
"""The operation of a request that was answered before the router, or that has no route."""
CLIENTS: Final = 100
"""Clients counted by name, the first that come; all others together."""
ROWS: Final = 10_000
"""Different (operation, client, status) kept; what comes after them is counted without its client."""
METHODS: Final = frozenset(("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"))
"""Those that are told by name; whatever else a caller calls a method is `(other)`."""
_INWARD: Final = frozenset(("process", "system"))
_OPERATION: Final = ("layer", "api", "version", "operation")

Operations = Mapping[tuple[str, str], Used]
"""By method and template of the path."""


class _Row(NamedTuple):
    method: str
    route: str
    client: str
    status: int


class Requests:
    """The requests of one house."""

    def __init__(self, operations: Operations, clients: int = CLIENTS, rows: int = ROWS) -> None:
        self._operations = operations
        self._most_clients, self._most_rows = clients, rows
        self._clients: set[str] = set()
        self._answered: dict[tuple[str, str, str, int], int] = {}
        self._took = Histogram("", "", ("method", "route"))
        self._under_way = 0

    def begun(self) -> None:
        """A request came in."""
        self._under_way += 1

    def done(self, method: str, route: str, client: str | None, status: int, seconds: float) -> None:
        """It was answered; a status of 0 stands for a caller who did not wait."""
        self._under_way -= 1
        if not route or method not in METHODS:
            method, route = "", ""
        if client not in self._clients:
            client = self._named(client)
        row = (method, route, client, status)
        if row not in self._answered and len(self._answered) >= self._most_rows:
            row = (method, route, OTHER, status)
        self._answered[row] = self._answered.get(row, 0) + 1
        self._took.took(seconds, method, route)

    def metrics(self) -> Iterable[Metric]:
        """What was counted, in the words of the documents."""
        answered = Counter(
            "requests",
            "Requests by what was asked, who asked, and how it ended.",
            (*_OPERATION, "client", "status"),
            most=ROWS,
        )
        deprecated = Counter(
            "requests.deprecated",
            "Uses of operations on their way out.",
            (*_OPERATION, "client"),
            most=ROWS,
        )
        for kept, count in self._answered.copy().items():
            row = _Row(*kept)
            labels = self._labels(row.method, row.route)
            answered.add(*labels, row.client, _class_of(row.status), amount=count)
            if self._was_deprecated(row):
                deprecated.add(*labels, row.client, amount=count)
        took = Histogram("request.duration", "How long requests took, in the gateway.", _OPERATION)
        for (method, route), (counts, seconds) in self._took.rows().items():
            took.put(counts, seconds, *self._labels(method, route))
        under_way = Gauge(
            "requests.under_way", "Requests not yet answered.", (), lambda: {(): self._under_way}
        )
        return answered, deprecated, took, under_way

    def _named(self, client: str | None) -> str:
        if client is None:
            return NOBODY
        if len(self._clients) >= self._most_clients:
            return OTHER
        self._clients.add(client)
        return client

    def _labels(self, method: str, route: str) -> Labels:
        if used := self._operations.get((method, route)):
            api, _, version = used.document.rpartition(".")
            layer = api.partition(".")[0]
            return (layer if layer in _INWARD else "experience", api, version, used.operation)
        return ("gateway", "", "", f"{method} {route}" if route else UNROUTED)

    def _was_deprecated(self, row: _Row) -> bool:
        used = self._operations.get((row.method, row.route))
        let_in = row.client != NOBODY and row.status != HTTPStatus.FORBIDDEN
        return used is not None and used.deprecated and let_in


def _class_of(status: int) -> str:
    return f"{status // 100}xx" if status else "cut"
