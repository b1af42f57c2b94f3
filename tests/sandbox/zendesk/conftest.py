"""How does a test reach a practice Zendesk on a real port?"""

import inspect
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio

from sandbox.kit.opening import opened
from sandbox.kit.serving import running
from sandbox.zendesk import Zendesk
from tests.sandbox.zendesk.counter import Counter

FOLDER = Path(__file__).parent


@pytest_asyncio.fixture(loop_scope="session", scope="session")
async def shared_counter() -> AsyncIterator[Counter]:
    """The seeded company, served once for all tests of this folder."""
    practice = opened()
    async with running(practice, (Zendesk,)) as urls, aiohttp.ClientSession() as client:
        yield Counter(practice, urls["zendesk"], client)


@pytest.fixture
def counter(shared_counter: Counter) -> Counter:
    """For tests that only read."""
    return shared_counter


@pytest_asyncio.fixture(loop_scope="session")
async def own_counter(shared_counter: Counter) -> AsyncIterator[Counter]:
    """For tests that change something: everything is as it was made again afterwards."""
    yield shared_counter
    shared_counter.practice.reset()


def pytest_collection_modifyitems(items: list[Any]) -> None:
    """All tests of this folder run in the loop in which the platform is served."""
    for item in items:
        if item.path.parent == FOLDER and inspect.iscoroutinefunction(item.function):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)
