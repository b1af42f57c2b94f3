"""Which engines do flows go on?"""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.process_apis.durable import shop
from tests.process_apis.durable.house import House, database_of, open_house, sqlite_address


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=["sqlite", "postgres"])
async def house(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[House]:
    """A node on each engine, shared by the tests of a module."""
    folder = tmp_path_factory.mktemp("house")
    if request.param == "sqlite":
        url = sqlite_address(folder)
    else:
        url = database_of(request.getfixturevalue("postgres_server"))
    async with open_house(url, folder) as opened:
        yield opened


@pytest.fixture(autouse=True)
def fair_weather() -> None:
    """Every test begins with an empty shop whose suppliers are all there."""
    shop.reset()
