"""Do keys open what they should, and nothing after they ended?"""

import asyncio
from datetime import timedelta

import pytest

from canonical.caller import AccountScope
from process_apis import clients
from process_apis.errors import NotFound, Taken
from process_apis.records import Store

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
    assert await clients.all_clients() == (client,)
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
