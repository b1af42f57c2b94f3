"""How is something counted where it happens, for next to nothing?

An instrument of the OpenTelemetry SDK costs some ten microseconds a call, a tenth of an entitlement check. So
what happens often is counted in plain dictionaries, which the gateway reads when somebody looks. What
happens seldom may as well use `opentelemetry.metrics`: both end in the same places.

Every metric has a bounded number of rows: what comes after `MOST` different ones is counted as `(other)`.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping
from typing import Final, TypeVar

Labels = tuple[str, ...]
"""The values of a metric's labels, in the order of their names."""

BOUNDS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Seconds that divide durations."""
MOST: Final = 2_000
OTHER: Final = "(other)"


class Metric:
    """What is told, and by which labels.

    `name` has dots between its words, no unit and no `total`; outside it begins with `tieline.`, too.
    """

    def __init__(self, name: str, told: str, labels: Iterable[str]) -> None:
        self.name = name
        self.told = told
        self.labels = tuple(labels)


class Counter(Metric):
    """A number of things that happened."""

    def __init__(self, name: str, told: str, labels: Iterable[str], most: int = MOST) -> None:
        super().__init__(name, told, labels)
        self._most = most
        self._rows: dict[Labels, int] = {}

    def add(self, *labels: str, amount: int = 1) -> None:
        """Count one more (or `amount`)."""
        rows = self._rows
        if labels not in rows and len(rows) >= self._most:
            labels = (OTHER,) * len(self.labels)
        rows[labels] = rows.get(labels, 0) + amount

    def rows(self) -> dict[Labels, int]:
        """What was counted so far."""
        return self._rows.copy()


class Histogram(Metric):
    """How many seconds things took."""

    def __init__(self, name: str, told: str, labels: Iterable[str], most: int = MOST) -> None:
        super().__init__(name, told, labels)
        self._most = most
        self._rows: dict[Labels, list[float]] = {}

    def took(self, seconds: float, *labels: str) -> None:
        """Count one more that took so long."""
        if (row := self._rows.get(labels)) is None:
            row = self._row(labels)
        row[bisect_left(BOUNDS, seconds)] += 1
        row[-1] += seconds

    def put(self, counts: Iterable[int], seconds: float, *labels: str) -> None:
        """Add what another histogram counted, with its seconds in all."""
        row = self._rows.get(labels) or self._row(labels)
        for place, amount in enumerate((*counts, seconds)):
            row[place] += amount

    def rows(self) -> dict[Labels, tuple[list[int], float]]:
        """By labels: how many fell under each of `BOUNDS` and above the last, and seconds in all."""
        return {
            labels: ([int(count) for count in row[:-1]], row[-1]) for labels, row in self._rows.copy().items()
        }

    def _row(self, labels: Labels) -> list[float]:
        if len(self._rows) >= self._most:
            labels = (OTHER,) * len(self.labels)
        return self._rows.setdefault(labels, [0] * (len(BOUNDS) + 1) + [0.0])


Read = Callable[[], Mapping[Labels, float]]


class Gauge(Metric):
    """How much of something there is, asked of `read` whenever somebody looks.

    `read` answers at once, from memory, and may be asked by another thread: what stands in a database is
    looked up beforehand, by whoever looks after it anyway.
    """

    def __init__(self, name: str, told: str, labels: Iterable[str], read: Read) -> None:
        super().__init__(name, told, labels)
        self._read = read

    def rows(self) -> dict[Labels, float]:
        """What there is now."""
        return dict(self._read())


M = TypeVar("M", bound=Metric)
_KNOWN: Final[dict[str, Metric]] = {}


def counter(name: str, told: str, labels: Iterable[str] = ()) -> Counter:
    """A counter of this process, made once, where what it counts happens."""
    return _known(Counter(name, told, labels))


def histogram(name: str, told: str, labels: Iterable[str] = ()) -> Histogram:
    """A histogram of seconds of this process, made once, where what it measures happens."""
    return _known(Histogram(name, told, labels))


def gauge(name: str, told: str, labels: Iterable[str], read: Read) -> Gauge:
    """A gauge of this process; another of the same name takes its place."""
    return _known(Gauge(name, told, labels, read))


def forget(metric: Metric) -> None:
    """Its owner is gone: nobody asks it any more."""
    if _KNOWN.get(metric.name) is metric:
        del _KNOWN[metric.name]


def known() -> tuple[Metric, ...]:
    """All of this process."""
    return tuple(_KNOWN.values())


def _known(metric: M) -> M:
    _KNOWN[metric.name] = metric
    return metric
