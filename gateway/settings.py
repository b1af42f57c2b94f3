"""What can be configured?

The only reader of the environment and of `tieline.toml`, in which a misspelt name is an error. Paths in the
file are relative to the file. Secrets are references, `env:NAME` or `file:PATH`; a secret written out in the
file is refused. Any other text of a connection's `config` may be a reference too.
"""

import os
import tomllib
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta, Struct

from canonical.support import Plan, ServiceTier
from gateway.addresses import network_of
from gateway.blocks import ClientSettings, Issuer, Security, Sku, Telemetry, Tier
from gateway.listening import names_host, names_port, parted
from gateway.pointing import Key, Wrong, converted, line_of, spoken
from gateway.policies import ADDRESSES, PlanSettings, plan_of
from process_apis.clients.keys import shaped
from system_apis.catalog import PLATFORMS
from system_apis.connections import ConnectionSettings

CONFIG_VARIABLE = "TIELINE_CONFIG"
DATABASE_VARIABLE = "TIELINE_DATABASE"
REDIS_VARIABLE = "TIELINE_REDIS_URL"
DEFAULT_CONFIG = "tieline.toml"
_SQLITE = "sqlite:///"
REFERENCES = ("env:", "file:")
_ONE_EACH: Final = (("clients", "name"), ("clients", "key"), ("issuers", "issuer"), ("connections", "name"))
"""What tells blocks apart. Of two that say the same, one would take the other's rights or its place."""


class BadSettings(Exception):
    """The settings cannot be used; the text names file, line and what to change, and never a secret."""


