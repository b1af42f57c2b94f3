"""How often may this caller ask?"""

import math
import os
import time
import warnings
from collections.abc import Mapping
from typing import Any, cast

from limits import RateLimitItem, parse
from limits.storage import Storage
from slowapi import Limiter

from canonical.caller import Caller
from gateway.errors import Header, TooManyRequests

DEFAULT = "default"
ANONYMOUS = "anonymous"
"""The plan of an address that says nothing of who it is, or nothing true."""

_MOST_WINDOWS = 100_000


class Windows(Storage):
    """Counters in memory: one window each, the oldest dropped when there are too many.

    Windows are kept in the order they began; with one length of window per plan that is nearly the order
    in which they end.
    """

    STORAGE_SCHEME = ["tieline-windows"]  # noqa: RUF012 (the registry that reads it wants a list)

    def __init__(self, uri: str | None = None, wrap_exceptions: bool = False, **options: Any) -> None:
        super().__init__(uri, wrap_exceptions=wrap_exceptions)
        self._most = int(options.get("most", _MOST_WINDOWS))
        self._windows: dict[str, tuple[int, float]] = {}
        self.latest = (0, 0.0)
        """Count and end of the window that was counted in last."""

    @property
    def base_exceptions(self) -> type[Exception]:
        return ValueError

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        now = time.monotonic()
        count, ends = self._windows.get(key, (0, 0.0))
        if ends <= now:
            self._windows.pop(key, None)
            if len(self._windows) >= self._most:
                self._windows.pop(next(iter(self._windows)))
            count, ends = 0, now + expiry
        self.latest = self._windows[key] = count + amount, ends
        return count + amount

    def get(self, key: str) -> int:
        count, ends = self._windows.get(key, (0, 0.0))
        return count if ends > time.monotonic() else 0

    def get_expiry(self, key: str) -> float:
        """When the window ends, on the monotonic clock: a corrected wall clock moves nobody's window."""
        return self._windows.get(key, (0, time.monotonic()))[1]

    def check(self) -> bool:
        return True

    def reset(self) -> int:
        count = len(self._windows)
        self._windows.clear()
        return count

    def clear(self, key: str) -> None:
        self._windows.pop(key, None)


class Limits:
    """Plans and what is left of them. `plans` names limits such as `6000/minute`; it has a `default`."""

    def __init__(
        self, plans: Mapping[str, str], anonymous: str = "600/minute", most: int = _MOST_WINDOWS
    ) -> None:
        self._plans: dict[str, RateLimitItem] = {name: parse(text) for name, text in plans.items()}
        self._plans[ANONYMOUS] = parse(anonymous)
        self._policies = {name: _policy(item) for name, item in self._plans.items()}
        # Apart, so that no number of strangers can push a caller's window out.
        self._callers, self._strangers = _limiter(most), _limiter(most)

    def spend(self, caller: Caller) -> list[Header]:
        """Count one request of a caller, and say what is left. Raises TooManyRequests."""
        plan = caller.plan if caller.plan in self._plans else DEFAULT
        return self._spend(self._callers, plan, f"{plan}\n{caller.client}\n{caller.subject}")

    def greet(self, address: str) -> None:
        """Count one request that names no caller. Raises TooManyRequests."""
        self._spend(self._strangers, ANONYMOUS, f"stranger {address}")

    def doubt(self, address: str) -> None:
        """Refuse to look at one more credential from where too many bad ones came. Raises TooManyRequests."""
        item, who = self._plans[ANONYMOUS], f"liar {address}"
        if not self._strangers.limiter.test(item, who):
            ends = _windows(self._strangers).get_expiry(item.key_for(who))
            raise TooManyRequests(headers=[self._retry_after(ends)])

    def distrust(self, address: str) -> None:
        """Count one bad credential."""
        self._strangers.limiter.hit(self._plans[ANONYMOUS], f"liar {address}")

    def _spend(self, limiter: Limiter, plan: str, who: str) -> list[Header]:
        item = self._plans[plan]
        allowed = limiter.limiter.hit(item, who)
        count, ends = _windows(limiter).latest
        seconds = max(1, math.ceil(ends - time.monotonic()))
        left = b'"default";r=%d;t=%d' % (max(0, item.amount - count), seconds)
        stamps = [self._policies[plan], (b"ratelimit", left)]
        if not allowed:
            raise TooManyRequests(headers=[*stamps, self._retry_after(ends)])
        return stamps

    def _retry_after(self, ends: float) -> Header:
        # Rounded up, so that who waits this long finds the next window open.
        return b"retry-after", b"%d" % max(1, math.ceil(ends - time.monotonic()))


def _limiter(most: int) -> Limiter:
    """slowapi's limiter, over our windows, deaf to the `.env` of wherever it is started."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Config file .* not found", UserWarning)
        return Limiter(
            key_func=lambda: ANONYMOUS,
            storage_uri=f"{Windows.STORAGE_SCHEME[0]}://",
            storage_options={"most": str(most)},
            strategy="fixed-window",
            key_style="endpoint",
            config_filename=os.devnull,
        )


def _windows(limiter: Limiter) -> Windows:
    """The storage the limiter was made with; slowapi has no public name for it."""
    return cast("Windows", limiter._storage)


def _policy(item: RateLimitItem) -> Header:
    """`RateLimit-Policy` as draft-ietf-httpapi-ratelimit-headers-11 writes it."""
    return b"ratelimit-policy", b'"default";q=%d;w=%d' % (item.amount, item.get_expiry())
