"""Do keys open what they should, and nothing after they ended?"""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from canonical.caller import AccountScope
from process_apis import clients, records
from process_apis.errors import NotFound, Taken
from process_apis.records import Row, Store, StoreUnavailable, Value

SCOPE = AccountScope(accounts=frozenset({"acc_00000000000000000001"}), children=True)
KEY = "tlk_0123abcd_" + "s" * 43


async def test_a_key_says_who_calls_and_for_which_accounts(either_store: Store) -> None:
    client, key = await clients.create("Reseller", "partner", {"partner:read"}, SCOPE)
    for _ in range(2):  # from the table, then from memory
        caller = await clients.verify(key)
        assert caller is not None
        assert (caller.client, caller.plan, caller.scopes) == (
            client.id,
            "partner",
            frozenset({"partner:read"}),
        )
        assert caller.scope == SCOPE


async def test_a_client_for_everyone_is_one_only_when_it_was_made_so(store: Store) -> None:
    _, key = await clients.create("Inside", "internal", (), AccountScope(everyone=True))
    caller = await clients.verify(key)
    assert caller is not None
    assert caller.scope == AccountScope(everyone=True)


async def test_a_key_is_not_kept_anywhere(store: Store) -> None:
    _, key = await clients.create("Reseller", "partner", (), SCOPE)
    secret = key.split("_", 2)[2]
    kept = await store.rows("SELECT * FROM client_key") + await store.rows("SELECT * FROM client")
    assert secret not in str(kept)
    assert len(secret) == 43


@pytest.mark.parametrize(
    "change",
    [
        lambda key: key[:-1],
        lambda key: key[:-1] + ("A" if key[-1] != "A" else "B"),
        lambda key: key.replace("tlk_", "tlx_"),
        lambda key: key.upper(),
        lambda key: f"{key}\n",
        lambda _: "",
        lambda _: "tlk_" + "é" * 60,
        lambda _: "x" * 100_000,
    ],
)
async def test_anything_but_the_key_is_refused(store: Store, change: object) -> None:
    _, key = await clients.create("Reseller", "partner", (), SCOPE)
    assert callable(change)
    assert await clients.verify(change(key)) is None
    assert await clients.verify(key) is not None


async def test_a_revoked_client_is_refused_at_once(either_store: Store) -> None:
    client, key = await clients.create("Reseller", "partner", (), SCOPE)
    assert await clients.verify(key) is not None
    await clients.revoke(client.id)
    assert await clients.verify(key) is None


async def test_a_revocation_elsewhere_works_here_within_a_second(store: Store) -> None:
    client, key = await clients.create("Reseller", "partner", (), SCOPE)
    assert await clients.verify(key) is not None
    await store.write("UPDATE client SET revoked_at = 1 WHERE id = ?", [(client.id,)])
    deadline = asyncio.get_running_loop().time() + 1.0
    while await clients.verify(key) is not None:
        assert asyncio.get_running_loop().time() < deadline
        await asyncio.sleep(0.02)


async def test_two_keys_live_while_they_are_rotated_and_never_three(either_store: Store) -> None:
    client, first = await clients.create("Reseller", "partner", (), SCOPE)
    second = await clients.rotate(client.id)
    assert [await clients.verify(key) is not None for key in (first, second)] == [True, True]
    third = await clients.rotate(client.id)
    assert [await clients.verify(key) is not None for key in (first, second, third)] == [False, True, True]


async def test_a_former_key_ends_when_its_time_is_over(store: Store) -> None:
    client, first = await clients.create("Reseller", "partner", (), SCOPE)
    second = await clients.rotate(client.id, overlap=timedelta(0))
    assert [await clients.verify(key) is not None for key in (first, second)] == [False, True]


async def test_a_name_is_given_once(either_store: Store) -> None:
    client, key = await clients.create("Reseller", "partner", {"partner:read"}, SCOPE)
    with pytest.raises(Taken):
        await clients.create("Reseller", "internal", {"operations:write"}, AccountScope(everyone=True))
    assert [(one.id, one.keys) for one in await clients.all_clients()] == [(client.id, client.keys)]
    caller = await clients.verify(key)
    assert caller is not None
    assert caller.plan == "partner"


async def test_importing_a_client_twice_is_importing_it_once(either_store: Store) -> None:
    for plan in ("demo", "demo", "partner"):
        await clients.ensure("Reseller", KEY, plan, {"partner:read"}, SCOPE)
    assert len(await clients.all_clients()) == 1
    caller = await clients.verify(KEY)
    assert caller is not None
    assert caller.plan == "partner"


async def test_an_import_does_not_bring_a_revoked_client_back(store: Store) -> None:
    client = await clients.ensure("Reseller", KEY, "demo", (), SCOPE)
    await clients.revoke(client.id)
    await clients.ensure("Reseller", KEY, "demo", (), SCOPE)
    assert await clients.verify(KEY) is None


