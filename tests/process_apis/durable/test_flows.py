"""Does a run come to its end, whatever happens on the way, without asking for anything twice?"""

import asyncio
from datetime import date, timedelta

import msgspec
import pytest

from process_apis import durable, runs
from process_apis.clock import FixedClock
from process_apis.durable import About, State, Undone
from process_apis.errors import Abandoned, NeedsPerson, StillRunning, WrongInput, WrongState
from system_apis.errors import Busy, Refused, Unauthorised, Unavailable
from tests.builders import NOW
from tests.process_apis.durable import shop
from tests.process_apis.durable.house import AT_ONCE, House, fresh, stands, until_it
from tests.process_apis.durable.shop import Shop, Sold, asked, down, fails

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.usefixtures("house")]


async def test_a_run_ends_with_what_its_flow_returned() -> None:
    order = fresh("order")
    outcome = await durable.run(shop.sale, order, 12, id=f"sale:{order}")
    assert outcome == Sold(order=order, parcel=f"parcel of {order}", on=date(2026, 3, 15))
    assert (await runs.show(f"sale:{order}")).run.state is State.DONE


async def test_a_run_that_is_begun_twice_is_one_run() -> None:
    order = fresh("order")
    first = await durable.start(shop.sale, order, 10, id=f"sale:{order}")
    second = await durable.start(shop.sale, order, 99, id=f"sale:{order}")
    assert await first.outcome() == await second.outcome()
    third = await durable.run(shop.sale, order, 10, id=f"sale:{order}")
    assert third == await first.outcome()
    assert [asked(step, order) for step in ("reserve", "charge", "ship")] == [1, 1, 1]


async def test_arguments_that_the_flow_does_not_take_are_refused_at_once() -> None:
    with pytest.raises(TypeError):
        await durable.start(shop.sale, id=fresh("sale"))  # type: ignore[misc]
    with pytest.raises(WrongInput, match="amount"):
        await durable.start(shop.sale, "order", "ten", id=fresh("sale"))  # type: ignore[misc]


async def test_a_step_is_tried_again_within_its_patience() -> None:
    order = fresh("order")
    fails("ship", *down(2))
    await durable.run(shop.sale, order, 10, id=f"sale:{order}")
    assert asked("ship", order) == 3
    steps = (await runs.show(f"sale:{order}")).steps
    assert [(step.name, step.state, step.attempts) for step in steps] == [
        ("reserve", "done", 1),
        ("charge", "done", 1),
        ("ship", "done", 3),
    ]


async def test_a_platform_that_is_down_longer_makes_the_run_wait_and_not_fail() -> None:
    order = fresh("order")
    fails("ship", *down(1000))
    started = await durable.start(shop.sale, order, 10, id=f"sale:{order}")
    waiting = await stands(started.id, State.WAITING)
    assert (waiting.step, waiting.error) == ("ship", "Unavailable")
    assert waiting.needs == "an answer of carrier: down"
    assert waiting.next_try_at is not None
    shop.heals("ship")
    await started.outcome()
    assert [asked(step, order) for step in ("reserve", "charge")] == [1, 1]
    assert asked("ship", order) > shop.QUICK.attempts


async def test_a_platform_that_says_how_long_is_waited_for_that_long() -> None:
    order = fresh("order")
    fails("ship", *[Busy("carrier", retry_after=0.05) for _ in range(3)])
    fails("ship", Busy("carrier", retry_after=60.0))  # longer than the step may take: a row, not a coroutine
    started = await durable.start(shop.sale, order, 10, id=f"sale:{order}")
    await until_it(lambda: asked("ship", order) == 4)
    waiting = await stands(started.id, State.WAITING)
    assert waiting.next_try_at is not None
    assert waiting.next_try_at - waiting.created_at > timedelta(seconds=55)
    await runs.cancel(started.id, by="ada", why="the test is over")


async def test_a_no_needs_a_person_who_corrects_the_input() -> None:
    order = fresh("order")
    started = await durable.start(shop.sale, order, -1, id=f"sale:{order}")
    with pytest.raises(NeedsPerson, match="a record in bank"):
        await started.outcome()
    with pytest.raises(WrongInput, match="amount"):
        await runs.restart(started.id, by="ada", why="typed wrong", input=b'{"order": "x", "amount": "5"}')
    corrected = b'{"order": "%s", "amount": 5}' % order.encode()
    await runs.restart(started.id, by="ada", why="the amount was wrong", input=corrected)
    assert isinstance(await started.outcome(), Sold)
    assert [asked(step, order) for step in ("reserve", "charge", "ship")] == [1, 2, 1]
    shown = await runs.show(started.id)
    assert msgspec.json.decode(shown.input) == {"order": order, "amount": 5}
    (action,) = shown.actions
    assert (action.action, action.actor, action.reason) == ("restart", "ada", "the amount was wrong")
    assert action.before is not None
    assert msgspec.json.decode(action.before) == {"order": order, "amount": -1}


