"""How is the house put together?

Settings -> database -> connections -> business -> front door, and the other way round at the end.
"""

import asyncio
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

from litestar.di import Provide
from litestar.types import ASGIApp
from msgspec import Struct

from canonical.caller import AccountScope
from experience_apis.webhooks import routes as webhooks
from gateway.app import House, create
from gateway.callers import Issuer
from gateway.exchange import Exchange
from gateway.health import Readiness
from gateway.inventory import GOOD_FOR, Security, built_at
from gateway.issuer import EmbeddedIssuer
from gateway.keeping import Keeping, Tell
from gateway.policies import ANONYMOUS, STRANGERS
from gateway.published import PUBLISHED
from gateway.settings import Settings
from gateway.telemetry import Options
from gateway.watching import connection_gauges
from process_apis import (
    account_360,
    clients,
    clock,
    cursors,
    durable,
    entitlement,
    events,
    landing,
    links,
    payment_recovery,
    records,
    schedule,
    systems,
    usage,
)
from process_apis.reactions import SUBSCRIBERS
from process_apis.records import Store, StoreUnavailable
from process_apis.rounds import ROUNDS
from system_apis.connections import Connections, open_connections

if TYPE_CHECKING:
    from gateway.metrics import Metrics


PARTING: Final = 0.5
"""Seconds that runs under way get to end a step when the house closes; they go on at the next start."""


class Standing(Struct, frozen=True):
    """A house that stands: its front door, and what is kept up to date behind it."""

    app: ASGIApp
    keeping: Keeping
    meanwhile: asyncio.Task[None]
    """What looks after it in the background; it is done before the house ends only because of a bug."""
    metrics: ASGIApp | None = None
    """Answers Prometheus; not for the public."""


@asynccontextmanager
async def standing(settings: Settings, tell: Tell) -> AsyncIterator[Standing]:
    """Everything opened and looked after until the end of the block.

    Raises BadConnection for what is set up wrongly, BadStoreAddress, SchemaOutdated or StoreUnavailable for a
    database that cannot be used.
    """
    clock.follow(Path(settings.business_clock) if settings.business_clock else None)
    cursors.seal_with(settings.cursor_secret.encode())
    entitlement.configure(settings.sold, settings.service_tiers)
    payment_recovery.configure(settings.grace)
    async with AsyncExitStack() as opened:
        store = await opened.enter_async_context(records.open_store(settings.database))
        records.use(store)
        links.forget()
        events.forget()
        opened.push_async_callback(account_360.close)
        opened.push_async_callback(usage.close)
        connections = await opened.enter_async_context(open_connections(settings.connections, clock.now))
        systems.connect(connections)
        await _let_in(settings)
        clients.offer(settings.plans)
        opened.callback(clients.offer, None)
        await opened.enter_async_context(
            schedule.standing(
                settings.database,
                settings.own_folder,
                node=settings.node,
                limits=durable.Limits(grace=PARTING),
                recurring=ROUNDS,
            )
        )
        account_360.configure(warm_seconds=settings.warm_seconds)
        landing.configure(timedelta(seconds=settings.settle_seconds))
        keeping = Keeping(settings.refresh_seconds, tell)
        meanwhile = await opened.enter_async_context(_meanwhile(settings, keeping))
        metrics = opened.enter_context(_metrics(settings, connections))
        house = _house(settings, store, connections, keeping, metrics)
        yield Standing(create(house), keeping, meanwhile, metrics.app() if metrics else None)


@contextmanager
def _metrics(settings: Settings, connections: Connections) -> "Iterator[Metrics | None]":
    """What is measured, when somebody wants to know; those of the connections with it."""
    wanted = settings.telemetry
    if not (wanted.metrics or wanted.otlp):
        yield None
        return
    from gateway.metrics import Metrics  # noqa: PLC0415 - costs the start a tenth of a second

    metrics = Metrics(otlp=wanted.otlp)
    metrics.include(lambda: connection_gauges(connections))
    try:
        yield metrics
    finally:
        metrics.close()


