"""What does a test need at hand to call a practice Stripe?"""

from dataclasses import dataclass
from typing import Any

import aiohttp

from sandbox.ids import stripe_id
from sandbox.kit.practice import Practice
from sandbox.world import Invoice

Json = dict[str, Any]


@dataclass
class Till:
    """A company's practice Stripe at `url`."""

    practice: Practice
    url: str
    client: aiohttp.ClientSession

    async def ask(self, path: str, *asked: tuple[str, str], **headers: str) -> tuple[int, Json]:
        """Status and body of a read with the right key."""
        sent = {"Authorization": f"Bearer {self.practice.keys.stripe.api_key}", **headers}
        async with self.client.get(self.url + path, params=asked, headers=sent) as answer:
            return answer.status, await answer.json()

    async def read(self, path: str, *asked: tuple[str, str]) -> Json:
        """The body of a read that must succeed."""
        status, body = await self.ask(path, *asked)
        assert status == 200, body
        return body

    async def refused(self, path: str, *asked: tuple[str, str]) -> tuple[int, Json]:
        """Status and error of a read that must not succeed."""
        status, body = await self.ask(path, *asked)
        assert status >= 400, body
        return status, body["error"]

    async def write(self, path: str, sent: Json | None = None, **headers: str) -> tuple[int, Json]:
        """Status and body of a write with the right key; names as Stripe's forms write them."""
        head = {"Authorization": f"Bearer {self.practice.keys.stripe.api_key}", **headers}
        async with self.client.post(self.url + path, data=sent or {}, headers=head) as answer:
            return answer.status, await answer.json()

    async def done(self, path: str, sent: Json | None = None, **headers: str) -> Json:
        """The object that a write which must succeed answers."""
        status, body = await self.write(path, sent, **headers)
        assert status == 200, body
        return body

    async def delete(self, path: str) -> tuple[int, Json]:
        head = {"Authorization": f"Bearer {self.practice.keys.stripe.api_key}"}
        async with self.client.delete(self.url + path, headers=head) as answer:
            return answer.status, await answer.json()

    async def events(self, *types: str, count: int = 100) -> list[Json]:
        """The newest events, the newest first, only of these types when any are named."""
        asked = [("types[]", type) for type in types]
        return list((await self.read("/v1/events", ("limit", str(count)), *asked))["data"])

    async def told(self, about: str) -> list[str]:
        """What was told about one object, in the order it happened."""
        events = page = await self.events()
        while len(page) == 100:
            after = ("starting_after", page[-1]["id"])
            page = (await self.read("/v1/events", ("limit", "100"), after))["data"]
            events = [*events, *page]
        return [one["type"] for one in reversed(events) if one["data"]["object"]["id"] == about]

    async def wait(self, seconds: float) -> None:
        """Let business time pass."""
        assert (await self.control("/clock", advance_seconds=seconds))[0] == 200

    async def control(self, path: str, **asked: Any) -> tuple[int, Json]:
        async with self.client.post(f"{self.url}/_sim{path}", json=asked) as answer:
            return answer.status, await answer.json()

    def invoice(self, **wanted: Any) -> Invoice:
        """An invoice of the world with these values."""
        invoices = self.practice.world.invoices.values()
        return next(one for one in invoices if all(getattr(one, name) == v for name, v in wanted.items()))


def id_of(invoice: Invoice) -> str:
    return stripe_id("invoice", invoice.number)