async def test_an_earlier_step_is_asked_again_when_a_person_says_so() -> None:
    order = fresh("order")
    fails("ship", Refused("carrier", "no such address"))
    started = await durable.start(shop.sale, order, 10, id=f"sale:{order}")
    await stands(started.id, State.NEEDS_PERSON)
    with pytest.raises(WrongInput, match="step 4"):
        await runs.restart(started.id, by="ada", why="try", from_step=4)
    await runs.restart(started.id, by="ada", why="the order was changed", from_step=2)
    await started.outcome()
    assert [asked(step, order) for step in ("reserve", "charge", "ship")] == [1, 2, 2]


async def test_patience_ends() -> None:
    order = fresh("order")
    fails("ship", *down(1000))
    started = await durable.start(shop.impatient, order, id=f"impatient:{order}")
    needy = await stands(started.id, State.NEEDS_PERSON)
    assert (needy.step, needy.error) == ("ship", "Unavailable")
    assert needy.tries > 1
    shop.heals("ship")
    await runs.restart(started.id, by="ada", why="the carrier is back")
    assert await started.outcome() == f"parcel of {order}"


async def test_credentials_that_are_no_good_are_not_tried_again() -> None:
    order = fresh("order")
    fails("ship", Unauthorised("carrier", "expired"))
    started = await durable.start(shop.sale, order, 10, id=f"sale:{order}")
    needy = await stands(started.id, State.NEEDS_PERSON)
    assert needy.needs == "credentials or permissions for carrier: expired"
    assert asked("ship", order) == 1
    await runs.dismiss(started.id, by="ada", why="sold elsewhere")
    with pytest.raises(Abandoned):
        await started.outcome()
    assert (await runs.show(started.id)).run.ended_at is not None


async def test_what_was_done_is_taken_back_newest_first() -> None:
    order = fresh("order")
    fails("ship", Refused("carrier", "too heavy"))
    assert await durable.run(shop.promise, order, 10, id=f"promise:{order}") == Undone(reason="too heavy")
    assert Shop.done == [f"reserve {order}", f"charge {order}", f"refund {order}", f"release {order}"]
    assert (await runs.show(f"promise:{order}")).run.state is State.UNDONE


async def test_an_undo_that_fails_says_what_is_left_and_goes_on_from_there() -> None:
    order = fresh("order")
    fails("ship", Refused("carrier", "too heavy"))
    fails("refund", Refused("bank", "closed"))
    started = await durable.start(shop.promise, order, 10, id=f"promise:{order}")
    needy = await stands(started.id, State.NEEDS_PERSON)
    assert (needy.step, needy.error) == ("refund", "UndoStopped")
    assert needy.needs == "left to undo: refund, release (bank: closed)"
    assert asked("release", order) == 0
    await runs.restart(started.id, by="ada", why="the bank is open")
    assert await started.outcome() == Undone(reason="too heavy")
    assert [asked(step, order) for step in ("charge", "ship", "refund", "release")] == [1, 1, 2, 1]


async def test_an_undo_waits_for_a_platform_that_is_down() -> None:
    order = fresh("order")
    fails("ship", Refused("carrier", "too heavy"))
    fails("refund", *down(4, "bank"))
    assert await durable.run(shop.promise, order, 10, id=f"promise:{order}") == Undone(reason="too heavy")
    assert [asked(step, order) for step in ("refund", "release")] == [5, 1]


async def test_an_error_that_the_flow_went_on_after_is_remembered_as_it_was() -> None:
    order = fresh("order")
    fails("ship", *down(4))
    outcome = await durable.run(shop.choosy, order, id=f"choosy:{order}")
    assert outcome == "no amount -1"
    assert [asked(step, order) for step in ("charge", "ship")] == [1, 5]


async def test_an_error_of_ones_own_is_remembered_as_it_was() -> None:
    order = fresh("order")
    fails("ship", *down(4))
    assert await durable.run(shop.own_error, order, id=f"own:{order}") == f"there is such a {order} already"


async def test_a_bug_needs_a_person_and_its_text_is_not_kept() -> None:
    started = await durable.start(shop.bug, "sk_live_canary", id=fresh("bug"))
    needy = await stands(started.id, State.NEEDS_PERSON)
    assert needy.error == "KeyError"
    assert needy.needs is not None
    assert needy.needs.startswith("a repair of the program: ")
    assert "shop.py" in needy.needs
    shown = await runs.show(started.id)
    assert "canary" not in str(shown.steps) + needy.needs