class Settings(Struct, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """Everything that can be set. `refresh_seconds` is how often all systems are looked over again,
    `catch_up_seconds` how often their lists of changes are read for what no message told us,
    `warm_seconds` for how long a part of an account 360 is given again without asking its owner (0: never),
    `settle_seconds` for how long a platform may carry out a write that nobody waits for any more: a lost one
    that is not to be found is not tried again before.

    `folder` is where a process keeps what is its own: its name among several, unless `node` says it, and
    beside a SQLite database the memory of its runs; without it, where that database or this file is.
    `redis` is the address of the counters that several processes share; without it each counts alone.
    `origins` are those whose pages may ask from a browser, such as `https://portal.example.com`.
    `proxies` are the addresses or networks of those before us whose X-Forwarded-For is believed.
    """

    host: str = "127.0.0.1"
    port: Annotated[int, Meta(ge=1, le=65535)] = 8080
    base_url: str = "http://127.0.0.1:8080"
    database: str = "sqlite:///tieline.sqlite"
    folder: str | None = None
    node: Annotated[str, Meta(pattern="^[A-Za-z0-9._-]{1,60}$")] | None = None
    cursor_secret: str
    business_clock: str | None = None
    refresh_seconds: Annotated[float, Meta(gt=0)] = 60.0
    catch_up_seconds: Annotated[float, Meta(gt=0)] = 60.0
    warm_seconds: Annotated[float, Meta(ge=0, le=3600)] = 0.0
    settle_seconds: Annotated[float, Meta(ge=1, le=3600)] = 60.0
    redis: str | None = None
    plans: dict[str, str | tuple[str, ...] | PlanSettings] = msgspec.field(
        default_factory=lambda: {"default": "6000/minute"}
    )
    issuers: tuple[Issuer, ...] = ()
    clients: tuple[ClientSettings, ...] = ()
    connections: tuple[ConnectionSettings, ...] = ()
    tiers: dict[str, Tier] = {}
    skus: dict[str, Sku] = {}
    telemetry: Telemetry = Telemetry()
    origins: tuple[Annotated[str, Meta(pattern=r"^https?://[^/*\s]+$")], ...] = ()
    proxies: tuple[str, ...] = ()
    security: Security | None = None

    @property
    def service_tiers(self) -> tuple[ServiceTier, ...]:
        return tuple(
            ServiceTier(name=name, rank=tier.rank, first_response_minutes=tier.first_response_minutes)
            for name, tier in self.tiers.items()
        )

    @property
    def own_folder(self) -> Path:
        """Where this process keeps what is its own."""
        if self.folder is None and self.database.startswith(_SQLITE):
            return Path(self.database.removeprefix(_SQLITE)).parent
        return Path(self.folder or ".")

    @property
    def grace(self) -> dict[str, timedelta]:
        """How late a payment may be, by tier."""
        return {name: timedelta(days=tier.grace_days) for name, tier in self.tiers.items()}

    @property
    def sold(self) -> tuple[Plan, ...]:
        """What each SKU allows."""
        return tuple(
            Plan(sku=sku, tier=one.tier, features=frozenset(one.features)) for sku, one in self.skus.items()
        )


def load(file: Path | None = None) -> Settings:
    """The settings of this file (default: TIELINE_CONFIG, else `tieline.toml`), secrets in place.

    Raises BadSettings.
    """
    file = file or Path(os.environ.get(CONFIG_VARIABLE, DEFAULT_CONFIG))
    try:
        text = file.read_text(encoding="utf-8")
        read = converted(tomllib.loads(text), Settings)
        _check(read)
        _check_addresses(read)
        settings = _resolved(read, file.resolve().parent)
        _check_repeats(settings)
        return settings
    except FileNotFoundError:
        raise BadSettings(
            f"There is no {file}. Name another with --config or {CONFIG_VARIABLE}; "
            "docs/tieline.sample.toml is one to start from."
        ) from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadSettings(f"{file}: {error}") from None
    except Wrong as wrong:
        line = line_of(text, wrong.key)
        raise BadSettings(f"{file}:{line}: {wrong}" if line else f"{file}: {wrong}") from None


def _check(read: Settings) -> None:
    """What one setting names in another must be there."""
    if "default" not in read.plans:
        raise Wrong(("plans",), "plans: one must be called default.")
    for name, plan in read.plans.items():
        try:
            plan_of(plan)
        except ValueError as error:
            raise Wrong(("plans", name), f"plans: {name}: {error}.") from None
    for name, sku in read.skus.items():
        if sku.tier is not None and sku.tier not in read.tiers:
            raise Wrong(("skus", name, "tier"), f"skus {name}: tier: there is no {sku.tier!r}.")
    for place, client in enumerate(read.clients):
        if client.plan not in read.plans:
            key = ("clients", place, "plan")
            raise Wrong(key, f"clients {client.name}: plan: there is no {client.plan!r}.")


def _check_addresses(read: Settings) -> None:
    """Where others stand, and where metrics are to be had, must be places."""
    for place, proxy in enumerate(read.proxies):
        try:
            network_of(proxy)
        except ValueError as error:
            raise Wrong(("proxies", place), f"proxies: {error}.") from None
    try:
        if read.telemetry.metrics:
            parted(read.telemetry.metrics)
    except ValueError as error:
        raise Wrong(("telemetry", "metrics"), f"telemetry: metrics: {error}.") from None


def _check_repeats(settings: Settings) -> None:
    """With references in place: two may stand for one secret."""
    for block, name in _ONE_EACH:
        said = [getattr(one, name) for one in getattr(settings, block)]
        for place, value in enumerate(said):
            if value in said[:place]:
                key = (block, place, name)
                raise Wrong(key, f"{spoken(key)}: an earlier one says the same.")


def _resolved(read: Settings, place: Path) -> Settings:
    """References become what they stand for, relative paths absolute."""
    database = os.environ.get(DATABASE_VARIABLE, _database(read.database, place))
    folder = read.folder or (None if database.startswith(_SQLITE) else ".")
    return msgspec.structs.replace(
        read,
        database=database,
        redis=_redis(read.redis),
        cursor_secret=_secret(read.cursor_secret, ("cursor_secret",), "cursor_secret", place),
        folder=str(place / folder) if folder else None,
        business_clock=str(place / read.business_clock) if read.business_clock else None,
        issuers=tuple(_issuer(one, place) for one in read.issuers),
        clients=tuple(_client(one, at, place) for at, one in enumerate(read.clients)),
        connections=tuple(_connection(one, at, place) for at, one in enumerate(read.connections)),
        telemetry=msgspec.structs.replace(
            read.telemetry, traces=str(place / read.telemetry.traces) if read.telemetry.traces else None
        ),
    )


def _client(client: ClientSettings, at: int, place: Path) -> ClientSettings:
    key, named = ("clients", at, "key"), f"clients {client.name}: key"
    secret = _secret(client.key, key, named, place)
    if not shaped(secret):
        raise Wrong(key, f"{named}: an API key looks like tlk_<prefix>_<secret>.")
    return msgspec.structs.replace(client, key=secret)


def _connection(settings: ConnectionSettings, at: int, place: Path) -> ConnectionSettings:
    """With its references resolved, and checked while we still know where it stands."""
    key, named = ("connections", at), f"connection {settings.name}"
    if (platform := PLATFORMS.get(settings.platform)) is None:
        known = ", ".join(sorted(PLATFORMS))
        raise Wrong(
            (*key, "platform"), f"{named}: platform: there is no {settings.platform!r}; known: {known}."
        )
    config: dict[str, Any] = {
        name: _secret(value, (*key, "config", name), f"{named}: {name}", place)
        if isinstance(value, str) and (name in platform.config.secrets or value.startswith(REFERENCES))
        else value
        for name, value in settings.config.items()
    }
    try:
        base_url = converted(config, platform.config).base_url
    except Wrong as wrong:
        raise Wrong((*key, "config", *wrong.key), f"{named}: config: {wrong}") from None
    if not names_host(base_url):
        said = f"{named}: config: base_url: write an address such as https://example.com."
        raise Wrong((*key, "config", "base_url"), said)
    return msgspec.structs.replace(settings, config=config)


def _issuer(issuer: Issuer, place: Path) -> Issuer:
    away = issuer.jwks.startswith(("http://", "https://"))
    return msgspec.structs.replace(
        issuer,
        jwks=issuer.jwks if away else str(place / issuer.jwks),
        keys=str(place / issuer.keys) if issuer.keys else None,
    )


def _database(url: str, place: Path) -> str:
    return f"{_SQLITE}{place / url.removeprefix(_SQLITE)}" if url.startswith(_SQLITE) else url


def _redis(said: str | None) -> str | None:
    if REDIS_VARIABLE in os.environ:
        return counters(os.environ[REDIS_VARIABLE])
    try:
        return counters(said)
    except BadSettings as error:
        raise Wrong(("redis",), str(error)) from None


def counters(redis: str | None) -> str | None:
    """The address of the shared counters, when there are any. Raises BadSettings when it can be none."""
    if redis and not (redis.startswith(ADDRESSES) and names_port(redis)):
        raise BadSettings(f"redis ({REDIS_VARIABLE}): write an address such as redis://localhost:6379/0.")
    return redis or None


def _secret(reference: str, key: Key, name: str, place: Path) -> str:
    """What a reference stands for. Raises Wrong when it is no reference or stands for nothing."""
    how, _, what = reference.partition(":")
    if how == "env":
        if not (value := os.environ.get(what)):
            raise Wrong(key, f"{name}: the variable {what} is not set.")
        return value
    if how == "file":
        try:
            value = (place / what).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise Wrong(key, f"{name}: {what}: {error.strerror}.") from None
        except UnicodeDecodeError:
            raise Wrong(key, f"{name}: {what}: it is no text in UTF-8.") from None
        if not value:
            raise Wrong(key, f"{name}: {what}: it is empty.")
        return value
    raise Wrong(key, f"{name}: write a reference, env:NAME or file:PATH, not the secret itself.")
