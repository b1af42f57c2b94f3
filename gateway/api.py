"""What is one API in one version?"""

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
    INTERNAL = "internal"


class Api(Struct, frozen=True, kw_only=True):
    """One API in one version: its document is `/openapi/{document}.json`, its paths begin with `prefix`."""

    document: str
    title: str
    about: str
    prefix: str
    audience: Audience
    routers: tuple[Router, ...]
    version: str = "1.0.0"
    state: State = State.LIVE
