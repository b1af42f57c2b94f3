"""What happened, kept and handed on.

docs/events.md tells what is promised. `forget` empties what is only in memory, for a new store.
"""

from process_apis.events.delivery import deliver
from process_apis.events.errors import PastRetention, Settled, WrongPayload
from process_apis.events.gaps import fill_gaps
from process_apis.events.intake import receive
from process_apis.events.log import append, forget, statements
from process_apis.events.model import (
    EventPage,
    Filter,
    Happening,
    LoggedEvent,
    Retry,
    Subscriber,
    Undeliverable,
    noticed,
)
from system_apis.messages import Arrived

__all__ = [
    "Arrived",
    "EventPage",
    "Filter",
    "Happening",
    "LoggedEvent",
    "PastRetention",
    "Retry",
    "Settled",
    "Subscriber",
    "Undeliverable",
    "WrongPayload",
    "append",
    "deliver",
    "fill_gaps",
    "forget",
    "noticed",
    "receive",
    "statements",
]
