"""How does a test reach a practice Stripe on a real port?"""

import inspect
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio

from sandbox.kit.opening import opened
from sandbox.kit.serving import running
from sandbox.stripe import Stripe
from tests.sandbox.stripe.till import Till

FOLDER = Path(__file__).parent


@pytest_asyncio.fixture(loop_scope="session", scope="session")
async def shared_till() -> AsyncIterator[Till]:
    """The seeded company, served once for all tests of this folder."""
    practice = opened()
    async with running(practice, (Stripe,)) as urls, aiohttp.ClientSession() as client:
        yield Till(practice, urls["stripe"], client)


@pytest.fixture
def till(shared_till: Till) -> Till:
    """For tests that only read."""
    return shared_till


@pytest_asyncio.fixture(loop_scope="session")
async def own_till(shared_till: Till) -> AsyncIterator[Till]:
    """For tests that change something: everything is as it was made again afterwards."""
    yield shared_till
    shared_till.practice.reset()
    await shared_till.practice.passing.tell()


def pytest_collection_modifyitems(items: list[Any]) -> None:
    """All tests of this folder run in the loop in which the platform is served."""
    for item in items:
        if item.path.parent == FOLDER and inspect.iscoroutinefunction(item.function):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)
