"""How does a test reach a practice Salesforce of its own, on a real port?"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest

from sandbox.kit.changes import Changes
from sandbox.kit.clock import BusinessClock
from sandbox.kit.credentials import load_or_make
from sandbox.kit.practice import Practice
from sandbox.kit.serving import running
from sandbox.salesforce import Salesforce
from sandbox.world import World
from tests.sandbox.salesforce.small_world import ANCHOR, a_world

DATA = "/services/data/v66.0"


@dataclass
class Org:
    """A running org and a signed-in client."""

    practice: Practice
    url: str
    client: aiohttp.ClientSession

    @property
    def world(self) -> World:
        return self.practice.world

    async def get(self, path: str, **options: Any) -> aiohttp.ClientResponse:
        """A signed-in GET below the version's path."""
        return await self.client.get(self.url + DATA + path, headers=self.signed_in(options), **options)

    async def send(self, method: str, path: str, body: Any = None, **options: Any) -> tuple[int, Any]:
        """Status and JSON (none for no body) of a signed-in call below the version's path."""
        headers = self.signed_in(options)
        sent = {"json": body} if body is not None else {}
        async with self.client.request(
            method, self.url + DATA + path, headers=headers, **sent, **options
        ) as response:
            return response.status, await response.json() if await response.read() else None

    async def row(self, kind: str, id: str) -> Any:
        """A row that must be there."""
        status, row = await self.send("GET", f"/sobjects/{kind}/{id}")
        assert status == 200, row
        return row

    async def control(self, path: str, **asked: Any) -> Any:
        """A call of the control face that must be taken."""
        async with self.client.post(f"{self.url}/_sim{path}", json=asked) as response:
            assert response.status == 200, await response.text()
            return await response.json()

    async def query(self, text: str) -> Any:
        """The answer to a SOQL query, which must be a good one."""
        response = await self.get("/query", params={"q": text})
        assert response.status == 200, await response.text()
        return await response.json()

    async def names(self, condition: str) -> list[str]:
        """The names of the accounts that meet a condition."""
        answer = await self.query(f"SELECT Name FROM Account {condition}")
        return [record["Name"] for record in answer["records"]]

    async def refusal(self, text: str) -> tuple[str, str]:
        """Error code and message of a query that must be refused with 400."""
        response = await self.get("/query", params={"q": text})
        (error,) = await response.json()
        assert response.status == 400, error
        return error["errorCode"], error["message"]

    def signed_in(self, options: dict[str, Any]) -> dict[str, str]:
        """The headers of a call: those among its options, taken out of them, and the token."""
        given: dict[str, str] = options.pop("headers", {})
        return {"Authorization": f"Bearer {self.practice.keys.salesforce.access_token}"} | given


@pytest.fixture(scope="session")
def company() -> Practice:
    """Made once, because its seeded world takes half a second; each test stands in a small one."""
    return Practice(seed=1, anchor=ANCHOR, clock=BusinessClock(), keys=load_or_make())


@pytest.fixture
async def org(company: Practice) -> AsyncIterator[Org]:
    company.world = a_world()
    company.clock = BusinessClock()
    company.changes = Changes()
    company.faults.clear()
    company.calls.clear()
    async with running(company, (Salesforce,)) as urls, aiohttp.ClientSession() as client:
        yield Org(company, urls["salesforce"], client)
