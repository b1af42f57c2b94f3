"""On which ports do the practice platforms stand?"""

from typing import Final

NAMES: Final = ("salesforce", "stripe", "zendesk", "netsuite")
FIRST_PORT: Final = 18101
METRICS_PORT: Final = 9464
"""Where Prometheus looks for an OpenTelemetry exporter by default."""


def ports_from(first: int) -> dict[str, int]:
    """Four ports in a row; 0: any free ones."""
    return {name: first and first + place for place, name in enumerate(NAMES)}
