"""Which platforms does a port suite run against?"""

import inspect
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from sandbox.kit.practice import Practice
from system_apis.catalog import PLATFORMS
from system_apis.connections import Connections
from tests.ports.town import Standing, connected, serving, standing

HERE = Path(__file__).parent

Town = tuple[Practice, dict[str, str], Connections]


@pytest_asyncio.fixture(loop_scope="session", scope="session")
async def town() -> AsyncIterator[Town]:
    """The practice company, served and connected once for all suites: they only read."""
    async with serving() as (practice, urls), connected(practice, urls) as connections:
        yield practice, urls, connections


@pytest.fixture
def system(request: pytest.FixtureRequest, town: Town) -> Standing:
    """The platform a suite is running against: `parametrize("system", of_kind(...), indirect=True)`."""
    return standing(town[0], town[2], request.param)


@pytest_asyncio.fixture(loop_scope="session", params=list(PLATFORMS))
async def troubled(request: pytest.FixtureRequest, town: Town) -> AsyncIterator[Standing]:
    """Every platform in turn, over a connection of its own with a short deadline; faults end after it."""
    practice, urls, _ = town
    async with connected(practice, urls, [request.param], deadline=1.5) as connections:
        yield standing(practice, connections, request.param)
    practice.faults[request.param].clear()


def pytest_collection_modifyitems(items: list[Any]) -> None:
    """Who stands in this town runs in its loop. (All tests come by here, ours or not.)"""
    for item in items:
        if HERE not in item.path.parents:
            continue
        names = getattr(item, "fixturenames", ())
        if ("town" in names or "workshop" in names) and inspect.iscoroutinefunction(item.function):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def workshop() -> AsyncIterator[Town]:
    """A company of its own for each suite that writes."""
    async with serving() as (practice, urls), connected(practice, urls) as connections:
        yield practice, urls, connections


@pytest.fixture
def shop(request: pytest.FixtureRequest, workshop: Town) -> Iterator[Standing]:
    """The platform that a suite writes to; faults end after each test."""
    practice, _, connections = workshop
    yield standing(practice, connections, request.param)
    practice.faults[request.param].clear()


@pytest_asyncio.fixture(loop_scope="session")
async def quick(shop: Standing, workshop: Town) -> AsyncIterator[Standing]:
    """The same platform over a connection of its own, with a short deadline and a breaker of its own."""
    practice, urls, _ = workshop
    async with connected(practice, urls, [shop.platform], deadline=1.0) as connections:
        yield standing(practice, connections, shop.platform)
