"""How is the front door put together?"""

import gc
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

from litestar import Litestar, Response, Router, get
from litestar.di import Provide
from litestar.exceptions import HTTPException
from litestar.handlers import HTTPRouteHandler
from litestar.types import ASGIApp, Scope
from msgspec import Struct

from canonical.caller import Caller
from gateway.access import CALLER, Access
from gateway.addresses import behind
from gateway.api import Api
from gateway.browsers import Browsers
from gateway.callers import Callers, Issuer, VerifyKey
from gateway.contracts import DOCUMENTS, document_routes
from gateway.counting import Count, Counting, operations_of
from gateway.docs import docs_routes
from gateway.edge import Edge
from gateway.exchange import Exchange, exchange_route
from gateway.health import Ask, health_routes
from gateway.inventory import Security, inventory_routes
from gateway.limits import Limits
from gateway.lists import Linked
from gateway.noting import Noting
from gateway.operations import PUBLIC
from gateway.policies import STRANGERS, Said
from gateway.problems import Problems
from gateway.reception import Reception
from gateway.sizes import Sizes
from gateway.straight import Straight
from gateway.telemetry import Options, Telemetry
from gateway.versions import Now, Versions, wall
from gateway.weights import Weights

Lifespan = Callable[[Litestar], AbstractAsyncContextManager[None]]


class House(Struct, frozen=True, kw_only=True):
    """What the front door is given.

    `plans` names limits such as `6000/minute` and has a `default`; `redis` is where they are counted together
    with other processes. `jwks` is set when tokens are minted here,
    `exchange` when clients get them for their keys.
    `lifespan` is entered before the first request and left after the last. Pages of `origins` may ask from
    a browser; `proxies` are believed when they say whom they were asked by. `count` counts who uses which
    operation; `now` says which versions have ended. `others` are routes that are in no API: callers prove
    themselves there in a way of their own.
    """

    base_url: str
    apis: tuple[Api, ...]
    issuers: tuple[Issuer, ...]
    readiness: Ask
    plans: Mapping[str, Said]
    others: tuple[Router, ...] = ()
    anonymous: Said = STRANGERS
    redis: str | None = None
    verify_key: VerifyKey | None = None
    jwks: Callable[[], bytes] | None = None
    exchange: Exchange | None = None
    dependencies: Mapping[str, Provide] = {}
    lifespan: tuple[Lifespan, ...] = ()
    telemetry: Options = Options()
    sizes: Sizes = Sizes()
    documents: Path = DOCUMENTS
    freeze: bool = True
    origins: tuple[str, ...] = ()
    proxies: tuple[str, ...] = ()
    security: Security | None = None
    count: Count | None = None
    now: Now = wall


def create(house: House) -> ASGIApp:
    """The whole application: what holds for every answer around what is routed."""
    callers = Callers(house.issuers, house.verify_key)
    telemetry = Telemetry(house.telemetry)
    problems = Problems(house.base_url)
    limits = Limits(house.plans, house.anonymous, redis=house.redis)
    routed = _routed(house, callers, limits, telemetry, problems)
    weigh = Weights(routed).of
    telemetry.measure(operations_of(routed, house.apis))
    edge = Edge(
        routed,
        Straight(routed, weigh),
        Reception(callers, limits, weigh),
        problems,
        house.sizes,
        versions=Versions(house.apis, house.now),
        browsers=Browsers(house.origins, house.apis),
        noting=Noting(telemetry, Counting(routed, house.apis, house.count)),
    )
    return behind(house.proxies, edge) if house.proxies else edge


def _routed(
    house: House, callers: Callers, limits: Limits, telemetry: Telemetry, problems: Problems
) -> Litestar:
    @asynccontextmanager
    async def serving(_: Litestar) -> AsyncIterator[None]:
        if house.freeze:
            _settle()
        try:
            yield
        finally:
            await callers.close()
            await limits.close()
            telemetry.close()

    return Litestar(
        [*(router for api in house.apis for router in api.routers), *house.others, *_own(house)],
        dependencies={**house.dependencies, "caller": Provide(the_caller)},
        exception_handlers={HTTPException: problems.answer, Exception: problems.answer},
        middleware=[Access],
        response_class=Linked,
        lifespan=[*house.lifespan, serving],
        openapi_config=None,
        logging_config=None,
        request_max_body_size=None,  # bounded at the edge, for every path
    )


def _own(house: House) -> list[HTTPRouteHandler]:
    """The routes of the front door itself."""
    own = [
        *health_routes(house.readiness),
        *docs_routes(house.apis),
        *document_routes(house.apis, house.documents),
        *inventory_routes(house.apis, house.base_url, house.security),
    ]
    if house.jwks:
        own.append(_jwks(house.jwks))
    if house.exchange:
        own.append(exchange_route(house.exchange))
    return own


async def the_caller(scope: Scope) -> Caller:
    """Who calls; `Access` has let nobody in unproven."""
    caller: Caller = scope["state"][CALLER]
    return caller


def _jwks(keys: Callable[[], bytes]) -> HTTPRouteHandler:
    @get("/.well-known/jwks.json", opt={PUBLIC: True})
    async def jwks() -> Response[bytes]:
        """What our tokens are verified with (RFC 7517)."""
        return Response(
            keys(), media_type="application/jwk-set+json", headers={"Cache-Control": "max-age=300"}
        )

    return jwks


def _settle() -> None:
    """What is there after the start stays; to look at it in every collection costs the slowest answers."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
