"""Does an operator give out only rights that raise nobody, the first time and with every new key?"""

import pytest

from canonical.caller import EVERYONE, AccountScope
from process_apis import clients
from process_apis.clients import NotGivenHere
from process_apis.clients.keys import new_key
from process_apis.errors import NotFound
from process_apis.records import Store

SCOPE = AccountScope(accounts=frozenset({"acc_00000000000000000001"}), children=True)
GIVEN = ["portal:read", "agent:finance", "partner:write", "process:account-360:read"]
KEPT = [
    "operations:read",
    "operations:write",
    "operations:approve",
    "system:crm:read",
    "system:billing:write",
    "root",
    "partner:read\n",
]


@pytest.mark.parametrize("scope", GIVEN)
async def test_a_right_over_named_accounts_is_given_and_so_is_its_new_key(store: Store, scope: str) -> None:
    client, first = await clients.give("Reseller", "partner", {scope}, SCOPE)
    second = await clients.give_new_key(client.id)
    for key in (first, second):
        caller = await clients.verify(key)
        assert caller is not None
        assert (caller.scopes, caller.scope) == (frozenset({scope}), SCOPE)


@pytest.mark.parametrize("scope", KEPT)
async def test_a_right_that_could_raise_somebody_is_not_given(store: Store, scope: str) -> None:
    with pytest.raises(NotGivenHere) as refused:
        await clients.give("Climber", "partner", {"partner:read", scope}, SCOPE)
    assert refused.value.rights == (scope,)
    assert await clients.all_clients() == ()


async def test_knowledge_of_every_account_is_not_given(store: Store) -> None:
    with pytest.raises(NotGivenHere, match="every account"):
        await clients.give("Climber", "partner", {"partner:read"}, EVERYONE)


@pytest.mark.parametrize(
    ("scopes", "scope"), [*(({"partner:read", one}, SCOPE) for one in KEPT[:6]), ({"agent:read"}, EVERYONE)]
)
async def test_a_client_that_could_not_be_given_out_gets_no_new_key_either(
    store: Store, scopes: set[str], scope: AccountScope
) -> None:
    client, key = await clients.create("Worker", "partner", scopes, scope)
    with pytest.raises(NotGivenHere):
        await clients.give_new_key(client.id)
    assert await clients.all_clients() == (client,)
    assert await clients.verify(key) is not None


async def test_who_is_revoked_or_unknown_gets_no_new_key(store: Store) -> None:
    client, _ = await clients.give("Reseller", "partner", {"partner:read"}, SCOPE)
    await clients.revoke(client.id)
    for id in (client.id, "cli_nobody"):
        with pytest.raises(NotFound):
            await clients.give_new_key(id)


async def test_who_took_a_name_first_is_not_raised_with_it(store: Store) -> None:
    """A block of the settings gives a client of its name more than anybody may be given."""
    taken, theirs = await clients.give("Warehouse", "partner", {"partner:read"}, SCOPE)
    ours = new_key()
    raised = await clients.ensure("Warehouse", ours, "partner", {"system:erp:read"}, EVERYONE)
    assert raised.id == taken.id
    assert await clients.verify(theirs) is None
    caller = await clients.verify(ours)
    assert caller is not None
    assert caller.scope.everyone

    # What it has from then on is nobody else's: a key that it got in rotation goes on when the block changes.
    rotated = await clients.rotate(raised.id)
    await clients.ensure("Warehouse", ours, "partner", {"system:erp:read", "operations:read"}, EVERYONE)
    assert await clients.verify(rotated) is not None
