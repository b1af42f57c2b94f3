"""Is what a platform tells us proven, and the same as what its own list of changes says later?"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest
from aiohttp import web

from canonical.events import CaseChanged, Notice, RecordTouched, Unrecognised
from canonical.projections import ErpCustomer
from sandbox.kit.clock import BusinessClock
from sandbox.kit.practice import Practice
from system_apis.connections import ConnectionSettings, open_connections
from system_apis.errors import Forged, Stale
from system_apis.messages import Arrived, Messages
from tests.ports.conftest import Town
from tests.ports.town import STANDS


class Letterbox:
    """Where a platform posts to: everything that came, and how each was answered."""

    def __init__(self) -> None:
        self.came: list[Arrived] = []
        self.url = ""

    async def post(self, request: web.Request) -> web.Response:
        headers = {name.lower(): value for name, value in request.headers.items()}
        self.came.append(Arrived(headers=headers, body=await request.read(), at=datetime.now(UTC)))
        return web.Response(status=202)

    async def holds(self, count: int) -> list[Arrived]:
        async with asyncio.timeout(10):
            while len(self.came) < count:  # noqa: ASYNC110 - what comes from outside tells nobody
                await asyncio.sleep(0.02)
        return self.came


@asynccontextmanager
async def letterbox(practice: Practice, platform: str) -> AsyncIterator[Letterbox]:
    box = Letterbox()
    app = web.Application()
    app.router.add_post("/{path:.*}", box.post)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        box.url = f"http://127.0.0.1:{runner.addresses[0][1]}/webhooks"
        practice.webhooks[platform].url = box.url
        yield box
    finally:
        practice.webhooks[platform].url = None
        await runner.cleanup()


async def a_payment_fails(town: Town) -> None:
    """Billing: the story that the whole journey begins with."""
    async with httpx.AsyncClient(base_url=town[1]["stripe"]) as http:
        assert (await http.post("/_sim/fail-payment", json={})).is_success


async def a_customer_is_made(town: Town) -> None:
    """ERP: what we post ourselves comes back, too."""
    await the_customer_is_made(town, "acc_told")


async def another_customer_is_made(town: Town) -> None:
    """ERP: one that nobody made before."""
    await the_customer_is_made(town, f"acc_{uuid4().hex}")


async def the_customer_is_made(town: Town, account: str) -> None:
    port: Any = town[2].erp()
    one = ErpCustomer(account=account, legal_entity="US", currency="USD", name="Told Inc.")
    await port.put_customer(one, key=account)


async def a_deal_is_won(town: Town) -> None:
    """CRM: somebody closes a deal."""
    async with httpx.AsyncClient(base_url=town[1]["salesforce"]) as http:
        assert (await http.post("/_sim/win-opportunity", json={})).is_success


async def a_case_is_opened(town: Town) -> None:
    """Support: a customer writes."""
    async with httpx.AsyncClient(base_url=town[1]["zendesk"]) as http:
        assert (await http.post("/_sim/open-case", json={})).is_success


HAPPENS: dict[str, Callable[[Town], Awaitable[None]]] = {
    "stripe": a_payment_fails,
    "netsuite": a_customer_is_made,
}
"""Platforms whose list of changes has every record of their messages."""


@asynccontextmanager
async def later(town: Town, platform: str, by: timedelta = timedelta(minutes=1)) -> AsyncIterator[Messages]:
    """The same platform a minute later, when what happened stands still."""
    practice, urls, _ = town
    config = {"base_url": urls[platform], **STANDS[platform].reached(practice.keys)}
    settings = [ConnectionSettings(name=platform, platform=platform, config=config)]
    async with open_connections(settings, lambda: datetime.now(UTC) + by) as connections:
        yield connections.by_name(platform).messages


@pytest.mark.parametrize("platform", HAPPENS)
async def test_a_message_is_proven_and_says_what_the_list_of_changes_says(
    workshop: Town, platform: str
) -> None:
    practice, _, connections = workshop
    messages = connections.by_name(platform).messages
    began = datetime.now(UTC) - timedelta(seconds=1)
    async with letterbox(practice, platform) as box:
        await HAPPENS[platform](workshop)
        came = await box.holds(1)
        await asyncio.sleep(0.3)
        told = [notice for one in came for notice in messages.read(one).notices]
    assert told
    assert all(began <= notice.at + timedelta(seconds=1) for notice in told)
    async with later(workshop, platform) as calmly:
        listed = [notice async for notice in walk(calmly, began)]
    # NetSuite's list has ids of its own: it says of a second what the message may have been too early for.
    behind = ":listed" if platform == "netsuite" else ""
    by_id = {notice.source_id: notice for notice in listed}
    for notice in told:
        same = by_id[notice.source_id + behind]
        assert (same.at, same.data) == (notice.at, notice.data)
    assert not all(isinstance(notice.data, Unrecognised) for notice in told)
    assert any(notice.customer for notice in listed)


async def walk(messages: Messages, since: datetime) -> AsyncIterator[Notice]:
    for notice in (await walked(messages, None, since))[0]:
        yield notice


async def walked(messages: Messages, cursor: str | None, since: datetime) -> tuple[list[Notice], str]:
    """All that is listed behind a cursor, and the cursor behind that."""
    found: list[Notice] = []
    while True:
        page = await messages.changes(cursor, since)
        found += page.notices
        cursor = page.cursor
        if not page.more:
            return found, cursor


class StoppedClock(BusinessClock):
    """Business time that stands still."""

    def __init__(self, at: datetime) -> None:
        super().__init__()
        self._at = at

    def now(self) -> datetime:
        return self._at


LONG: dict[str, Callable[[Town], Awaitable[None]]] = {
    "salesforce": a_deal_is_won,
    "netsuite": another_customer_is_made,
}
"""Platforms that stamp a record when it is written, though nobody sees it before all is committed."""


@pytest.mark.parametrize("platform", LONG)
async def test_what_comes_to_light_with_a_stamp_behind_the_cursor_is_found(
    workshop: Town, platform: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    began = datetime.now(UTC) - timedelta(minutes=2)
    await LONG[platform](workshop)
    async with later(workshop, platform) as messages:
        first, cursor = await walked(messages, None, began)
    assert first
    long_ago = (min(notice.at for notice in first) - timedelta(seconds=30)).replace(microsecond=0)
    with monkeypatch.context() as late:
        late.setattr(workshop[0], "clock", StoppedClock(long_ago))
        await LONG[platform](workshop)
    async with later(workshop, platform, timedelta(minutes=20)) as messages:
        found, cursor = await walked(messages, cursor, began)
        again, _ = await walked(messages, cursor, began)
    assert any(notice.at == long_ago for notice in found)
    assert {notice.source_id for notice in found} >= {notice.source_id for notice in first}
    assert again == []


@pytest.mark.parametrize("platform", HAPPENS)
async def test_what_was_changed_on_the_way_or_kept_too_long_is_refused(workshop: Town, platform: str) -> None:
    practice, _, connections = workshop
    messages = connections.by_name(platform).messages
    async with letterbox(practice, platform) as box:
        practice.webhooks[platform].mode = "deliver"
        await HAPPENS[platform](workshop)
        (message, *_) = await box.holds(1)
    assert messages.read(message).notices
    changed = message.body.replace(b'"id"', b'"Id"', 1)
    for forged in (
        Arrived(headers=message.headers, body=changed, at=message.at),
        Arrived(headers={}, body=message.body, at=message.at),
    ):
        with pytest.raises(Forged):
            messages.read(forged)
    with pytest.raises(Stale):
        messages.read(
            Arrived(headers=message.headers, body=message.body, at=message.at + timedelta(minutes=6))
        )


async def test_a_touched_record_can_be_asked_for(workshop: Town) -> None:
    """What a message of the ERP's names is found under the id it gives."""
    practice, _, connections = workshop
    async with letterbox(practice, "netsuite") as box:
        await a_customer_is_made(workshop)
        (message, *_) = await box.holds(1)
    (notice,) = connections.by_name("netsuite").messages.read(message).notices
    assert isinstance(notice.data, RecordTouched)
    port: Any = connections.erp()
    assert (await port.account_record(notice.data.ref.id)).key == "acc_told"