async def test_children_do_not_hold_each_other_up() -> None:
    order = fresh("order")
    fails("ship", *down(1000))
    started = await durable.start(
        shop.fan_out, order, id=f"fan:{order}", about=About(account="acc_1", keys=(order,))
    )
    await until_it(lambda: asked("release", order) == 1)
    parent = await stands(started.id, State.WAITING)
    assert parent.needs == f"waits for the end of fan:{order}:ship"
    shop.heals("ship")
    assert await started.outcome() == ("ship", "release")
    shown = await runs.show(started.id)
    assert [child.id for child in shown.children] == [f"fan:{order}:ship", f"fan:{order}:release"]
    assert [Shop.done.count(f"{step} {order}") for step in ("ship", "release")] == [1, 1]


async def test_a_child_that_is_given_up_is_told_to_its_parent() -> None:
    order = fresh("order")
    fails("ship", Refused("carrier", "too heavy"))
    started = await durable.start(shop.fan_out, order, id=f"fan:{order}")
    await stands(f"fan:{order}:ship", State.NEEDS_PERSON)
    await stands(started.id, State.WAITING)
    await runs.dismiss(f"fan:{order}:ship", by="ada", why="carried by hand")
    needy = await stands(started.id, State.NEEDS_PERSON)
    assert (needy.step, needy.error) == ("finished", "Abandoned")


async def test_a_moment_of_business_time_is_waited_for_as_a_row(time: FixedClock) -> None:
    order = fresh("order")
    started = await durable.start(shop.grace, order, NOW + timedelta(days=14), id=f"grace:{order}")
    waiting = await stands(started.id, State.WAITING)
    assert waiting.waits_until == NOW + timedelta(days=14)
    assert waiting.next_try_at is None
    time.forward(timedelta(days=13))
    with pytest.raises(StillRunning):
        await started.outcome(within=0.5)
    time.forward(timedelta(days=1))
    assert await started.outcome() == "let go"
    assert [asked(step, order) for step in ("reserve", "release")] == [1, 1]


async def test_who_waits_for_a_person_is_woken_by_the_answer() -> None:
    order = fresh("order")
    started = await durable.start(shop.needs_approval, order, id=f"approval:{order}")
    await stands(started.id, State.WAITING)
    # Looks a second time soon, in case the answer came between the first look and the waiting; then waits.
    await until_it(lambda: asked("approved", order) == 2)
    await stands(started.id, State.WAITING)
    shop.Approvals.given.add(order)
    await durable.wake(f"approval:{order}")
    assert await started.outcome(within=5.0) == "granted"
    assert [asked(step, order) for step in ("reserve", "approved")] == [1, 3]


async def test_steps_side_by_side_keep_their_places() -> None:
    order = fresh("order")
    fails("ship", *down(4))
    assert await durable.run(shop.side_by_side, order, id=f"side:{order}") == 3
    assert asked("ship", order) == 5
    names = [step.name for step in (await runs.show(f"side:{order}")).steps]
    assert names == ["reserve", "ship", "release", "reserve"]


async def test_a_crowd_waits_in_the_queue() -> None:
    Shop.door = asyncio.Event()
    orders = [fresh("order") for _ in range(50)]
    started = [await durable.start(shop.crowd, order, id=f"crowd:{order}") for order in orders]
    await until_it(lambda: Shop.at_once == AT_ONCE)
    Shop.door.set()
    assert [await one.outcome() for one in started] == orders
    assert Shop.most_at_once == AT_ONCE


async def test_a_write_has_the_same_key_in_every_attempt_and_life() -> None:
    order = fresh("order")
    fails("charge", *down(4, "bank"))
    await durable.run(shop.sale, order, 10, id=f"sale:{order}")
    assert set(Shop.keys["charge"]) == {f"sale:{order}/charge/card"}
    assert len(Shop.keys["charge"]) == 5


async def test_a_cancelled_run_stops_before_its_next_step_and_may_go_on_from_there() -> None:
    order = fresh("order")
    Shop.door = asyncio.Event()
    started = await durable.start(shop.crowd, order, id=f"crowd:{order}")
    await until_it(lambda: Shop.at_once == 1)
    await runs.cancel(started.id, by="ada", why="no longer wanted")
    with pytest.raises(Abandoned):
        await started.outcome()
    with pytest.raises(WrongState):
        await runs.dismiss(started.id, by="ada", why="twice")
    Shop.door.set()
    await runs.restart(started.id, by="ada", why="wanted after all")
    assert await started.outcome() == order


async def test_outside_a_run_a_step_is_a_function_with_patience() -> None:
    fails("ship", Unavailable("carrier"))
    assert (await shop.ship("order")).number == "parcel of order"
    with pytest.raises(RuntimeError):
        await shop.reserve("order")
    fails("ship", *down(3))
    with pytest.raises(Unavailable):
        await shop.ship("order")


async def test_a_node_has_a_name_that_stays(house: House) -> None:
    assert house.node.endswith("-1")
