"""What happened in this Stripe account, and how is it told?

Every change makes an event with the object as it was right then. Events are listed, newest first, for 30 days
of business time (and at most 20,000 of them), and sent, signed, to the one address that asked for them.
(docs.stripe.com/api/events, docs.stripe.com/webhooks#verify-manually)
"""

import hashlib
import hmac
import secrets
import zlib
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

import msgspec

from sandbox.kit.practice import Practice
from sandbox.kit.webhooks import Message
from sandbox.stripe.auth import NEWEST
from sandbox.stripe.errors import missing
from sandbox.stripe.lists import PAGING, page
from sandbox.stripe.memory import NAME, Event, Memory
from sandbox.stripe.parameters import Asked
from sandbox.stripe.prices import seconds
from sandbox.stripe.resources import CREATED, among, equal

Json = dict[str, Any]

KEPT: Final = timedelta(days=30)
LIMIT: Final = 20_000
FILTERS: Final = {**CREATED, "type": equal("type"), "types": among("type")}


def signature(secret: str, body: bytes, at: datetime) -> dict[str, str]:
    """The header that proves a message: HMAC-SHA256 over its moment (wall time) and the raw bytes."""
    moment = int(at.timestamp())
    proof = hmac.new(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
    return {"Stripe-Signature": f"t={moment},v1={proof}"}


class EventLog:
    """The events of one practice company."""

    def __init__(self, practice: Practice) -> None:
        self._practice = practice

    def add(self, type: str, one: Json, before: Json | None, at: datetime, asked: Json) -> None:
        """Keep and send that something happened to an object. `asked`: the call that led to it, or nulls."""
        changed = previous(before, one) if before is not None else None
        id = f"evt_{secrets.token_hex(12)}"
        event = {
            "id": id,
            "object": "event",
            "api_version": NEWEST,
            "created": seconds(at),
            "data": {"object": one} | ({"previous_attributes": changed} if changed else {}),
            "livemode": False,
            "pending_webhooks": 1,
            "request": asked,
            "type": type,
        }
        body = msgspec.json.encode(event)
        self._keep(Event(id, type, int(at.timestamp()), zlib.compress(body, 1)))
        key = one["id"] if one["object"] == "customer" else one.get("customer") or one["id"]
        sign = partial(signature, self._practice.keys.stripe.webhook_secret, body)
        self._practice.webhooks[NAME].emit(Message(id, key, body, sign))

    def read(self, id: str) -> msgspec.Raw:
        """One event, or Stripe's 404 when it is none or too old."""
        for event in reversed(self._events()):
            if event.id == id:
                return whole(event)
        raise missing("event", id, "id")

    def listed(self, asked: Asked, url: str) -> Json:
        """One page, newest first."""
        shown = [
            {"id": one.id, "type": one.type, "created": one.created, "whole": one}
            for one in reversed(self._events())
        ]
        given = [
            wanted(asked, name)
            for name, wanted in FILTERS.items()
            if name in asked.plain or name in asked.parts or name in asked.lists
        ]
        found = page(shown, lambda one: all(keep(one) for keep in given), asked, url, "event")
        return found | {"data": [whole(one["whole"]) for one in found["data"]]}

    def _keep(self, event: Event) -> None:
        events = self._memory().events
        events.append(event)
        if len(events) > LIMIT + LIMIT // 20:
            del events[:-LIMIT]
        self._practice.remember()

    def _events(self) -> list[Event]:
        """Those that are not too old yet, oldest first."""
        since = (self._practice.clock.now() - KEPT).timestamp()
        memory = self._memory()
        if memory.events and memory.events[0].created < since:
            memory.events = [event for event in memory.events if event.created >= since]
            self._practice.remember()
        return memory.events

    def _memory(self) -> Memory:
        return self._practice.memory(NAME, Memory)


EVENT_PARAMETERS: Final = (*FILTERS, *PAGING)


def whole(event: Event) -> msgspec.Raw:
    return msgspec.Raw(zlib.decompress(event.body))


def previous(before: Json, after: Json) -> Json:
    """The old values of what differs: of objects only what differs inside, lists whole, null for the new."""
    changed: Json = {}
    for name in before.keys() | after.keys():
        old, new = before.get(name), after.get(name)
        if old == new:
            continue
        changed[name] = previous(old, new) if isinstance(old, dict) and isinstance(new, dict) else old
    return changed
