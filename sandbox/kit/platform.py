"""What must a practice platform be able to do?"""

from abc import ABC, abstractmethod
from datetime import datetime, timedelta
from typing import Any, ClassVar, Final

from aiohttp import web

from sandbox.kit.practice import Practice

# How far behind a search index is while `search_lags` holds (Stripe, "Search": up to an hour in an outage).
SEARCH_LAG: Final = timedelta(hours=1)
LAGGING: Final = web.RequestKey("lagging", bool)


class Platform(ABC):
    """One vendor's wire behaviour over the practice world. `name` is lower-case, such as `stripe`.

    `token_paths` give out tokens: `expired_token` does not keep anyone from getting a new one.
    """

    name: ClassVar[str]
    token_paths: ClassVar[frozenset[str]] = frozenset()

    def __init__(self, practice: Practice) -> None:
        self.practice = practice

    @abstractmethod
    def routes(self) -> list[web.RouteDef]:
        """The vendor's paths."""

    @abstractmethod
    def refusal(self, kind: str) -> web.Response:
        """Its answer to `error_500`, `rate_limited` or `expired_token`: words, status and headers."""

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

    def actions(self) -> list[web.RouteDef]:
        """More control routes of this platform, below `/_sim`. None by default."""
        return []

    def searchable_until(self, request: web.Request) -> datetime | None:
        """What changed after this moment is not in the search index yet; none: the index is up to date."""
        return self.practice.clock.now() - SEARCH_LAG if request.get(LAGGING) else None
