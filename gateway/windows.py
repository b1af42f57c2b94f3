"""How is it counted in this process how often somebody came?

A window holds at most as many as its limit says in *any* span of its length, wherever the span begins.
Calls that come close together are kept as one run, which ends when the last of them is old enough: so a
window needs little room whatever its limit, and errs, by a 64th of its length at most, on the strict side.
"""

import time
from collections import OrderedDict
from typing import Any, Final

from limits.storage import MovingWindowSupport, Storage

RUNS: Final = 64
"""Into how many runs the length of a window is divided at most."""
MOST: Final = 100_000
"""Windows kept at once; the one that was not used for longest goes first."""


class Run:
    """Calls that came close together."""

    __slots__ = ("count", "last", "opened")

    def __init__(self, now: float) -> None:
        self.opened = self.last = now
        self.count = 0


class Window:
    """Who came within one length of time: the runs, the oldest first, and their sum."""

    __slots__ = ("runs", "total")

    def __init__(self) -> None:
        self.runs: list[Run] = []
        self.total = 0

    def age(self, seconds: float, now: float) -> None:
        """Forget what is old enough."""
        while self.runs and self.runs[0].last + seconds <= now:
            self.total -= self.runs.pop(0).count

    def add(self, count: int, seconds: float, now: float) -> None:
        runs = self.runs
        if not runs or now - runs[-1].opened >= seconds / RUNS:
            runs.append(Run(now))
        run = runs[-1]
        run.count += count
        run.last = now
        self.total += count

    def wait(self, leaving: int, seconds: float, now: float) -> float:
        """Seconds until at least so many have left; the whole length when nobody is here."""
        for run in self.runs:
            leaving -= run.count
            if leaving <= 0:
                return min(seconds, run.last + seconds - now)
        return seconds


class Windows(Storage, MovingWindowSupport):
    """A storage of `limits` for its moving windows, in memory and bounded.

    Time is monotonic: a corrected wall clock moves nobody's window.
    """

    STORAGE_SCHEME = ["tieline-windows"]  # noqa: RUF012 (the registry that reads it wants a list)

    def __init__(self, uri: str | None = None, wrap_exceptions: bool = False, **options: Any) -> None:
        super().__init__(uri, wrap_exceptions=wrap_exceptions)
        self._most = int(options.get("most", MOST))
        self._windows: OrderedDict[str, Window] = OrderedDict()

    @property
    def base_exceptions(self) -> type[Exception]:
        return ValueError

    def look(self, key: str, expiry: float, now: float) -> Window:
        """The window as it is now."""
        window = self._windows.get(key)
        if window is None:
            if len(self._windows) >= self._most:
                self._windows.popitem(last=False)
            window = self._windows[key] = Window()
        else:
            self._windows.move_to_end(key)
            window.age(expiry, now)
        return window

    def acquire_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
        now = time.monotonic()
        window = self.look(key, expiry, now)
        if window.total + amount > limit:
            return False
        window.add(amount, expiry, now)
        return True

    def give_back(self, key: str, amount: int) -> None:
        """Take back what was just acquired, before anybody else could come."""
        window = self._windows[key]
        window.total -= amount
        window.runs[-1].count -= amount

    def get_moving_window(self, key: str, limit: int, expiry: int) -> tuple[float, int]:
        now = time.monotonic()
        window = self.look(key, expiry, now)
        return (window.runs[0].opened if window.runs else now), window.total

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        now = time.monotonic()
        window = self.look(key, expiry, now)
        window.add(amount, expiry, now)
        return window.total

    def get(self, key: str) -> int:
        window = self._windows.get(key)
        return window.total if window else 0

    def get_expiry(self, key: str) -> float:
        """When the last of the window came: its length is the limit's to know."""
        window = self._windows.get(key)
        return window.runs[-1].last if window and window.runs else time.monotonic()

    def check(self) -> bool:
        return True

    def reset(self) -> int:
        count = len(self._windows)
        self._windows.clear()
        return count

    def clear(self, key: str) -> None:
        self._windows.pop(key, None)
