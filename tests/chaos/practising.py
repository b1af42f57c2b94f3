"""How do four practice platforms run beside a gateway that is killed, and who kills it inside a write?

They stand in a thread of their own and stay while gateways come and go. They know which calls they got, so
they can say when the n-th write of the gateway arrives, and when it is done but not answered yet.
"""

import asyncio
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import AsyncExitStack, contextmanager
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from sandbox import platforms
from sandbox.kit.calls import ANSWERING, Call, CallLog
from sandbox.kit.changes import Changes
from sandbox.kit.clock import BusinessClock
from sandbox.kit.credentials import load_or_make
from sandbox.kit.opening import SEED
from sandbox.kit.practice import Practice

NAMES: Final = ("salesforce", "stripe", "zendesk", "netsuite")
BEGINS: Final = timedelta(hours=25)
"""Of business time, after the midnight of today, when every company begins: whatever the hour is outside, the
same becomes due in two companies that are compared."""
RETRIES: Final = (0.2,) * 600
"""Seconds between the tries of a message: the gateway is often away here, and soon back."""
_READS: Final = ("GET", "HEAD", "OPTIONS")
_NO_WRITES: Final = ("oauth", "suiteql", "/token")


class Writes:
    """The gateway's writes. `arrived` and `done` count them; `strike` is told which, and its number."""

    def __init__(self) -> None:
        self.arrived = 0
        self.done = 0
        self.strike: Callable[[str, int], None] | None = None
        self._counted: Call | None = None

    def comes(self, call: Call) -> None:
        """A call came; nothing was carried out yet."""
        if call.method not in _READS and not any(word in call.path for word in _NO_WRITES):
            self.arrived += 1
            self._strike("arrived", self.arrived)

    def changed(self) -> None:
        """The world changed: because of a call that is being answered, or by itself."""
        call = ANSWERING.get()
        if call is not None and call is not self._counted:
            self._counted = call
            self.done += 1
            self._strike("done", self.done)

    def _strike(self, what: str, number: int) -> None:
        if self.strike is not None:
            self.strike(what, number)


class _Calls(CallLog):
    def __init__(self, writes: Writes) -> None:
        super().__init__()
        self._writes = writes

    def add(self, call: Call) -> None:
        super().add(call)
        self._writes.comes(call)


class _Changes(Changes):
    def __init__(self, writes: Writes) -> None:
        super().__init__()
        self._writes = writes

    def note(self, version: int, touched: Mapping[str, Any] | None) -> None:
        super().note(version, touched)
        self._writes.changed()


class Practising:
    """The practice company while it stands. `reach` is how to reach each platform, as in `demo.json`."""

    def __init__(self, practice: Practice, reach: dict[str, Any], writes: Writes) -> None:
        self.practice = practice
        self.reach = reach
        self.writes = writes


@contextmanager
def practising(data: Path, gateway: str, seed: int = SEED) -> Iterator[Practising]:
    """A practice company as it was made, with its keys and its clock in this folder."""
    today = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    data.mkdir(parents=True, exist_ok=True)
    keys, clock = load_or_make(data / "keys.json"), BusinessClock(data / "clock.json")
    clock.advance((today + BEGINS - clock.now()).total_seconds())
    practice, writes = Practice(seed, today, clock, keys), Writes()
    practice.changes = _Changes(writes)
    for name in NAMES:
        practice.calls[name] = _Calls(writes)
        practice.webhooks[name].gaps = RETRIES
    webhooks = {name: f"{gateway}/webhooks/{name}" for name in NAMES}
    webhooks["salesforce"] += f"/{keys.salesforce.webhook_secret}"
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    stack = AsyncExitStack()
    try:
        standing = platforms.running(practice, webhooks=webhooks)
        urls = asyncio.run_coroutine_threadsafe(stack.enter_async_context(standing), loop).result(30)
        told = asdict(keys)
        reach = {n: {"base_url": url, **told[n], "sim_url": f"{url}/_sim"} for n, url in urls.items()}
        yield Practising(practice, reach, writes)
    finally:
        writes.strike = None
        asyncio.run_coroutine_threadsafe(stack.aclose(), loop).result(30)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
