"""What is one API in one version?"""

from datetime import datetime
from enum import StrEnum

from litestar import Router
from msgspec import Struct


class State(StrEnum):
    """Where a version is in its life."""

    LIVE = "live"
    DEPRECATED = "deprecated"


class Audience(StrEnum):
    """For whom an API is."""

    CUSTOMERS = "customers"
    AGENTS = "agents"
    PARTNERS = "partners"
    OPERATORS = "operators"
    INTERNAL = "internal"


BROWSING = frozenset((Audience.CUSTOMERS, Audience.AGENTS, Audience.OPERATORS))
"""Whose programs run in a browser; the others are programs that keep a key."""


class Deprecation(Struct, frozen=True, kw_only=True):
    """A version on its way out: since when it is advised against, when it ends, and what takes its place.

    `successor` is the document of another version. ValueError when it would end before it is advised against.
    """

    since: datetime
    sunset: datetime
    successor: str

    def __post_init__(self) -> None:
        if self.sunset < self.since:  # RFC 8594, and RFC 9745 section 5
            raise ValueError("a version does not end before it is advised against")


class Api(Struct, frozen=True, kw_only=True):
    """One API in one version: its document is `/openapi/{document}.json`, its paths begin with `prefix`."""

    document: str
    title: str
    about: str
    prefix: str
    audience: Audience
    routers: tuple[Router, ...]
    version: str = "1.0.0"
    deprecation: Deprecation | None = None

    @property
    def state(self) -> State:
        return State.DEPRECATED if self.deprecation else State.LIVE
