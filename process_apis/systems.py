"""Which systems are we connected to right now?

One slot, filled once at start-up: the process floor asks platforms through it and through nothing else.
"""

from system_apis.connections import Connections


class _Slot:
    connections: Connections | None = None


def connect(connections: Connections) -> None:
    """Fill the slot; what was in it before is no longer asked."""
    _Slot.connections = connections


def disconnect() -> None:
    """Empty the slot again. Closing the connections is the business of whoever opened them."""
    _Slot.connections = None


def systems() -> Connections:
    """The connected systems. Raises RuntimeError before `connect` and after `disconnect`."""
    if _Slot.connections is None:
        raise RuntimeError("systems.connect was not called at start-up")
    return _Slot.connections