async def test_a_key_of_another_shape_is_not_imported(store: Store) -> None:
    with pytest.raises(ValueError, match="tlk_"):
        await clients.ensure("Reseller", "password", "demo", (), SCOPE)


async def test_the_last_use_is_noted(store: Store) -> None:
    client, key = await clients.create("Reseller", "partner", (), SCOPE)
    assert client.last_used_at is None
    await clients.verify(key)
    (used,) = await clients.all_clients()
    assert used.last_used_at is not None
    assert used.last_used_at >= client.created_at


async def test_a_client_that_there_is_not_cannot_be_rotated_or_revoked(store: Store) -> None:
    with pytest.raises(NotFound):
        await clients.rotate("cli_nobody")
    with pytest.raises(NotFound):
        await clients.revoke("cli_nobody")


async def test_a_client_is_shown_with_its_keys_and_never_a_secret(either_store: Store) -> None:
    client, first = await clients.create("Reseller", "partner", {"partner:read"}, SCOPE)
    second = await clients.rotate(client.id)
    shown = await clients.show(client.id)
    assert [key.prefix for key in shown.keys] == [second.split("_")[1], first.split("_")[1]]
    assert [key.expires_at is None for key in shown.keys] == [True, False]
    assert await clients.all_clients() == (shown,)
    assert first.split("_", 2)[2] not in repr(shown)


async def test_rotations_at_once_leave_two_keys(either_store: Store) -> None:
    client, first = await clients.create("Reseller", "partner", (), SCOPE)
    keys = [first, *await asyncio.gather(*(clients.rotate(client.id) for _ in range(5)))]
    assert sum([await clients.verify(key) is not None for key in keys]) == 2


async def test_names_asked_for_at_once_are_given_to_one(either_store: Store) -> None:
    asked = [clients.create("Reseller", f"plan{n}", (), SCOPE) for n in range(5)]
    answers = await asyncio.gather(*asked, return_exceptions=True)
    ((client, key),) = [answer for answer in answers if not isinstance(answer, BaseException)]
    assert all(isinstance(answer, Taken | tuple) for answer in answers)
    assert len(await either_store.rows("SELECT * FROM client_key")) == 1
    caller = await clients.verify(key)
    assert caller is not None
    assert (caller.client, caller.plan) == (client.id, client.plan)


async def test_a_revoked_client_gets_no_new_key(store: Store) -> None:
    client, _ = await clients.create("Reseller", "partner", (), SCOPE)
    await clients.revoke(client.id)
    with pytest.raises(NotFound):
        await clients.rotate(client.id)


async def test_a_table_that_answers_late_is_asked_again(store: Store) -> None:
    """What was read long ago is not kept for its full time on top: a revocation may lie in between."""
    client, key = await clients.create("Reseller", "partner", (), SCOPE)

    class Slow:
        async def rows(self, sql: str, *values: Value) -> list[tuple[Any, ...]]:
            found = await store.rows(sql, *values)
            await asyncio.sleep(0.3)  # the answer's way back
            return found

        write, write_all, write_if, check = store.write, store.write_all, store.write_if, store.check

    records.use(Slow())
    assert await clients.verify(key) is not None
    records.use(store)
    await store.write("UPDATE client SET revoked_at = 1 WHERE id = ?", [(client.id,)])
    assert await clients.verify(key) is None


async def test_a_database_that_can_only_be_read_still_lets_callers_in(store: Store) -> None:
    _, key = await clients.create("Reseller", "partner", (), SCOPE)

    class ReadOnly:
        rows, write_all, write_if, check = store.rows, store.write_all, store.write_if, store.check

        async def write(self, sql: str, rows: Sequence[Row]) -> None:
            raise StoreUnavailable("read only")

    records.use(ReadOnly())
    assert await clients.verify(key) is not None


async def test_an_imported_key_that_was_replaced_stays_replaced(store: Store) -> None:
    client = await clients.ensure("Reseller", KEY, "demo", (), SCOPE)
    await clients.rotate(client.id, overlap=timedelta(0))
    await clients.ensure("Reseller", KEY, "demo", (), SCOPE)
    assert await clients.verify(KEY) is None


async def test_a_plan_that_is_not_offered_is_refused_with_those_that_are(store: Store) -> None:
    clients.offer(("default", "small"))
    try:
        with pytest.raises(clients.NoSuchPlan, match="there is no plan huge; there are: default, small"):
            await clients.create("Reseller", "huge", (), SCOPE)
        assert await clients.all_clients() == ()
        await clients.create("Reseller", "small", (), SCOPE)
    finally:
        clients.offer(None)
