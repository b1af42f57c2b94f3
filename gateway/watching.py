"""What do the connections say of themselves, as gauges?"""

from collections.abc import Iterator, Mapping
from typing import Final

from system_apis.connections import Connections
from system_apis.health import State
from system_apis.metrics import Gauge, Labels, Metric

_CONNECTION: Final = ("connection", "platform")


def connection_gauges(connections: Connections) -> Iterator[Metric]:
    """How each connection is right now."""
    health = {(one.name, one.platform): one.health() for one in connections.all()}
    states: dict[Labels, float] = {
        (*labels, state): float(one.state is state) for labels, one in health.items() for state in State
    }
    quotas = {labels: one.quota for labels, one in health.items() if one.quota}
    left: dict[Labels, float] = {labels: quota.left for labels, quota in quotas.items()}
    limits: dict[Labels, float] = {labels: quota.limit for labels, quota in quotas.items()}
    yield _gauge("state", "1 for what it is: ok, degraded, or down (its breaker is open).", states, "state")
    yield _gauge("quota.left", "Calls that are left, as the platform says.", left)
    yield _gauge("quota.limit", "Calls that the platform allows in its own window.", limits)


def _gauge(name: str, told: str, rows: Mapping[Labels, float], *more: str) -> Gauge:
    return Gauge(f"connection.{name}", told, (*_CONNECTION, *more), lambda: rows)
