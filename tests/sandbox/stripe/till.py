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

    async def control(self, path: str, **asked: Any) -> tuple[int, Json]:
        async with self.client.post(f"{self.url}/_sim{path}", json=asked) as answer:
            return answer.status, await answer.json()

    def invoice(self, **wanted: Any) -> Invoice:
        """An invoice of the world with these values."""
        invoices = self.practice.world.invoices.values()
        return next(one for one in invoices if all(getattr(one, name) == v for name, v in wanted.items()))


def id_of(invoice: Invoice) -> str:
    return stripe_id("invoice", invoice.number)
