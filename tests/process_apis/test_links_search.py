"""Does our own cross-reference find who is meant, also when no platform answers?"""

import pytest

from canonical.caller import EVERYONE, AccountScope
from canonical.identity import Kind
from process_apis import links
from process_apis.errors import NothingToSearch
from process_apis.records import Store
from tests.builders import account_id, record
from tests.fakes import World

A, B, C, D = (account_id(id) for id in "ABCD")


def only(*ids: str, children: bool = False) -> AccountScope:
    return AccountScope(accounts=frozenset(ids), children=children)


@pytest.fixture
async def searchable(either_store: Store, world: World) -> World:
    world.knows(
        record("001A", name="Northwind Trading GmbH", domain="northwind.example", email="Buy@x.example"),
        record("cus_9", Kind.BILLING, key=account_id("001A"), name="Northwind"),
        record("001B", name="100% Pure_Water"),
        record("001C", name="Southwind Northern"),
    )
    await links.sweep()
    return world


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("northwind trading", ["001A"]),
        (" NORTHWIND, Trading ", ["001A"]),
        ("wind", ["001A", "001C"]),
        ("northwind.example", ["001A"]),
        ("northwind.ex", ["001A"]),
        ("buy@x.example", ["001A"]),
        ("someone.else@northwind.example", ["001A"]),
        ("cus_9", ["001A"]),
        ("001B", ["001B"]),
        (account_id("001C"), ["001C"]),
        ("100%", ["001B"]),
        ("pure_water", ["001B"]),
        ("%%x", []),
        ("nobody", []),
    ],
)
async def test_an_account_is_found_by(searchable: World, text: str, expected: list[str]) -> None:
    searchable.goes_down()
    found = await links.search(text, EVERYONE, 10)
    assert sorted(account.id for account in found) == sorted(map(account_id, expected))


async def test_the_best_match_comes_first_and_the_limit_holds(searchable: World) -> None:
    await links.learn([record("001D", name="North"), record("001E", name="Northern Lights")])
    found = [account.name for account in await links.search("north", EVERYONE, 3)]
    assert found[0] == "North"
    assert set(found[1:]) == {"Northern Lights", "Northwind Trading GmbH"}


@pytest.mark.parametrize("text", ["", "   ", "%", "_-!"])
async def test_without_a_letter_or_digit_there_is_nothing_to_search(store: Store, text: str) -> None:
    with pytest.raises(NothingToSearch):
        await links.search(text, EVERYONE, 10)


async def test_the_best_of_a_large_scope_come_first_however_many_parts_it_is_asked_in(
    searchable: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("process_apis.links.searching.parts", lambda ids: [[one] for one in ids])
    await links.learn([record("001D", name="North"), record("001E", name="Northern Lights")])
    scope = only(*(account_id(one) for one in ("001B", "001C", "001D", "001E")))
    found = [one.name for one in await links.search("north", scope, 2)]
    assert found == ["North", "Northern Lights"]
    assert await links.search("north", only(account_id("001B")), 5) == []
