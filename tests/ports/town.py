"""How does a test stand in the practice company, with every platform connected?

What is expected is told by the world itself and by the vendors' published ids, never by an adapter.
"""

from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, Literal, NamedTuple

import pytest

from canonical.identity import Kind, Origin
from canonical.money import Money
from canonical.sales import Line
from sandbox.ids import COPY, netsuite_id, salesforce_id, stripe_id, zendesk_id
from sandbox.kit.credentials import Keys
from sandbox.kit.opening import opened
from sandbox.kit.platform import Platform
from sandbox.kit.practice import Practice
from sandbox.kit.serving import running
from sandbox.netsuite import NetSuite
from sandbox.salesforce import Salesforce
from sandbox.stripe import Stripe
from sandbox.world import Account, World
from sandbox.world import Line as SoldLine
from sandbox.zendesk import Zendesk
from system_apis.catalog import PLATFORMS
from system_apis.connections import Connections, ConnectionSettings, open_connections
from system_apis.health import Health

Named = Callable[[int], str]
NOBODY: Final = 777_777


Trait = Literal["a token that is renewed", "a quota", "short waits", "several pages of customers"]
"""What most platforms have and some have not; a test asks for it with `Standing.needs`."""


class Stand(NamedTuple):
    """How a platform stands in the town: who plays it, how it is reached, what it calls the world's numbers.

    `reached` are the settings of its connection beside `base_url`, `lacks` what it has not got by its nature.
    """

    played: type[Platform]
    reached: Callable[[Keys], dict[str, Any]]
    ids: dict[str, Named]
    lacks: frozenset[Trait] = frozenset()


# One row for each platform of the catalog, whether or not the demo uses it.
STANDS: Final[dict[str, Stand]] = {
    "salesforce": Stand(
        Salesforce,
        lambda keys: {
            "client_id": keys.salesforce.client_id,
            "client_secret": keys.salesforce.client_secret,
            "organization_id": keys.salesforce.organization_id,
            "webhook_secret": keys.salesforce.webhook_secret,
            "batch": 200,  # its smallest pages, so that lists have several
        },
        {
            "account": lambda number: salesforce_id("Account", number),
            "contact": lambda number: salesforce_id("Contact", number),
            "contract": lambda number: salesforce_id("Contract", number),
            "opportunity": lambda number: salesforce_id("Opportunity", number),
        },
    ),
    "stripe": Stand(
        Stripe,
        lambda keys: {"api_key": keys.stripe.api_key, "webhook_secret": keys.stripe.webhook_secret},
        {
            "account": lambda number: stripe_id("customer", number),
            "subscription": lambda number: stripe_id("subscription", number),
            "invoice": lambda number: stripe_id("invoice", number),
            "payment": lambda number: stripe_id("payment_intent", number),
            "charge": lambda number: stripe_id("charge", number),
        },
        frozenset({"a token that is renewed"}),  # a key: a person has to make a new one
    ),
    "zendesk": Stand(
        Zendesk,
        lambda keys: {
            "client_id": keys.zendesk.client_id,
            "client_secret": keys.zendesk.client_secret,
            "webhook_secret": keys.zendesk.webhook_secret,
        },
        {
            "account": lambda number: str(zendesk_id("organization", number)),
            "case": lambda number: str(zendesk_id("ticket", number)),
        },
        frozenset({"short waits"}),  # its Retry-After is longer than the deadline of these tests
    ),
    "netsuite": Stand(
        NetSuite,
        lambda keys: {
            "client_id": keys.netsuite.client_id,
            "certificate_id": keys.netsuite.certificate_id,
            "private_key": keys.netsuite.private_key_pem,
            "account": keys.netsuite.account,
            "webhook_secret": keys.netsuite.webhook_secret,
            "bank_account": "1000",
            "clearing_account": "1050",
            "fees_account": "6100",
            "dunning_field": "custbody_tieline_dunning",
        },
        {
            "account": lambda number: str(netsuite_id("customer", number)),
            "order": lambda number: str(netsuite_id("salesOrder", number)),
            "receivable": lambda number: str(netsuite_id("invoice", number)),
            "entity": lambda number: str(netsuite_id("subsidiary", number)),
        },
        frozenset({"several pages of customers"}),  # a page is a thousand rows, and there are two hundred
    ),
}


