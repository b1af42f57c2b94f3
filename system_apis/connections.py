"""Which instances of which platforms are we connected to?"""

from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime
from typing import Any, cast

import msgspec
from msgspec import Struct

from canonical.identity import Kind
from system_apis.catalog import PLATFORMS, Adapter, Platform, PlatformConfig
from system_apis.findings import Finding
from system_apis.health import Health
from system_apis.messages import Messages
from system_apis.ports import Billing, Crm, Erp, Support
from system_apis.reaching import reached


class NoConnection(LookupError):
    """We are not connected to such a system."""


class BadConnection(ValueError):
    """A connection cannot be opened as it is set up; the text names it and says why, without any secret."""


class ConnectionSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One connection. `legal_entities` are the codes it serves, none: those that no other serves.

    `config` is for the platform's own `Config`, with its secrets already in place.
    """

    name: str
    platform: str
    legal_entities: tuple[str, ...] = ()
    config: dict[str, Any] = {}

    def __repr__(self) -> str:
        return f"ConnectionSettings(name={self.name!r}, platform={self.platform!r})"


class Connection(Struct, frozen=True, kw_only=True):
    """One open connection.

    `port` is what is asked of its kind of system, `messages` how the platform tells us of something.
    """

    name: str
    kind: Kind
    platform: str
    legal_entities: tuple[str, ...]
    port: Crm | Billing | Support | Erp
    messages: Messages
    health: Callable[[], Health]


class Connections:
    """All open connections, in the order of the settings."""

    def __init__(self, connections: Iterable[Connection]) -> None:
        self._by_name = {connection.name: connection for connection in connections}

    def all(self, kind: Kind | None = None) -> tuple[Connection, ...]:
        """Those of one kind, or of every kind."""
        return tuple(one for one in self._by_name.values() if kind in (None, one.kind))

    def by_name(self, name: str) -> Connection:
        """The one of this name. Raises `NoConnection`."""
        try:
            return self._by_name[name]
        except KeyError:
            raise NoConnection(f"no connection is called {name!r}") from None

    def of(self, kind: Kind, legal_entity: str | None = None) -> Connection:
        """The one that serves this legal entity, else the first that serves all. Raises `NoConnection`."""
        candidates = self.all(kind)
        serving = (one for one in candidates if legal_entity in one.legal_entities)
        general = (one for one in candidates if not one.legal_entities)
        if found := next(serving, None) or next(general, None):
            return found
        raise NoConnection(f"no {kind} connection serves {legal_entity or 'every legal entity'}")

    def crm(self, name: str | None = None) -> Crm:
        """The CRM of this name, or the one that serves all. Raises `NoConnection`, as the next three do."""
        return cast("Crm", self._one(Kind.CRM, name).port)

    def billing(self, name: str | None = None) -> Billing:
        """The billing system of this name, or the one that serves all."""
        return cast("Billing", self._one(Kind.BILLING, name).port)

    def support(self, name: str | None = None) -> Support:
        """The support system of this name, or the one that serves all."""
        return cast("Support", self._one(Kind.SUPPORT, name).port)

    def erp(self, name: str | None = None) -> Erp:
        """The ERP of this name, or the one that serves all."""
        return cast("Erp", self._one(Kind.ERP, name).port)

    def _one(self, kind: Kind, name: str | None) -> Connection:
        if name is None:
            return self.of(kind)
        if (found := self.by_name(name)).kind is not kind:
            raise NoConnection(f"{name!r} is no {kind} connection")
        return found


@asynccontextmanager
async def open_connections(
    settings: Iterable[ConnectionSettings], now: Callable[[], datetime]
) -> AsyncIterator[Connections]:
    """Every connection of the settings, until the end of the block. No platform is called yet.

    Raises `BadConnection` for settings that cannot be used.
    """
    async with AsyncExitStack() as opened:
        connections: dict[str, Connection] = {}
        for one in settings:
            if one.name in connections:
                raise BadConnection(f"two connections are called {one.name!r}")
            connection, adapter = _opened(one, now)
            opened.push_async_callback(adapter.aclose)
            connections[one.name] = connection
        yield Connections(connections.values())


async def check(settings: ConnectionSettings, now: Callable[[], datetime]) -> list[Finding]:
    """What one connection lacks: first whether its host can be reached, then what its platform says.

    Raises `BadConnection` for settings that cannot be used.
    """
    _, config = _understood(settings)
    _, adapter = _opened(settings, now)
    try:
        found = await reached(config.base_url)
        return [*found, *await adapter.check()] if found[0].good else found
    finally:
        await adapter.aclose()


def _opened(settings: ConnectionSettings, now: Callable[[], datetime]) -> tuple[Connection, Adapter]:
    platform, config = _understood(settings)
    adapter = platform.connect(settings.name, config, now)
    connection = Connection(
        name=settings.name,
        kind=platform.kind,
        platform=settings.platform,
        legal_entities=settings.legal_entities,
        port=cast("Crm | Billing | Support | Erp", adapter),
        messages=adapter,
        health=adapter.health,
    )
    return connection, adapter


def _understood(settings: ConnectionSettings) -> tuple[Platform, PlatformConfig]:
    if (platform := PLATFORMS.get(settings.platform)) is None:
        known = ", ".join(sorted(PLATFORMS))
        raise BadConnection(f"{settings.name}: unknown platform {settings.platform!r}; known: {known}")
    try:
        return platform, msgspec.convert(settings.config, platform.config)
    except msgspec.ValidationError as error:
        raise BadConnection(f"{settings.name}: {error}") from None
