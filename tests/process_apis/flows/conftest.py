"""In which house do the flows of the business go, and which four systems are they connected to?"""

from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio

from process_apis import clock, entitlement, events, links, payment_recovery, reactions, systems
from process_apis.clock import FixedClock, WallClock
from tests.builders import NOW, PLANS, TIERS
from tests.fakes import World
from tests.process_apis.durable.house import House, database_of, open_house, sqlite_address
from tests.process_apis.flows.town import Town

assert reactions.SUBSCRIBERS  # importing them declares every flow before the engine begins


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=["sqlite", "postgres"])
async def house(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[House]:
    """A node on each engine, shared by the tests of a module."""
    folder = tmp_path_factory.mktemp("house")
    url = (
        sqlite_address(folder)
        if request.param == "sqlite"
        else database_of(request.getfixturevalue("postgres_server"))
    )
    async with open_house(url, folder) as opened:
        yield opened


@pytest.fixture
def town(house: House) -> Iterator[Town]:
    """Four empty fake systems with a new customer that all of them know, and a clock that stands still."""
    time, world = FixedClock(NOW), World()
    clock.use(time)
    systems.connect(world.connections())
    links.forget()
    events.forget()
    entitlement.configure(PLANS, TIERS)
    payment_recovery.configure({})
    yield Town(world, time)
    systems.disconnect()
    clock.use(WallClock())
