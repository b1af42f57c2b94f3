"""Does an operator find every run, by whatever they know of it?"""

from datetime import timedelta

import pytest

from process_apis import durable, records, runs
from process_apis.durable import About, State, ledger, machine
from process_apis.errors import InvalidCursor, NotFound, WrongState
from process_apis.runs import Asked
from system_apis.errors import Refused
from tests.process_apis.durable import shop
from tests.process_apis.durable.house import House, eventually, fresh, stands
from tests.process_apis.durable.shop import asked, down, fails

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.usefixtures("house")]


async def ids(limit: int = 100, **question: object) -> list[str]:
    page = await runs.page(Asked(**question), None, limit)  # type: ignore[arg-type]
    return [run.id for run in page.items]


async def sold(order: str, **about: object) -> str:
    id = f"sale:{order}"
    await durable.run(shop.sale, order, 10, id=id, about=About(**about))  # type: ignore[arg-type]
    return id


async def test_a_run_is_found_by_account_by_key_and_by_the_beginning_of_its_id() -> None:
    order, account = fresh("order"), fresh("acc")
    id = await sold(order, account=account, keys=(f"INV-{order}", f"in_{order}"), cause="evt_1")
    for query in (account, f"INV-{order}", f"in_{order}", id, id[:-3]):
        assert await ids(query=query) == [id], query
    assert await ids(query="sale:%") == []
    assert await ids(query="nothing") == []
    ((run,), _) = (await runs.page(Asked(query=id), None, 10)).items, None
    assert (run.account, run.keys, run.cause) == (account, (f"INV-{order}", f"in_{order}"), "evt_1")
    assert run.state is State.DONE


async def test_runs_are_listed_by_state_flow_and_account() -> None:
    account = fresh("acc")
    done = await sold(fresh("order"), account=account)
    order = fresh("order")
    fails("ship", Refused("carrier"))
    needy = await durable.start(shop.promise, order, 10, id=f"p:{order}", about=About(account=account))
    await stands(needy.id, State.UNDONE)
    assert await ids(account=account) == [needy.id, done]
    assert await ids(account=account, state=State.DONE) == [done]
    assert await ids(account=account, flow="shop-promise") == [needy.id]
    assert await ids(query=account, state=State.UNDONE) == [needy.id]


async def test_pages_follow_each_other_and_a_cursor_belongs_to_its_question() -> None:
    account = fresh("acc")
    begun = [await sold(fresh("order"), account=account) for _ in range(5)]
    found: list[str] = []
    cursor = None
    for _ in range(3):
        page = await runs.page(Asked(query=account), cursor, 2)
        found += [run.id for run in page.items]
        cursor = page.next_cursor
    assert found == begun[::-1]
    assert cursor is None
    first = await runs.page(Asked(query=account), None, 2)
    with pytest.raises(InvalidCursor):
        await runs.page(Asked(account=account), first.next_cursor, 2)


async def test_a_run_that_is_not_there_is_not_found() -> None:
    for act in (runs.restart, runs.dismiss, runs.cancel):
        with pytest.raises(NotFound):
            await act("sale:nobody", by="ada", why="a mistake")
    with pytest.raises(NotFound):
        await runs.show("sale:nobody")


async def test_a_run_with_an_outcome_is_left_as_it_is() -> None:
    id = await sold(fresh("order"))
    for act in (runs.restart, runs.dismiss, runs.cancel):
        with pytest.raises(WrongState):
            await act(id, by="ada", why="a mistake")
    assert (await runs.show(id)).actions == ()


async def test_everything_somebody_does_is_kept_with_who_and_why() -> None:
    order = fresh("order")
    fails("ship", Refused("carrier"), Refused("carrier"))
    started = await durable.start(shop.sale, order, 10, id=f"sale:{order}")
    await stands(started.id, State.NEEDS_PERSON)
    await runs.restart(started.id, by="ada", why="they say it works now")
    await eventually(lambda: _asked_twice(order))
    await stands(started.id, State.NEEDS_PERSON)
    await runs.dismiss(started.id, by="bob", why="carried by hand")
    actions = (await runs.show(started.id)).actions
    assert [(one.action, one.actor, one.reason) for one in actions] == [
        ("dismiss", "bob", "carried by hand"),
        ("restart", "ada", "they say it works now"),
    ]


async def _asked_twice(order: str) -> bool:
    return asked("ship", order) == 2


async def test_what_ended_long_ago_is_forgotten_whole(house: House) -> None:
    order = fresh("order")
    id = await sold(order, keys=(order,))
    fails("ship", *down(1000))
    open_one = await durable.start(shop.sale, fresh("order"), 10, id=fresh("sale"))
    long_ago = ledger.wall() - int(timedelta(days=91).total_seconds() * 1_000_000)
    await records.store().write("UPDATE run SET ended_at = ? WHERE id = ?", [(long_ago, id)])

    async def gone() -> bool:
        return await ledger.read(id) is None

    await eventually(gone)
    assert await machine.machine().lives([id]) == {}
    assert await ids(query=order) == []
    assert await ledger.read(open_one.id) is not None
    await runs.cancel(open_one.id, by="ada", why="the test is over")
