"""May a call come in, as far as all processes together have counted?

The counters are in Redis, asked through `limits.aio`. Calls that come while Redis is being asked are asked
next, together, over one connection: a busy process asks less often, not more.
"""

import asyncio
import logging
import time
from collections.abc import Sequence
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from typing import Any, Final, NamedTuple, cast

from limits.aio.storage import RedisStorage
from limits.storage import storage_from_string
from opentelemetry import metrics

from gateway.policies import ADDRESSES, Plan
from gateway.spending import Counted, Share

PATIENCE: Final = 0.25
"""Seconds Redis may be silent before it counts as away: no call waits longer for it."""
AGAIN_AFTER: Final = 1.0
"""Seconds after which one call tries a Redis that was away; meanwhile nobody waits for it."""

_MICROSECONDS: Final = 1_000_000
_LOOKS: Final = 5
_TOGETHER: Final = 256
_PREFIX: Final = "tieline:limit"
_SCRIPT: Final = Path(__file__).with_name("spending.lua").read_text()
_LOG: Final = logging.getLogger("tieline.limits")
_AWAY = metrics.get_meter("tieline.gateway").create_counter(
    "tieline.limits.uncounted", description="Calls decided while the shared counters were away."
)


class _Asked(NamedTuple):
    keys: list[str]
    values: list[int]
    answer: "asyncio.Future[Counted | None]"


class SharedSpending:
    """Counts in the Redis at `url`. Raises ValueError for an address nobody can mean.

    To be used in one event loop, and closed in it.
    """

    def __init__(self, url: str) -> None:
        storage = _storage(url)
        self._errors = _all_of(storage.base_exceptions)
        # The bridge of `limits` to redis-py; its type is that of all its bridges, of which not all have this.
        self._redis: Any = cast("Any", storage.bridge).get_connection()
        self._script: Any = self._redis.register_script(_SCRIPT)
        self._waiting: list[_Asked] = []
        self._asking: asyncio.Task[None] | None = None
        self._again_at: float | None = None
        self.uncounted = 0
        """Calls that could not be counted, ever."""

    @property
    def away(self) -> bool:
        """Whether the counters could not be had when they were last asked."""
        return self._again_at is not None

    async def spend(self, plan: Plan, who: str, weight: int = 1) -> Counted | None:
        """Count a call that weighs so much; None when the counters are away."""
        counted = await self._ask(plan, who, weight) if self._may_ask() else None
        if counted is None:
            self.uncounted += 1
            _AWAY.add(1, {"policy": "closed" if plan.closed else "open"})
        return counted

    async def close(self) -> None:
        """Leave Redis; what waits is told that it is away."""
        if self._asking:
            self._asking.cancel()
            with suppress(asyncio.CancelledError):
                await self._asking
        self._answer(self._waiting, None)
        await self._redis.aclose()

    def _may_ask(self) -> bool:
        if self._again_at is None:
            return True
        if (now := time.monotonic()) < self._again_at:
            return False
        self._again_at = now + AGAIN_AFTER  # this call finds out; the next ones do not wait for it
        return True

    def _ask(self, plan: Plan, who: str, weight: int) -> "asyncio.Future[Counted | None]":
        digest = blake2b(who.encode(), digest_size=16).hexdigest()  # Redis learns no names
        keys = [f"{_PREFIX}:{digest}:{one.item.amount}/{one.seconds}" for one in plan.limits]
        values = [len(keys), weight]
        for one in plan.limits:
            values += (one.item.amount, one.seconds * _MICROSECONDS)
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Counted | None] = loop.create_future()
        self._waiting.append(_Asked(keys, values, answer))
        if self._asking is None or self._asking.done():
            self._asking = loop.create_task(self._ask_for_all())
        return answer

    async def _ask_for_all(self) -> None:
        while self._waiting:
            asked, self._waiting = self._waiting[:_TOGETHER], self._waiting[_TOGETHER:]
            try:
                answers = await self._heard(asked)
            except BaseException:
                self._answer(asked + self._waiting, None)
                self._waiting = []
                raise
            if answers is None:
                asked, self._waiting = asked + self._waiting, []
            self._answer(asked, answers)

    async def _heard(self, asked: Sequence[_Asked]) -> list[list[int]] | None:
        keys = [key for one in asked for key in one.keys]
        values = [value for one in asked for value in one.values]
        call = asyncio.ensure_future(self._script(keys=keys, args=values))
        try:
            # In several looks: a busy loop must not take an answer that has come for silence.
            for _ in range(_LOOKS):
                if (await asyncio.wait({call}, timeout=PATIENCE / _LOOKS))[0]:
                    answers = cast("list[list[int]]", call.result())
                    self._back()
                    return answers
            self._gone("silence")
        except self._errors as error:
            self._gone(str(error))
        finally:
            call.cancel()
        return None

    def _answer(self, asked: Sequence[_Asked], answers: Sequence[Sequence[int]] | None) -> None:
        for number, one in enumerate(asked):
            if not one.answer.done():  # else the caller went away
                one.answer.set_result(_counted(answers[number]) if answers else None)

    def _gone(self, why: str) -> None:
        """Alert once, until they are back."""
        if not self.away:
            _LOG.error("alert: the shared limit counters are away (%s); plans say what holds now", why)
        self._again_at = time.monotonic() + AGAIN_AFTER

    def _back(self) -> None:
        if self.away:
            _LOG.warning("the shared limit counters are back; %d calls so far uncounted", self.uncounted)
        self._again_at = None


def _counted(answer: Sequence[int]) -> Counted:
    shares = [Share(answer[at], answer[at + 1] / _MICROSECONDS) for at in range(1, len(answer), 2)]
    return Counted(answer[0] == 1, shares)


def _all_of(errors: type[Exception] | tuple[type[Exception], ...]) -> tuple[type[Exception], ...]:
    """What redis-py says itself, and what of the socket it lets through."""
    return (*errors, OSError) if isinstance(errors, tuple) else (errors, OSError)


def _storage(url: str) -> RedisStorage:
    if not url.startswith(ADDRESSES):
        raise ValueError("redis: write an address such as redis://localhost:6379/0")
    storage = storage_from_string(f"async+{url}", implementation="redispy", socket_connect_timeout=PATIENCE)
    return cast("RedisStorage", storage)