@dataclass
class Standing:
    """One platform of the town, connected; `port` is its adapter."""

    platform: str
    kind: Kind
    port: Any
    health: Callable[[], Health]
    practice: Practice

    @property
    def world(self) -> World:
        return self.practice.world

    def id(self, object: str, number: int) -> str:
        """A record's id on this platform; `NOBODY` has none."""
        return STANDS[self.platform].ids[object](number)

    def needs(self, trait: Trait) -> None:
        """Skip the test when this platform has not got it."""
        if trait in STANDS[self.platform].lacks:
            pytest.skip(f"{self.platform} has not got {trait}")

    def known(self) -> dict[int, Account]:
        """The accounts this system knows."""
        return {number: one for number, one in self.world.accounts.items() if self.kind in one.systems}

    def account_ids(self) -> set[str]:
        """The ids of all its records of customers, second ones too."""
        known = self.known()
        twice = [number + COPY for number, one in known.items() if self.kind in one.copies]
        return {self.id("account", number) for number in [*known, *twice]}

    def said(self, account: Account, attribute: str, truth: str | None) -> str | None:
        """What this system says of an account, where it differs from the truth."""
        return account.said.get(self.kind.value, {}).get(attribute, truth)

    def asked(self) -> int:
        """How many calls came in so far, token requests not counted."""
        calls = self.practice.calls[self.platform].since(None)
        return sum("token" not in call.path for call in calls)


def of_kind(kind: Kind) -> list[str]:
    """The platforms of a kind, as the catalog lists them."""
    return [name for name, platform in PLATFORMS.items() if platform.kind is kind]


@asynccontextmanager
async def connected(
    practice: Practice, urls: dict[str, str], names: Iterable[str] = PLATFORMS, **config: Any
) -> AsyncIterator[Connections]:
    """Connections to the practice platforms, each called as its platform."""
    settings = [
        ConnectionSettings(
            name=name,
            platform=name,
            config={"base_url": urls[name], **STANDS[name].reached(practice.keys), **config},
        )
        for name in names
    ]
    async with open_connections(settings, lambda: datetime.now(UTC)) as connections:
        yield connections


@asynccontextmanager
async def serving() -> AsyncIterator[tuple[Practice, dict[str, str]]]:
    """The practice company and where its platforms stand."""
    practice = opened()
    played = [STANDS[name].played for name in PLATFORMS]
    async with running(practice, played) as urls:
        yield practice, urls


def standing(practice: Practice, connections: Connections, platform: str) -> Standing:
    """One platform of those connected."""
    one = connections.by_name(platform)
    return Standing(platform, one.kind, one.port, one.health, practice)


def sold(line: Line) -> tuple[str | None, int, Money, Money]:
    """What a line says about money."""
    return line.sku, line.quantity, line.unit_price, line.amount


def lines_of(lines: Iterable[SoldLine], currency: str) -> list[tuple[str | None, int, Money, Money]]:
    """The same of lines in the world."""
    return [
        (
            line.sku,
            line.quantity,
            Money(minor=line.unit_amount, currency=currency),
            Money(minor=line.quantity * line.unit_amount, currency=currency),
        )
        for line in lines
    ]


def comes_from(origin: Origin, platform: str, id: str) -> bool:
    """Whether a record says where it is from, and that it was seen just now."""
    age = (datetime.now(UTC) - origin.observed_at).total_seconds()
    return (origin.ref.connection, origin.ref.id) == (platform, id) and 0 <= age < 60
