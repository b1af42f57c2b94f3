"""Is every door of the house either open on purpose or guarded?"""

from litestar import Litestar
from litestar.routes import HTTPRoute

from gateway.contracts import document_routes
from gateway.docs import docs_routes
from gateway.documents import routes_of
from gateway.health import Readiness, health_routes
from gateway.operations import Operation, operation_of
from tests.gateway.things import THINGS


async def _ready() -> Readiness:
    return Readiness(ready=True)


def _operations() -> dict[str, Operation]:
    return {route.path: operation_of(route.handler, ["thing_id"]) for route in routes_of(THINGS)}


def test_the_doors_of_the_front_door_itself_are_open_on_purpose() -> None:
    own = Litestar(
        [*health_routes(_ready), *docs_routes(()), *document_routes(())],
        openapi_config=None,
        logging_config=None,
    )
    doors = {
        route.path: operation_of(handler).public
        for route in own.routes
        if isinstance(route, HTTPRoute)
        for handler in route.route_handlers
        if "GET" in handler.http_methods
    }
    assert len(doors) == 6
    assert all(doors.values())


def test_a_handler_takes_the_scopes_of_its_router_or_its_own() -> None:
    operations = _operations()
    assert operations["/things/v1/things"].scopes == {"portal:read"}
    assert operations["/things/v1/secret"].scopes == {"operations:read"}
    assert operations["/things/v1/forgotten"].scopes == set()
    assert not any(operation.public for operation in operations.values())


def test_an_operation_knows_its_parameters() -> None:
    operations = _operations()
    assert operations["/things/v1/things"].query == {"cursor", "limit"}
    assert [one.place for one in operations["/things/v1/things/{thing_id}"].parameters] == ["path"]
    assert operations["/things/v1/checks"].body
