"""Is what was used remembered, added up, and found again?"""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from canonical.caller import AccountScope
from process_apis import clients, cursors, records, usage
from process_apis.errors import InvalidCursor
from process_apis.records import Store, StoreUnavailable, open_store
from process_apis.usage import Asked

TODAY = datetime.now(UTC).date()


@pytest.fixture(autouse=True)
async def _counted_anew() -> None:
    records.use(None)
    usage.forget()
    cursors.seal_with(b"secret")


async def test_uses_add_up_by_client_version_and_operation(either_store: Store) -> None:
    for _ in range(3):
        usage.count("a", "portal.v1", "ListInvoices", True)
    usage.count("a", "portal.v2", "ListInvoices", False)
    usage.count("b", "portal.v1", "ListInvoices", True)
    await usage.write()
    usage.count("a", "portal.v1", "ListInvoices", True)
    found = await usage.page(Asked(), None, 10)
    assert [(one.client, one.document, one.operation, one.deprecated, one.calls) for one in found.items] == [
        ("a", "portal.v1", "ListInvoices", True, 4),
        ("a", "portal.v2", "ListInvoices", False, 1),
        ("b", "portal.v1", "ListInvoices", True, 1),
    ]
    assert found.next_cursor is None
    assert found.items[0].since <= found.items[0].last_at.date()


async def test_a_client_with_an_odd_name_is_counted_all_the_same(either_store: Store) -> None:
    usage.count("a\x00b'--é", "portal.v2", "ShowAccount", False)
    (only,) = (await usage.page(Asked(), None, 10)).items
    assert (only.client, only.calls) == ("a?b'--é", 1)


async def test_a_client_of_ours_is_shown_by_name(either_store: Store) -> None:
    client, _ = await clients.create("Reseller", "default", (), AccountScope())
    usage.count(client.id, "partners.v1", "ListAccounts", False)
    usage.count("elsewhere", "partners.v1", "ListAccounts", False)
    found = await usage.page(Asked(), None, 10)
    assert {one.client: one.name for one in found.items} == {client.id: "Reseller", "elsewhere": None}


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (Asked(client="a"), {("a", "old"), ("a", "new")}),
        (Asked(deprecated=True), {("a", "old"), ("b", "old")}),
        (Asked(deprecated=False), {("a", "new")}),
        (Asked(client="b", deprecated=False), set()),
        (Asked(since=TODAY - timedelta(days=2)), {("a", "old"), ("a", "new"), ("b", "old")}),
        (Asked(since=TODAY + timedelta(days=2)), set()),
    ],
)
async def test_a_question_is_answered_for_what_it_asks(
    either_store: Store, asked: Asked, expected: set[tuple[str, str]]
) -> None:
    usage.count("a", "old", "Do", True)
    usage.count("a", "new", "Do", False)
    usage.count("b", "old", "Do", True)
    found = await usage.page(asked, None, 10)
    assert {(one.client, one.document) for one in found.items} == expected


async def test_pages_show_everything_once(either_store: Store) -> None:
    for number in range(7):
        usage.count(f"client-{number}", "portal.v2", "ShowAccount", False)
    seen: list[str] = []
    cursor: str | None = None
    for _ in range(4):
        page = await usage.page(Asked(), cursor, 2)
        seen += [one.client for one in page.items]
        cursor = page.next_cursor
    assert seen == [f"client-{number}" for number in range(7)]
    assert cursor is None


async def test_a_cursor_of_another_question_is_refused(store: Store) -> None:
    for client in ("a", "b"):
        usage.count(client, "portal.v2", "ShowAccount", False)
    cursor = (await usage.page(Asked(), None, 1)).next_cursor
    with pytest.raises(InvalidCursor):
        await usage.page(Asked(deprecated=True), cursor, 1)


async def test_what_could_not_be_written_is_written_later(sqlite_url: str) -> None:
    class Away:
        async def write(self, sql: str, rows: object) -> None:
            usage.count("a", "portal.v2", "ShowAccount", False)  # meanwhile somebody goes on asking
            raise StoreUnavailable

    usage.count("a", "portal.v2", "ShowAccount", False)
    records.use(Away())  # type: ignore[arg-type]
    with pytest.raises(StoreUnavailable):
        await usage.write()
    async with open_store(sqlite_url) as store:
        records.use(store)
        (only,) = (await usage.page(Asked(), None, 10)).items
    assert only.calls == 2


async def test_too_many_clients_are_counted_together(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(usage, "MOST_COUNTED", 3)
    for number in range(10):
        usage.count(f"client-{number}", "portal.v2", "ShowAccount", False)
    found = await usage.page(Asked(), None, 20)
    counted = {one.client: one.calls for one in found.items}
    assert counted == {"client-0": 1, "client-1": 1, "client-2": 1, usage.OTHERS: 7}


async def test_what_is_too_old_is_forgotten_and_the_rest_kept(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(usage, "WRITTEN_EVERY", 0.01)
    days = [TODAY - usage.KEPT - timedelta(days=1), TODAY - usage.KEPT + timedelta(days=1)]
    row = "INSERT INTO usage_count VALUES (?, 'portal.v2', 'ShowAccount', 0, ?, 1, 1)"
    await store.write(
        row, [(name, day.isoformat()) for name, day in zip(("old", "young"), days, strict=True)]
    )
    keeping = asyncio.create_task(usage.keep(stop := asyncio.Event()))
    async with asyncio.timeout(5):
        while [one.client for one in (await usage.page(Asked(), None, 10)).items] != ["young"]:  # noqa: ASYNC110 (nobody is told when it is done)
            await asyncio.sleep(0.01)
        stop.set()
        await keeping


async def test_the_end_of_the_house_writes_what_is_counted(store: Store) -> None:
    usage.count("a", "portal.v2", "ShowAccount", False)
    await usage.close()
    assert await store.rows("SELECT calls FROM usage_count") == [(1,)]
