"""What did we answer when this key came first?

`Idempotency-Key` on the creation of a ticket: any text up to 255 characters, kept for two hours of wall time
once a ticket was made. The same request gets the first answer again, another one is refused
(developer.zendesk.com, "Support API: Idempotency").
"""

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Final

import msgspec

from sandbox.world import World
from sandbox.zendesk.errand import Reply
from sandbox.zendesk.errors import invalid, other_request

LONGEST: Final = 255
KEPT: Final = timedelta(hours=2)
MOST: Final = 20_000
LOOKUP: Final = "x-idempotency-lookup"


def looked_up(world: World, key: str, request: bytes) -> Reply | None:
    """The answer that this key got, or none yet. Raises `Refusal` (400) for another request's."""
    if not 0 < len(key) <= LONGEST:
        raise invalid(f"Idempotency-Key must have 1 to {LONGEST} characters")
    known = world.support.keys.get(key)
    if known is None or known["until"] < datetime.now(UTC).timestamp():
        return None
    if known["request"] != _digest(request):
        raise other_request()
    return Reply(msgspec.json.decode(known["answer"]), known["status"], {**known["headers"], LOOKUP: "hit"})


def remember(world: World, key: str, request: bytes, reply: Reply) -> Reply:
    """The same answer, said to be a new one, after it was kept for the next time."""
    keys = world.support.keys
    now = datetime.now(UTC)
    while keys and (len(keys) >= MOST or next(iter(keys.values()))["until"] < now.timestamp()):
        del keys[next(iter(keys))]
    keys.pop(key, None)
    keys[key] = {
        "request": _digest(request),
        "status": reply.status,
        "headers": reply.headers,
        "answer": msgspec.json.encode(reply.body).decode(),
        "until": (now + KEPT).timestamp(),
    }
    return Reply(reply.body, reply.status, {**reply.headers, LOOKUP: "miss"})


def _digest(request: bytes) -> str:
    return hashlib.sha256(request).hexdigest()
