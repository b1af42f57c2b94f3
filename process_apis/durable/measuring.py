"""How many runs are open, how long has the oldest of them stood, and how many ended how?"""

from typing import Any, Final

from process_apis.durable import ledger
from process_apis.durable.ledger import Open
from system_apis.metrics import Labels, counter, gauge

MEASURED_EVERY: Final = 5.0
"""Seconds between two looks."""
_LABELS: Final = ("flow", "state")

ENDED: Final = counter("runs.ended", "Runs that ended on this node, by how.", _LABELS)


class _Seen:
    open: tuple[Open, ...] = ()


async def measure() -> None:
    """Look how many runs are open, for the gauges. Raises StoreUnavailable."""
    _Seen.open = await ledger.open_runs()


def _read(name: str) -> Any:
    def rows() -> dict[Labels, float]:
        return {(one.flow, one.state): float(getattr(one, name)) for one in _Seen.open}

    return rows


gauge(
    "runs.open", "Runs that have not ended: running, waiting, or in need of a person.", _LABELS, _read("runs")
)
gauge("runs.open_seconds", "Since when the longest of them has not moved.", _LABELS, _read("seconds"))
