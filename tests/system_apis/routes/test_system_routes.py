"""Can an internal caller ask every port over HTTP, and nothing else?"""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from typing import Any

import pytest
from litestar import Litestar, Request, Response, Router
from litestar.di import Provide
from litestar.handlers import HTTPRouteHandler
from litestar.testing import AsyncTestClient

from canonical.finance import Receivable
from canonical.identity import ExternalRef, Kind, Origin, Page
from canonical.money import Money
from system_apis import ports
from system_apis.connections import Connection, Connections
from system_apis.errors import Missing, PlatformError, Unavailable
from system_apis.health import Health, State
from system_apis.routes import billing, crm, erp, support

ROUTERS: dict[Kind, Router] = {
    Kind.CRM: crm.router,
    Kind.BILLING: billing.router,
    Kind.SUPPORT: support.router,
    Kind.ERP: erp.router,
}
PORTS: dict[Kind, type] = {
    Kind.CRM: ports.Crm,
    Kind.BILLING: ports.Billing,
    Kind.SUPPORT: ports.Support,
    Kind.ERP: ports.Erp,
}
IN_ONE_PIECE = {"account_records_by_key", "find", "legal_entities", "applications", "refunds", "periods"}
SEEN = datetime(2026, 11, 23, 12, tzinfo=UTC)
OWED = Receivable(
    number="INV8",
    invoice="in_1",
    customer="1001",
    legal_entity="JP",
    total=Money(minor=1200, currency="JPY"),
    open_amount=Money(minor=200, currency="JPY"),
    posted_on=date(2026, 9, 1),
    due_on=None,
    period="2026-09",
    origin=Origin(
        ref=ExternalRef(kind=Kind.ERP, connection="books", object="invoice", id="8"), observed_at=SEEN
    ),
)


class System:
    """Any kind of system: it writes down what it is asked, and says `answer` or raises it."""

    def __init__(self, answer: Any = None) -> None:
        self.answer = answer
        self.asked: list[tuple[str, tuple[Any, ...]]] = []

    def __getattr__(self, method: str) -> Any:
        async def asked(*arguments: Any) -> Any:
            self.asked.append((method, arguments))
            if isinstance(self.answer, PlatformError):
                raise self.answer
            return self.answer or (() if method in IN_ONE_PIECE else Page(items=()))

        return asked


def application(system: System, kind: Kind = Kind.ERP) -> Litestar:
    connection: Any = Connection(
        name="books",
        kind=kind,
        platform="practice",
        legal_entities=(),
        port=system,
        messages=system,
        health=lambda: Health(state=State.DEGRADED, last_error="Busy"),
    )

    async def connections() -> Connections:
        return Connections([connection])

    return Litestar(
        list(ROUTERS.values()),
        dependencies={"connections": Provide(connections)},
        exception_handlers={PlatformError: by_name},
        openapi_config=None,
    )


def by_name(_: Request[Any, Any, Any], error: PlatformError) -> Response[Any]:
    return Response({"error": type(error).__name__}, status_code=404 if isinstance(error, Missing) else 503)


@asynccontextmanager
async def asking(system: System, kind: Kind = Kind.ERP) -> AsyncIterator[AsyncTestClient[Litestar]]:
    async with AsyncTestClient(application(system, kind)) as client:
        yield client


def operations() -> list[tuple[str, HTTPRouteHandler]]:
    """Every path with its handler."""
    return [
        (route.path, handler)
        for route in application(System()).routes
        for handler in getattr(route, "route_handlers", ())
        if "GET" in handler.http_methods
    ]


def asked_methods(port: type) -> set[str]:
    """What a port promises to answer, by name: what it can be told to do is not for others to call."""
    protocols = [one for one in port.__mro__ if one.__module__ == ports.__name__]
    return {name for one in protocols for name in vars(one) if not name.startswith("_")}


