"""Does an id that was shown lead back, and only for whom it was shown?"""

import pytest

from canonical.caller import EVERYONE, AccountScope
from canonical.identity import Kind, Prefix, derive
from process_apis import links
from process_apis.errors import NotFound
from process_apis.records import Store
from tests.builders import account_id, record, ref
from tests.fakes import World

A, B, C, D = (account_id(id) for id in "ABCD")


def only(*ids: str, children: bool = False) -> AccountScope:
    return AccountScope(accounts=frozenset(ids), children=children)


@pytest.fixture
def family(world: World) -> World:
    """A is the parent of B, B of C; D is alone."""
    world.knows(record("A"), record("B", parent="A"), record("C", parent="B"), record("D"))
    return world


async def test_an_id_that_was_shown_can_be_resolved_within_the_scope(
    either_store: Store, family: World
) -> None:
    await links.sweep()
    shown = [ref(id, Kind.BILLING, "invoice") for id in ("in_1", "in_2")]
    for _ in range(2):
        ids = await links.remember(B, Prefix.INVOICE, shown)
        assert ids == tuple(derive(Prefix.INVOICE, one) for one in shown)
    for _ in range(2):  # from memory, then from the table
        found = await links.resolve(ids[1], only(A, children=True))
        assert (found.ref, found.account_id) == (shown[1], B)
        links.forget()
    assert [one.id for one in await links.search("in_2", EVERYONE, 5)] == [B]


@pytest.mark.parametrize(("prefix", "what"), [(Prefix.INVOICE, "invoice"), (Prefix.CASE, "case")])
async def test_an_id_that_was_never_shown_and_one_of_another_account_are_missing_alike(
    store: Store, family: World, prefix: Prefix, what: str
) -> None:
    await links.sweep()
    (id,) = await links.remember(D, prefix, [ref("x", Kind.BILLING)])
    for asked in (id, id[:-1] + ("0" if id[-1] != "0" else "1")):
        with pytest.raises(NotFound) as missing:
            await links.resolve(asked, only(A, children=True))
        assert str(missing.value) == f"{what} not found"


async def test_a_reference_moves_with_its_record_to_another_account(
    either_store: Store, family: World
) -> None:
    await links.sweep()
    (id,) = await links.remember(A, Prefix.INVOICE, [ref("in_1", Kind.BILLING)])
    await links.remember(D, Prefix.INVOICE, [ref("in_1", Kind.BILLING)])
    for _ in range(2):
        assert (await links.resolve(id, only(D))).account_id == D
        with pytest.raises(NotFound):
            await links.resolve(id, only(A))
        links.forget()


async def test_what_was_remembered_lately_is_not_written_again(store: Store, family: World) -> None:
    await links.sweep()
    (id,) = await links.remember(A, Prefix.INVOICE, [ref("in_1", Kind.BILLING)])
    await store.write("DELETE FROM reference WHERE id = ?", [(id,)])
    await links.remember(A, Prefix.INVOICE, [ref("in_1", Kind.BILLING)])
    assert await store.rows("SELECT id FROM reference") == []
