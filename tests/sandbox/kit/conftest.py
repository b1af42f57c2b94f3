"""In which small practice town can the kit be tried? (two toy vendors, on real ports)"""

from collections.abc import AsyncIterator

import aiohttp
import pytest

from sandbox.kit.clock import BusinessClock
from sandbox.kit.credentials import Keys, load_or_make
from sandbox.kit.practice import Practice
from sandbox.kit.serving import running
from tests.sandbox.kit.toys import ANCHOR, Shoes, Town, Toys


@pytest.fixture(scope="session")
def keys() -> Keys:
    return load_or_make()


@pytest.fixture
async def town(keys: Keys) -> AsyncIterator[Town]:
    practice = Practice(seed=1, anchor=ANCHOR, clock=BusinessClock(), keys=keys)
    async with running(practice, (Toys, Shoes)) as urls, aiohttp.ClientSession() as client:
        yield Town(practice, urls, client)
