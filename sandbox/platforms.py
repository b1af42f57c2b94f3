"""Which platforms does the practice company use, and how do all four stand on their ports?"""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Final

from sandbox.kit import serving
from sandbox.kit.platform import Platform
from sandbox.kit.practice import Practice
from sandbox.netsuite import NetSuite
from sandbox.salesforce import Salesforce
from sandbox.stripe import Stripe
from sandbox.zendesk import Zendesk

PLATFORMS: Final[tuple[type[Platform], ...]] = (Salesforce, Stripe, Zendesk, NetSuite)


@asynccontextmanager
async def running(
    practice: Practice,
    ports: Mapping[str, int] | None = None,
    host: str = "127.0.0.1",
    *,
    webhooks: Mapping[str, str] | None = None,
) -> AsyncIterator[dict[str, str]]:
    """All four, as `sandbox.kit.serving.running`."""
    async with serving.running(practice, PLATFORMS, ports, host, webhooks=webhooks) as urls:
        yield urls