@pytest.mark.parametrize("kind", list(Kind))
async def test_every_method_of_the_port_can_be_asked_for(kind: Kind) -> None:
    system = System()
    async with asking(system, kind) as client:
        for path, _ in operations():
            if path.startswith(f"/system/{kind}/"):
                url = re.sub(r"\{\w+(:\w+)?\}", "books", path)
                answer = await client.get(url, params={"text": "x"} if url.endswith("/matches") else {})
                assert answer.status_code == 200, url
    assert {method for method, _ in system.asked} == asked_methods(PORTS[kind])


async def test_a_page_says_its_records_and_whether_there_are_more() -> None:
    system = System(Page(items=(OWED,), next="40"))
    async with asking(system) as client:
        answer = await client.get(
            "/system/erp/v1/books/customers/1001/open-receivables", params={"cursor": "20", "limit": 20}
        )
    assert system.asked == [("open_receivables", ("1001", "20", 20))]
    body = answer.json()
    assert (body["next_cursor"], body["has_more"]) == ("40", True)
    assert body["data"][0]["open_amount"] == {"minor": 200, "currency": "JPY"}
    assert body["data"][0]["origin"]["ref"]["id"] == "8"


async def test_the_last_page_says_so() -> None:
    async with asking(System(Page(items=(OWED,)))) as client:
        body = (await client.get("/system/erp/v1/books/customers/1001/receivables")).json()
    assert (len(body["data"]), body["next_cursor"], body["has_more"]) == (1, None, False)


async def test_one_record_comes_as_it_is() -> None:
    system = System(OWED)
    async with asking(system) as client:
        body = (await client.get("/system/erp/v1/books/orders/7")).json()
    assert system.asked == [("order", ("7",))]
    assert body["number"] == "INV8"


@pytest.mark.parametrize(
    "path",
    [
        "customers/1001/orders?limit=0",
        "customers/1001/orders?limit=101",
        "customers/1001/orders?limit=ten",
        "customers/1001/orders?cursor=",
        f"orders/{'1' * 65}",
        f"matches?text={'x' * 201}",
        "matches?text=",
        "matches",
    ],
)
async def test_what_is_outside_the_limits_never_reaches_the_system(path: str) -> None:
    system = System()
    async with asking(system) as client:
        assert (await client.get(f"/system/erp/v1/books/{path}")).status_code == 400
    assert system.asked == []


@pytest.mark.parametrize("path", ["erp/v1/ledger/health", "crm/v1/books/health", "crm/v1/books/accounts"])
async def test_a_connection_that_is_not_there_or_of_another_kind_is_missing(path: str) -> None:
    system = System()
    async with asking(system) as client:
        answer = await client.get(f"/system/{path}")
    assert (answer.status_code, answer.json()) == (404, {"error": "Missing"})
    assert system.asked == []


async def test_a_platform_error_goes_up_as_it_is() -> None:
    async with asking(System(Unavailable("books"))) as client:
        answer = await client.get("/system/erp/v1/books/legal-entities")
    assert answer.json() == {"error": "Unavailable"}


async def test_health_is_what_the_calls_have_shown_and_calls_nobody() -> None:
    system = System()
    async with asking(system) as client:
        body = (await client.get("/system/erp/v1/books/health")).json()
    assert (body["state"], body["last_error"]) == ("degraded", "Busy")
    assert system.asked == []


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
async def test_nothing_can_be_written(method: str) -> None:
    async with asking(System()) as client:
        for path in ("customers/1001", "legal-entities"):
            assert (await client.request(method, f"/system/erp/v1/books/{path}")).status_code == 405


def test_every_operation_has_a_name_of_its_own_a_summary_and_a_description() -> None:
    handlers = [handler for _, handler in operations()]
    names = [handler.operation_id for handler in handlers]
    assert len(set(names)) == len(names) >= 39
    assert all(handler.summary and handler.fn.__doc__ for handler in handlers)


def test_every_operation_asks_for_the_scope_of_its_kind_of_system() -> None:
    for path, handler in operations():
        kind = path.split("/")[2]
        assert handler.opt["scopes"] == [f"system:{kind}:read"], path
