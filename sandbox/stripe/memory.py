"""What does this Stripe account remember beside the facts of the company?

What callers wrote that no other system cares for, the answers it gave under idempotency keys, its events.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

Json = dict[str, Any]
NAME = "stripe"


@dataclass
class Answer:
    """What was answered under an idempotency key, to which call; `at` is wall time."""

    call: str
    status: int
    body: bytes
    headers: dict[str, str]
    at: datetime


@dataclass
class Event:
    """One event; `body` is the whole of it as JSON, compressed. `created` in seconds of business time."""

    id: str
    type: str
    created: int
    body: bytes


@dataclass
class Memory:
    """`said` are top-level fields by object id, as they were written; `events` are oldest first."""

    said: dict[str, Json] = field(default_factory=dict)
    answers: dict[str, Answer] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
