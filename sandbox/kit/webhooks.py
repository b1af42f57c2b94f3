"""How do the messages of a practice platform reach the address that asked for them?

Sent in the background, in order per order key and side by side between keys: a slow receiver keeps nobody
from an answer. What is not accepted is sent again after growing gaps, like the vendors do but sooner. How
messages travel is the `mode`; what is dropped or given up is still in the platform's own list of changes.
"""

import asyncio
import random
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

import aiohttp
from yarl import URL

from sandbox.kit.errors import ControlError

MODES: Final = ("deliver", "hold", "drop", "shuffle", "double")
GAPS: Final = (0.5, 1.0, 2.0, 5.0, 10.0, 30.0, *[60.0] * 30)
"""Seconds of wall time between the tries of one message; given up after the last."""
LIMIT: Final = 20_000
"""Messages that may wait; more are dropped."""
SENDERS: Final = 8
BATCH: Final = 10
"""Messages that are shuffled among each other, or fewer after `BATCH_SECONDS`."""
BATCH_SECONDS: Final = 0.25
_TIMEOUT: Final = aiohttp.ClientTimeout(total=10)
_ANSWER_BYTES: Final = 65_536


def is_success(status: int, body: bytes) -> bool:
    """Any 2xx, whatever it says."""
    return 200 <= status < 300


@dataclass(frozen=True)
class Message:
    """One message. `sign` gives the headers of one try, made at its moment of wall time; `accepted` reads the
    answer.

    Messages with the same order `key` are sent one after the other, such as all about one customer. A `body`
    that is made for each try is for vendors who send what is true then.
    """

    id: str
    key: str
    body: bytes | Callable[[], bytes]
    sign: Callable[[datetime], dict[str, str]]
    content_type: str = "application/json"
    accepted: Callable[[int, bytes], bool] = is_success


@dataclass
class Delivery:
    """A message on its way; `sent` counts its tries."""

    message: Message
    sent: int = 0


@dataclass
class Lane:
    """Deliveries that go one after the other: the first is being tried, or waits to be tried again."""

    key: str
    deliveries: deque[Delivery] = field(default_factory=deque)


