"""Do messages reach the address that asked for them, in the way the mode says?"""

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest

from sandbox.kit.webhooks import LIMIT, Message, Webhooks
from tests.sandbox.kit.receiver import Receiver, receiving
from tests.sandbox.kit.toys import Town


@pytest.fixture
async def receiver(town: Town) -> AsyncIterator[Receiver]:
    async with receiving() as receiver:
        assert (await town.ask("POST", "/_sim/webhooks", json={"url": receiver.url}))[0] == 200
        yield receiver


def message(text: str, key: str = "one") -> Message:
    return Message(text, key, text.encode(), lambda at: {"Toys-At": at.isoformat()})


def emit(town: Town, *texts: str, key: str = "one") -> None:
    for text in texts:
        town.practice.webhooks["toys"].emit(message(text, key))


async def mode(town: Town, mode: str) -> dict[str, Any]:
    status, told = await town.ask("POST", "/_sim/webhooks", json={"mode": mode})
    assert status == 200
    return dict(told)


async def state(town: Town) -> dict[str, Any]:
    return dict((await town.ask("GET", "/_sim/webhooks"))[1])


NUMBERS = [str(number) for number in range(20)]


async def test_messages_about_one_thing_come_in_order_and_once(town: Town, receiver: Receiver) -> None:
    emit(town, *NUMBERS)
    await receiver.until(20)
    assert receiver.bodies == NUMBERS
    told = await state(town)
    assert (told["mode"], told["delivered"], told["waiting"]) == ("deliver", 20, 0)


async def test_each_try_is_signed_when_it_is_sent(town: Town, receiver: Receiver) -> None:
    town.practice.webhooks["toys"].gaps = (0.2,)
    answers = iter((500, 200))
    receiver.answer = lambda body: next(answers)
    emit(town, "bear")
    await receiver.until(2)
    assert receiver.bodies == ["bear", "bear"]
    first, second = (headers["Toys-At"] for _, headers in receiver.came)
    assert first < second


async def test_a_message_that_is_not_taken_holds_up_its_own_kind_only(town: Town, receiver: Receiver) -> None:
    town.practice.webhooks["toys"].gaps = (0.3,)
    refused = {b"bad"}
    receiver.answer = lambda body: 503 if body in refused else 200
    emit(town, "bad", "behind", key="held up")
    emit(town, "free", key="other")
    await receiver.until(2)
    assert sorted(receiver.bodies) == ["bad", "free"]
    refused.clear()
    await receiver.until(4)
    assert receiver.bodies[2:] == ["bad", "behind"]


async def test_a_message_that_is_never_taken_is_given_up(town: Town, receiver: Receiver) -> None:
    town.practice.webhooks["toys"].gaps = (0.01, 0.01)
    receiver.answer = lambda body: 302
    emit(town, "bear", "duck")
    await receiver.until(6)
    await asyncio.sleep(0.05)
    told = await state(town)
    assert (told["failed"], told["waiting"], len(receiver.came)) == (2, 0, 6)


async def test_a_receiver_that_is_not_there_is_tried_again(town: Town, receiver: Receiver) -> None:
    town.practice.webhooks["toys"].gaps = (0.05,) * 20
    url = receiver.url
    await town.ask("POST", "/_sim/webhooks", json={"url": "http://127.0.0.1:9/nobody"})
    emit(town, "bear")
    await asyncio.sleep(0.1)
    await town.ask("POST", "/_sim/webhooks", json={"url": url})
    await receiver.until(1)
    assert receiver.bodies == ["bear"]


async def test_held_messages_come_when_the_mode_changes_back(town: Town, receiver: Receiver) -> None:
    await mode(town, "hold")
    emit(town, *NUMBERS)
    await asyncio.sleep(0.1)
    assert receiver.came == []
    assert (await state(town))["waiting"] == 20
    await mode(town, "deliver")
    await receiver.until(20)
    assert receiver.bodies == NUMBERS


async def test_dropped_messages_never_come(town: Town, receiver: Receiver) -> None:
    await mode(town, "drop")
    emit(town, *NUMBERS)
    assert (await mode(town, "deliver"))["dropped"] == 20
    emit(town, "after")
    await receiver.until(1)
    assert receiver.bodies == ["after"]


async def test_shuffled_messages_all_come_in_another_order(town: Town, receiver: Receiver) -> None:
    await mode(town, "shuffle")
    emit(town, *NUMBERS, "the last")
    await receiver.until(21)
    assert sorted(receiver.bodies) == sorted([*NUMBERS, "the last"])
    assert receiver.bodies[:20] != NUMBERS


async def test_doubled_messages_come_twice(town: Town, receiver: Receiver) -> None:
    await mode(town, "double")
    emit(town, "bear", "duck")
    await receiver.until(4)
    assert receiver.bodies == ["bear", "bear", "duck", "duck"]


async def test_without_an_address_nothing_waits(town: Town) -> None:
    emit(town, *NUMBERS)
    assert (await state(town))["waiting"] == 0


async def test_a_slow_receiver_keeps_nobody_from_an_answer(town: Town, receiver: Receiver) -> None:
    await town.ask("POST", "/_sim/webhooks", json={"url": receiver.url.replace("127.0.0.1", "192.0.2.1")})
    emit(town, *NUMBERS)
    began = time.monotonic()
    assert (await town.ask("GET", "/toys"))[0] == 200
    assert time.monotonic() - began < 1


def test_what_waits_is_bounded() -> None:
    webhooks = Webhooks(url="http://127.0.0.1:9/", mode="hold")
    for number in range(LIMIT + 3):
        webhooks.emit(message(str(number)))
    assert (webhooks.waiting, webhooks.dropped) == (LIMIT, 3)


async def test_a_reset_forgets_what_waits_and_keeps_the_address(town: Town, receiver: Receiver) -> None:
    await mode(town, "hold")
    emit(town, "bear")
    await town.ask("POST", "/_sim/reset")
    told = await state(town)
    assert (told["mode"], told["waiting"], told["url"]) == ("deliver", 0, receiver.url)


@pytest.mark.parametrize(
    "asked", [{"mode": "fast"}, {"url": "elsewhere"}, {"url": "ftp://a/b"}, {"to": "x"}, {"mode": ["hold"]}]
)
async def test_what_cannot_be_is_refused(town: Town, asked: dict[str, Any]) -> None:
    assert (await town.ask("POST", "/_sim/webhooks", json=asked))[0] == 400