async def _let_in(settings: Settings) -> None:
    """The clients that the settings know by a key of their own."""
    for client in settings.clients:
        scope = AccountScope(
            accounts=frozenset(client.accounts), children=client.children, everyone=client.everyone
        )
        await clients.ensure(
            client.name, key=client.key, plan=client.plan, scopes=frozenset(client.scopes), scope=scope
        )


@asynccontextmanager
async def _meanwhile(settings: Settings, keeping: Keeping) -> AsyncIterator[asyncio.Task[None]]:
    """Keep everything fresh in the background, until the end of the block. A bug there is raised then."""
    stop = asyncio.Event()
    task = asyncio.create_task(_kept_fresh(settings, keeping, stop))
    try:
        yield task
    finally:
        stop.set()
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _kept_fresh(settings: Settings, keeping: Keeping, stop: asyncio.Event) -> None:
    catch_up = timedelta(seconds=settings.catch_up_seconds)
    async with asyncio.TaskGroup() as group:
        group.create_task(keeping.run())
        group.create_task(entitlement.keep_fresh(stop))
        group.create_task(usage.keep(stop))
        group.create_task(events.deliver(SUBSCRIBERS, stop))
        group.create_task(events.fill_gaps(stop, catch_up))


def _house(
    settings: Settings, store: Store, connections: Connections, keeping: Keeping, metrics: "Metrics | None"
) -> House:
    async def readiness() -> Readiness:
        try:
            await store.check()
        except StoreUnavailable:
            return Readiness(ready=False, details={"database": "does not answer"})
        health = {one.name: str(one.health().state) for one in connections.all()}
        troubled = {name: state for name, state in health.items() if state != "ok"}
        waiting = {name: "not yet seen whole" for name in keeping.failed}
        return Readiness(
            ready=keeping.complete.is_set() or await entitlement.filled(),
            degraded=bool(troubled or waiting),
            details={**troubled, **waiting},
        )

    async def provided() -> Connections:
        return connections

    telemetry = settings.telemetry
    ourselves = _ourselves(settings)
    return House(
        base_url=settings.base_url,
        apis=PUBLISHED,
        others=(webhooks.router,),
        issuers=tuple(
            Issuer(issuer=one.issuer, audience=one.audience, jwks=one.jwks) for one in settings.issuers
        ),
        readiness=readiness,
        plans=settings.plans,
        anonymous=settings.plans.get(ANONYMOUS, STRANGERS),
        redis=settings.redis,
        verify_key=clients.verify,
        jwks=_own_keys(settings, ourselves),
        exchange=Exchange(verify=clients.verify, issuer=ourselves) if ourselves else None,
        dependencies={"connections": Provide(provided)},
        telemetry=Options(
            ratio=telemetry.sample,
            spans=Path(telemetry.traces) if telemetry.traces else None,
            access=sys.stderr if telemetry.access_log else None,
            otlp=telemetry.otlp,
            metrics=metrics.include if metrics else None,
        ),
        origins=settings.origins,
        proxies=settings.proxies,
        security=_security(settings),
        count=usage.count,
    )


def _security(settings: Settings) -> Security | None:
    """Whom to tell of a hole, if somebody is to be told."""
    if settings.security is None:
        return None
    expires = settings.security.expires or built_at() + GOOD_FOR
    return Security(contacts=settings.security.contacts, expires=expires)


def _ourselves(settings: Settings) -> EmbeddedIssuer | None:
    """Who signs the tokens that clients get for their keys: the first issuer that is ourselves."""
    for one in settings.issuers:
        if one.keys:
            return EmbeddedIssuer(Path(one.keys), one.issuer, one.audience)
    return None


def _own_keys(settings: Settings, ourselves: EmbeddedIssuer | None) -> Callable[[], bytes] | None:
    """What proves our own tokens, else an issuer's key set that is a file here: nobody else can serve it."""
    if ourselves:
        return ourselves.public.read_bytes
    files = [Path(one.jwks) for one in settings.issuers if "://" not in one.jwks]
    return files[0].read_bytes if files else None
