"""What does a test need at hand to call a practice Zendesk?"""

import base64
from dataclasses import dataclass
from typing import Any

import aiohttp
from multidict import CIMultiDictProxy

from sandbox.ids import zendesk_id
from sandbox.kit.practice import Practice
from sandbox.world import Account, Case

Json = dict[str, Any]


@dataclass
class Counter:
    """A company's practice Zendesk at `url`."""

    practice: Practice
    url: str
    client: aiohttp.ClientSession

    def basic(self) -> str:
        keys = self.practice.keys.zendesk
        return "Basic " + base64.b64encode(f"{keys.email}/token:{keys.api_token}".encode()).decode()

    async def ask(self, path: str, **headers: str) -> tuple[int, Json]:
        """Status and body of a read; a path or a whole address, as `links.next` gives it."""
        url = path if path.startswith("http") else f"{self.url}/api/v2/{path}"
        sent = {"Authorization": self.basic(), **headers}
        async with self.client.get(url, headers=sent) as answer:
            return answer.status, await answer.json()

    async def read(self, path: str) -> Json:
        """The body of a read that must succeed."""
        status, body = await self.ask(path)
        assert status == 200, body
        return body

    async def send(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
        """Status and JSON (none for no body) of a call."""
        status, said, _ = await self.sent(method, path, body, **headers)
        return status, said

    async def sent(
        self, method: str, path: str, body: Any = None, **headers: str
    ) -> tuple[int, Any, "CIMultiDictProxy[str]"]:
        """The same, with the headers of the answer."""
        url, sent = f"{self.url}/api/v2/{path}", {"Authorization": self.basic(), **headers}
        async with self.client.request(method, url, json=body, headers=sent) as answer:
            said = await answer.json() if await answer.read() else None
            return answer.status, said, answer.headers

    async def ticket(self, **given: Any) -> Json:
        """A new ticket; it has something to say unless told otherwise."""
        status, said = await self.send("POST", "tickets", {"ticket": {"comment": {"body": "Help"}, **given}})
        assert status == 201, said
        return dict(said["ticket"])

    async def control(self, path: str, **asked: Any) -> Json:
        async with self.client.post(f"{self.url}/_sim{path}", json=asked) as answer:
            assert answer.status == 200
            return dict(await answer.json())

    def supported(self) -> list[Account]:
        return [one for one in self.practice.world.accounts.values() if "support" in one.systems]

    def case(self, **wanted: Any) -> Case:
        """A case of the world with these values."""
        cases = self.practice.world.cases.values()
        return next(one for one in cases if all(getattr(one, name) == v for name, v in wanted.items()))


def organization_of(account: int) -> int:
    return zendesk_id("organization", account)
