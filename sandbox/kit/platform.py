"""What must a practice platform be able to do?"""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, ClassVar, Final

from aiohttp import web

from sandbox.kit.faults import WRITE_FAULTS
from sandbox.kit.practice import Practice

# How far behind a search index is while `search_lags` holds (Stripe, "Search": up to an hour in an outage).
SEARCH_LAG: Final = timedelta(hours=1)
LAGGING: Final = web.RequestKey("lagging", bool)


class Platform(ABC):
    """One vendor's wire behaviour over the practice world. `name` is lower-case, such as `stripe`.

    `token_paths` give out tokens: `expired_token` does not keep anyone from getting a new one. `query_paths`
    only read, whatever the method. `write_faults` are those of `WRITE_FAULTS` that it has: the two that cut
    the connection are done by the kit, for the others `refusal` has the vendor's words.
    """

    name: ClassVar[str]
    token_paths: ClassVar[frozenset[str]] = frozenset()
    query_paths: ClassVar[frozenset[str]] = frozenset()
    write_faults: ClassVar[frozenset[str]] = frozenset()

    def __init__(self, practice: Practice) -> None:
        self.practice = practice

    @abstractmethod
    def routes(self) -> list[web.RouteDef]:
        """The vendor's paths."""

    @abstractmethod
    def refusal(self, kind: str) -> web.Response:
        """Its answer to `error_500`, `rate_limited`, `expired_token` and those of its `write_faults` that
        have one: words, status and headers."""

    @abstractmethod
    def not_found(self, request: web.Request) -> web.Response:
        """The vendor's answer to a path it does not have."""

    @abstractmethod
    def wrong_method(self, request: web.Request) -> web.Response:
        """The vendor's answer to a method that this path does not take."""

    @abstractmethod
    async def after(self, request: web.Request, response: web.StreamResponse) -> None:
        """Add what the vendor puts on every answer, such as usage headers."""

    @abstractmethod
    def state(self, object: str, id: str | None) -> list[dict[str, Any]]:
        """The records of a kind as held here, all or the one with this id. `KeyError`: no such kind."""

    def is_write(self, request: web.Request) -> bool:
        """Whether this call asks to change something: write faults strike no other."""
        reading = request.method in ("GET", "HEAD", "OPTIONS")
        return not reading and request.path not in self.token_paths | self.query_paths

    def spared(self, request: web.Request) -> frozenset[str]:
        """The faults that do not strike this call."""
        from_tokens = {"expired_token"} if request.path in self.token_paths else set()
        return frozenset(from_tokens) | (frozenset() if self.is_write(request) else frozenset(WRITE_FAULTS))

    @contextmanager
    def under_way(self, request: web.Request) -> Iterator[web.StreamResponse | None]:
        """While a call is under way, its wait included: gives the refusal of one too many at a time."""
        yield None

    async def refuse(self, kind: str, request: web.Request) -> web.StreamResponse:
        """Refuse this call; a platform that remembers answers by key remembers this one too."""
        return self.refusal(kind)

    async def time_passed(self, now: datetime) -> None:  # noqa: B027 - most platforms do nothing by themselves
        """Do what is due at this moment of business time: called when the clock moves, and every second."""

    def actions(self) -> list[web.RouteDef]:
        """More control routes of this platform, below `/_sim`. None by default."""
        return []

    def searchable_until(self, request: web.Request) -> datetime | None:
        """What changed after this moment is not in the search index yet; none: the index is up to date."""
        return self.practice.clock.now() - SEARCH_LAG if request.get(LAGGING) else None
