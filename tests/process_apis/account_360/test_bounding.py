"""Is no account named to a caller that is not theirs to know?"""

from collections.abc import Callable

import pytest

from canonical.caller import EVERYONE, AccountScope
from process_apis import account_360, links
from process_apis.account_360 import Picture
from tests import builders as a
from tests.fakes import World
from tests.process_apis.account_360.conftest import ID

TOP, PARENT, CHILD, DOUBLE = "008", "009", "003", "004"


def only(*ids: str, children: bool = False) -> AccountScope:
    accounts = frozenset(id if id == ID else a.account_id(id) for id in ids)
    return AccountScope(accounts=accounts, children=children)


@pytest.fixture
async def group(customer: World) -> World:
    """Customer 001 below 009 below 008, with a child 003 and a double 004."""
    customer.knows(
        a.record(TOP, name="Top"),
        a.record(PARENT, name="Parent", parent=TOP),
        a.record(CHILD, name="Child", parent="001"),
        a.record(DOUBLE, name="Acme", domain="acme.example"),
    )
    customer.crm.records[0] = a.record("001", key=ID, name="Acme", parent=PARENT, domain="acme.example")
    await links.sweep()
    return customer


def named(picture: Picture) -> tuple[list[str], list[str]]:
    shown = picture.parts.hierarchy.data
    assert shown is not None
    return [one.name for one in shown.ancestors], [one.name for one in shown.children]


@pytest.mark.parametrize(
    ("scope", "ancestors", "children"),
    [
        (EVERYONE, ["Parent", "Top"], ["Child"]),
        (only(ID), [], []),
        (only(ID, children=True), [], ["Child"]),
        (only(PARENT, children=True), ["Parent"], ["Child"]),
        (only(TOP, children=True), ["Parent", "Top"], ["Child"]),
        (only(ID, TOP), ["Top"], []),
        (only(ID, CHILD), [], ["Child"]),
    ],
    ids=["everyone", "own", "own and below", "parent's", "top's", "two of a group", "child's, too"],
)
async def test_a_picture_names_relatives_within_the_scope_alone(
    group: World, scope: AccountScope, ancestors: list[str], children: list[str]
) -> None:
    picture = await account_360.picture(ID, scope)
    assert named(picture) == (ancestors, children)
    assert (picture.account.parent is not None) == ("Parent" in ancestors)
    if not scope.everyone:
        assert picture.account.possible_duplicates == ()
        assert "possible_duplicate" not in {finding.code for finding in picture.findings}


async def test_our_own_people_are_told_of_doubles(group: World) -> None:
    picture = await account_360.picture(ID, EVERYONE)
    assert picture.account.possible_duplicates == (a.account_id(DOUBLE),)
    assert "possible_duplicate" in {finding.code for finding in picture.findings}


@pytest.mark.parametrize(
    "asked",
    [
        lambda scope: account_360.accounts(scope, None, 9),
        lambda scope: account_360.search("Acme", scope),
    ],
    ids=["listed", "found"],
)
@pytest.mark.parametrize(("scope", "told"), [(only(ID), False), (only(PARENT, children=True), True)])
async def test_a_list_names_a_parent_within_the_scope_alone(
    group: World, asked: Callable[..., object], scope: AccountScope, told: bool
) -> None:
    found = await asked(scope)  # type: ignore[misc]
    accounts = found.items if hasattr(found, "items") else found.accounts
    (acme,) = [one for one in accounts if one.id == ID]
    assert (acme.parent == a.account_id(PARENT)) is told
    assert acme.possible_duplicates == ()


async def test_a_picture_that_holds_nothing_of_others_is_the_very_same(customer: World) -> None:
    account_360.configure(warm_seconds=60)
    try:
        first = await account_360.picture(ID, only(ID))
        assert await account_360.picture(ID, EVERYONE) is first
    finally:
        account_360.configure()
