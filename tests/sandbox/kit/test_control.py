"""Does the control face say what happened and do what it is told?"""

import pytest

from tests.sandbox.kit.toys import Town


async def test_a_call_is_in_the_log_of_its_own_platform_only(town: Town) -> None:
    trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    await town.ask("GET", "/toys?colour=red", headers={"traceparent": trace})
    (call,) = (await town.ask("GET", "/_sim/calls"))[1]["data"]
    assert (call["method"], call["path"], call["query"]) == ("GET", "/toys", "colour=red")
    assert (call["status"], call["effect"], call["traceparent"]) == (200, False, trace)
    assert (await town.ask("GET", "/_sim/calls", "shoes"))[1] == {"data": []}


async def test_a_call_that_changed_something_says_so_with_its_key(town: Town) -> None:
    await town.ask("POST", "/toys", headers={"Idempotency-Key": "sell-1"})
    (call,) = (await town.ask("GET", "/_sim/calls"))[1]["data"]
    assert (call["effect"], call["key"], call["status"]) == (True, "sell-1", 201)


async def test_a_call_that_met_a_fault_is_in_the_log_with_the_fault(town: Town) -> None:
    await town.fault(fault="error_500")
    await town.ask("GET", "/toys")
    (call,) = (await town.ask("GET", "/_sim/calls"))[1]["data"]
    assert (call["fault"], call["status"], call["effect"]) == ("error_500", 500, False)


async def test_calls_since_a_sequence_number_or_a_moment(town: Town) -> None:
    for _ in range(3):
        await town.ask("GET", "/toys")
    calls = (await town.ask("GET", "/_sim/calls"))[1]["data"]
    after_one = (await town.ask("GET", "/_sim/calls?since=1"))[1]["data"]
    assert [call["sequence"] for call in after_one] == [2, 3]
    from_third = (await town.ask("GET", f"/_sim/calls?since={calls[2]['at']}"))[1]["data"]
    assert [call["sequence"] for call in from_third] == [3]
    for long_ago in ("2026-01-01T00:00:00Z", "2026-01-01T00:00:00+09:00", "2026-01-01 00:00", "2026-01-01"):
        assert len((await town.ask("GET", f"/_sim/calls?since={long_ago}"))[1]["data"]) == 3
    assert (await town.ask("GET", "/_sim/calls?since=yesterday"))[0] == 400


async def test_an_unknown_path_and_a_wrong_method_are_answered_in_the_vendors_words(town: Town) -> None:
    assert await town.ask("GET", "/trains") == (404, {"toy_error": "no such toy"})
    assert await town.ask("DELETE", "/toys") == (405, {"toy_error": "not that way"})


async def test_the_clock_is_one_for_all_and_moves_forward(town: Town) -> None:
    before = (await town.ask("GET", "/_sim/clock", "shoes"))[1]
    status, moved = await town.ask("POST", "/_sim/clock", json={"advance_seconds": 86_400})
    after = (await town.ask("GET", "/_sim/clock", "shoes"))[1]
    assert status == 200
    assert (before["offset_seconds"], moved["offset_seconds"], after["offset_seconds"]) == (0, 86_400, 86_400)
    assert after["now"][:10] > before["now"][:10]


@pytest.mark.parametrize(
    "body",
    [
        '{"advance_seconds": -1}',
        '{"advance_seconds": "1"}',
        "{}",
        "[]",
        "{",
        "1e999",
        '{"advance_seconds": 1e300}',
        '{"advance_seconds": NaN}',
        '{"advance": 1}',
    ],
)
async def test_a_clock_that_cannot_be_is_refused(town: Town, body: str) -> None:
    status, answer = await town.ask("POST", "/_sim/clock", data=body)
    assert status == 400
    assert answer["reason"]
    assert (await town.ask("GET", "/_sim/clock"))[1]["offset_seconds"] == 0


async def test_reset_gives_back_the_world_the_clock_no_faults_and_no_calls_of_every_platform(
    town: Town,
) -> None:
    names = {account.name for account in town.practice.world.accounts.values()}
    town.practice.world.accounts.clear()
    version = town.practice.world.version
    await town.ask("POST", "/_sim/clock", json={"advance_seconds": 60})
    await town.fault("shoes", fault="error_500")
    await town.ask("GET", "/toys", "shoes")
    status, answer = await town.ask("POST", "/_sim/reset")
    assert (status, answer["seed"]) == (200, 1)
    assert {account.name for account in town.practice.world.accounts.values()} == names
    assert town.practice.world.version > version
    assert (await town.ask("GET", "/_sim/clock"))[1]["offset_seconds"] == 0
    assert (await town.ask("GET", "/_sim/calls", "shoes"))[1] == {"data": []}
    assert (await town.ask("GET", "/toys", "shoes"))[0] == 200


async def test_reset_with_another_seed_gives_another_world(town: Town) -> None:
    before = repr(town.practice.world.accounts)
    assert (await town.ask("POST", "/_sim/reset", json={"seed": 2}))[1]["seed"] == 2
    assert repr(town.practice.world.accounts) != before
    assert (await town.ask("POST", "/_sim/reset", json={"seed": "2"}))[0] == 400


async def test_the_state_of_a_kind_of_object_and_of_one(town: Town) -> None:
    assert (await town.ask("GET", "/_sim/state/toy"))[1] == {"data": [{"id": "bear"}, {"id": "duck"}]}
    assert (await town.ask("GET", "/_sim/state/toy?id=duck"))[1] == {"data": [{"id": "duck"}]}
    assert (await town.ask("GET", "/_sim/state/train"))[0] == 400