@dataclass
class Webhooks:
    """The messages of one platform. `url`: the one address they go to; without one nothing is sent or kept.

    `waiting` are held or on their way. Since the last reset: `delivered`, `failed` (given up) and `dropped`.
    """

    url: str | None = None
    mode: str = "deliver"
    gaps: tuple[float, ...] = GAPS
    delivered: int = 0
    failed: int = 0
    dropped: int = 0
    _held: deque[Delivery] = field(default_factory=deque)
    waiting: int = 0
    _lanes: dict[str, Lane] = field(default_factory=dict)
    _shuffles: int = 0
    _due: "asyncio.Queue[Lane] | None" = None
    _dice: random.Random = field(default_factory=lambda: random.Random(1))
    _batch: asyncio.TimerHandle | None = None

    def emit(self, message: Message) -> None:
        """Take a message; it is sent by and by, as the mode says."""
        if self.url is None and self.mode != "hold":
            return
        if self.mode == "drop" or self.waiting >= LIMIT:
            self.dropped += 1
            return
        self._take(Delivery(message))

    def set(self, mode: str, url: str | None = None) -> None:
        """Change how messages travel, and where to; what waits travels in the new way, too.

        `ControlError` for a mode or an address that there is not.
        """
        if mode not in MODES:
            raise ControlError(f"mode must be one of {', '.join(MODES)}")
        if url is not None:
            self.url = _address(url)
        waiting = self._taken_back()
        self.mode = mode
        if mode == "drop":
            self.dropped += len(waiting)
            return
        for delivery in waiting:
            self._take(delivery)

    def clear(self) -> None:
        """Forget every message, deliver from now on; the address stays."""
        self._taken_back()
        self.mode, self.delivered, self.failed, self.dropped = "deliver", 0, 0, 0
        self._dice = random.Random(1)

    def shown(self) -> dict[str, Any]:
        """As the control face answers it."""
        return {
            "mode": self.mode,
            "url": self.url,
            "waiting": self.waiting,
            "delivered": self.delivered,
            "failed": self.failed,
            "dropped": self.dropped,
        }

    async def send(self) -> None:
        """Send what there is to send, until cancelled."""
        self._due = asyncio.Queue()
        for lane in self._lanes.values():
            self._due.put_nowait(lane)
        self._release()
        jar, options = aiohttp.DummyCookieJar(), aiohttp.TCPConnector(limit=SENDERS)
        try:
            async with (
                aiohttp.ClientSession(cookie_jar=jar, connector=options, timeout=_TIMEOUT) as session,
                asyncio.TaskGroup() as senders,
            ):
                for _ in range(SENDERS):
                    senders.create_task(self._sender(session, self._due))
        finally:
            self._due = None

    def _taken_back(self) -> list[Delivery]:
        """All that waits, oldest first in each lane; none of it is on its way any more."""
        waiting = list(self._held)
        for lane in self._lanes.values():
            waiting.extend(lane.deliveries)
            lane.deliveries.clear()
        self._held.clear()
        self._lanes.clear()
        self.waiting = 0
        return waiting

    def _take(self, delivery: Delivery) -> None:
        if self.mode in ("hold", "shuffle"):
            self._held.append(delivery)
            self.waiting += 1
            if self.mode == "shuffle":
                self._shuffled()
            return
        for _ in range(2 if self.mode == "double" else 1):
            self.waiting += 1
            self._enter(delivery.message.key, Delivery(delivery.message, delivery.sent))

    def _shuffled(self) -> None:
        """Send a full batch at once, a small one when its time is up."""
        if len(self._held) >= BATCH:
            self._release()
        elif self._due is not None and self._batch is None:
            self._batch = asyncio.get_running_loop().call_later(BATCH_SECONDS, self._release)

    def _release(self) -> None:
        """Send what was held to be shuffled, in random order; here nobody waits for what came earlier."""
        if self._batch is not None:
            self._batch.cancel()
            self._batch = None
        if self.mode != "shuffle":
            return
        batch = list(self._held)
        self._held.clear()
        self._dice.shuffle(batch)
        for delivery in batch:
            self._shuffles += 1
            self._enter(f"shuffled {self._shuffles}", delivery)

    def _enter(self, key: str, delivery: Delivery) -> None:
        lane = self._lanes.setdefault(key, Lane(key))
        lane.deliveries.append(delivery)
        if len(lane.deliveries) == 1 and self._due is not None:
            self._due.put_nowait(lane)

    async def _sender(self, session: aiohttp.ClientSession, due: "asyncio.Queue[Lane]") -> None:
        while True:
            lane = await due.get()
            if lane.deliveries:
                await self._try(session, lane, due)

    async def _try(self, session: aiohttp.ClientSession, lane: Lane, due: "asyncio.Queue[Lane]") -> None:
        """Send the first of a lane once; then comes the next one, or the same one again after a gap."""
        delivery = lane.deliveries[0]
        accepted = await self._send(session, delivery.message)
        delivery.sent += 1
        if not lane.deliveries:
            return  # a reset or another mode took all of them back meanwhile
        if not accepted and delivery.sent <= len(self.gaps):
            asyncio.get_running_loop().call_later(self.gaps[delivery.sent - 1], due.put_nowait, lane)
            return
        self.delivered += accepted
        self.failed += not accepted
        self.waiting -= 1
        lane.deliveries.popleft()
        if lane.deliveries:
            due.put_nowait(lane)
        else:
            del self._lanes[lane.key]

    async def _send(self, session: aiohttp.ClientSession, message: Message) -> bool:
        """Whether the receiver accepted it."""
        if self.url is None:
            return False
        body = message.body if isinstance(message.body, bytes) else message.body()
        headers = {"Content-Type": message.content_type, **message.sign(datetime.now(UTC))}
        try:
            async with session.post(
                URL(self.url, encoded=True), data=body, headers=headers, allow_redirects=False
            ) as answer:
                return message.accepted(answer.status, await answer.content.read(_ANSWER_BYTES))
        except (aiohttp.ClientError, TimeoutError):
            return False


def _address(url: object) -> str:
    """The one address to send to."""
    if not isinstance(url, str) or not URL(url).host or URL(url).scheme not in ("http", "https"):
        raise ControlError("url must be an http or https address")
    return url
