"""Is a write carried out once for each idempotency key?"""

import asyncio

import aiohttp
import pytest

from tests.sandbox.stripe.till import Till

SENT = {"name": "Nova", "metadata[gateway_id]": "acc_1"}
KEY = {"Idempotency-Key": "q2c:1:customer"}


async def raw(till: Till, path: str, sent: dict[str, str], key: dict[str, str]) -> aiohttp.ClientResponse:
    head = {"Authorization": f"Bearer {till.practice.keys.stripe.api_key}", **key}
    async with till.client.post(till.url + path, data=sent, headers=head) as answer:
        await answer.read()  # what was read can be asked for again when the connection is given back
        return answer


async def test_the_same_call_is_answered_again_and_not_done_again(own_till: Till) -> None:
    count = len(own_till.practice.world.accounts)
    first = await raw(own_till, "/v1/customers", SENT, KEY)
    again = await raw(own_till, "/v1/customers", SENT, KEY)
    assert await first.json() == await again.json()
    assert ("Idempotent-Replayed" in first.headers, again.headers["Idempotent-Replayed"]) == (False, "true")
    assert len(own_till.practice.world.accounts) == count + 1
    calls = list(own_till.practice.calls["stripe"].since(None))[-2:]
    assert [(call.key, call.effect) for call in calls] == [
        (KEY["Idempotency-Key"], True),
        (KEY["Idempotency-Key"], False),
    ]


async def test_the_same_key_for_another_call_is_refused(own_till: Till) -> None:
    await own_till.done("/v1/customers", SENT, **KEY)
    for path, sent in (("/v1/customers", {"name": "Other"}), ("/v1/refunds", SENT)):
        status, body = await own_till.write(path, sent, **KEY)
        assert (status, body["error"]["type"]) == (400, "idempotency_error")


async def test_a_call_that_did_not_fit_leaves_its_key_free(own_till: Till) -> None:
    assert (await own_till.write("/v1/customers", {"nome": "x"}, **KEY))[0] == 400
    assert (await own_till.write("/v1/customers", SENT, **KEY))[0] == 200


async def test_a_declined_card_is_answered_again_under_its_key(own_till: Till) -> None:
    _, failed = await own_till.control("/fail-payment")
    path = f"/v1/invoices/{failed['invoice']}/pay"
    first, second = [await own_till.write(path, {}, **KEY) for _ in range(2)]
    assert (first, first[0]) == (second, 402)
    assert (await own_till.read(f"/v1/invoices/{failed['invoice']}"))["attempt_count"] == 2


async def test_a_server_error_is_kept_and_answered_again(own_till: Till) -> None:
    count = len(own_till.practice.world.accounts)
    await own_till.control("/faults", fault="error_500", calls=1)
    assert (await raw(own_till, "/v1/customers", SENT, KEY)).status == 500
    again = await raw(own_till, "/v1/customers", SENT, KEY)
    assert (again.status, again.headers["stripe-should-retry"]) == (500, "false")
    assert again.headers["Idempotent-Replayed"] == "true"
    assert (await own_till.write("/v1/customers", SENT))[0] == 200
    assert len(own_till.practice.world.accounts) == count + 1


async def test_a_lost_answer_is_there_for_the_second_try(own_till: Till) -> None:
    count = len(own_till.practice.world.accounts)
    await own_till.control("/faults", fault="commit_then_cut", calls=1)
    with pytest.raises(aiohttp.ClientConnectionError):
        await own_till.write("/v1/customers", SENT, **KEY)
    assert len(own_till.practice.world.accounts) == count + 1
    answer = await raw(own_till, "/v1/customers", SENT, KEY)
    assert (answer.status, answer.headers["Idempotent-Replayed"]) == (200, "true")
    assert len(own_till.practice.world.accounts) == count + 1


async def test_what_never_arrived_is_done_by_the_second_try(own_till: Till) -> None:
    count = len(own_till.practice.world.accounts)
    await own_till.control("/faults", fault="cut_before", calls=1)
    with pytest.raises(aiohttp.ClientConnectionError):
        await own_till.write("/v1/customers", SENT, **KEY)
    assert len(own_till.practice.world.accounts) == count
    assert "Idempotent-Replayed" not in (await raw(own_till, "/v1/customers", SENT, KEY)).headers


async def test_two_at_the_same_time_with_one_key_are_one_and_a_409(own_till: Till) -> None:
    count = len(own_till.practice.world.accounts)
    await own_till.control("/faults", fault="slow", seconds_slow=0.2)
    both = await asyncio.gather(*(own_till.write("/v1/customers", SENT, **KEY) for _ in range(2)))
    assert sorted(status for status, _ in both) == [200, 409]
    assert len(own_till.practice.world.accounts) == count + 1


async def test_a_locked_object_is_a_429_without_a_reason_and_nothing_is_kept(own_till: Till) -> None:
    await own_till.control("/faults", fault="locked_row", calls=1)
    answer = await raw(own_till, "/v1/customers", SENT, KEY)
    assert (answer.status, (await answer.json())["error"]["code"]) == (429, "lock_timeout")
    assert "Stripe-Rate-Limited-Reason" not in answer.headers
    assert (await own_till.write("/v1/customers", SENT, **KEY))[0] == 200


async def test_a_key_is_of_bounded_length(own_till: Till) -> None:
    status, body = await own_till.write("/v1/customers", SENT, **{"Idempotency-Key": "k" * 256})
    assert (status, body["error"]["type"]) == (400, "idempotency_error")


async def test_a_closed_period_is_nothing_stripe_knows(own_till: Till) -> None:
    status, body = await own_till.control("/faults", fault="closed_period")
    assert status == 400
    assert "no such fault" in body["reason"]