async def test_a_ticket_is_told_of_with_what_it_is(workshop: Town) -> None:
    practice, _, connections = workshop
    async with letterbox(practice, "zendesk") as box:
        await a_case_is_opened(workshop)
        came = await box.holds(1)
        messages = connections.by_name("zendesk").messages
        told = [notice for one in came for notice in messages.read(one).notices]
    cases = [notice.data.case for notice in told if isinstance(notice.data, CaseChanged)]
    assert cases
    support: Any = connections.support()
    assert (await support.case(cases[0].origin.ref.id)).subject == cases[0].subject


async def test_a_won_deal_is_told_of_under_the_secret_of_its_address(workshop: Town) -> None:
    practice, _, connections = workshop
    messages = connections.by_name("salesforce").messages
    async with letterbox(practice, "salesforce") as box:
        await a_deal_is_won(workshop)
        (message, *_) = await box.holds(1)
    secret = practice.keys.salesforce.webhook_secret
    known = Arrived(headers=message.headers, body=message.body, at=message.at, secret=secret)
    names = {
        one.data.what: one.data.ref.id
        for one in messages.read(known).notices
        if isinstance(one.data, RecordTouched)
    }
    crm: Any = connections.crm()
    assert (await crm.opportunity(names["opportunity"])).won
    with pytest.raises(Forged):
        messages.read(message)
