"""Is everybody's share kept, said, and given back in time?"""

import asyncio
import re
import time
from pathlib import Path

import msgspec
import pytest

from canonical.caller import AccountScope, Caller
from gateway.callers import Callers, Credential
from gateway.errors import TooManyRequests
from gateway.issuer import EmbeddedIssuer
from gateway.limits import Limits
from gateway.reception import Reception
from tests.gateway.things import ANNA, Visit

PATH = "/things/v1/things/x"
TINY = msgspec.structs.replace(ANNA, plan="tiny")


def caller(subject: str = "a", client: str = "c", plan: str = "default") -> Caller:
    return Caller(subject=subject, client=client, scopes=frozenset(), plan=plan, scope=AccountScope())


async def left(limits: Limits, who: Caller, weight: int = 1) -> str:
    return dict(await limits.spend(who, weight))[b"ratelimit"].decode()


async def test_what_is_left_is_counted_down_to_a_refusal(visit: Visit) -> None:
    door = await visit(TINY)
    answers = [await door.get(PATH) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert [answer.headers["ratelimit"] for answer in answers] == [
        f'"default";r={n};t=1' for n in (2, 1, 0, 0)
    ]
    assert answers[3].headers["ratelimit-policy"] == '"default";q=3;w=1'
    assert answers[3].json()["code"] == "rate_limited"


async def test_who_waits_as_told_is_let_in(visit: Visit) -> None:
    door = await visit(TINY)
    refused = [answer for _ in range(5) if (answer := await door.get(PATH)).status_code == 429]
    await asyncio.sleep(int(refused[-1].headers["retry-after"]))  # the promise under test
    assert (await door.get(PATH)).status_code == 200


async def test_exactly_the_plan_is_let_in_when_all_ask_at_once(visit: Visit) -> None:
    door = await visit(plans={"default": "20/minute"})
    answers = await asyncio.gather(*(door.get(PATH) for _ in range(60)))
    assert sorted(answer.status_code for answer in answers) == [200] * 20 + [429] * 40


async def test_errors_count_too(visit: Visit) -> None:
    door = await visit(TINY)
    assert [(await door.get("/nowhere")).status_code for _ in range(4)] == [404, 404, 404, 429]


async def test_one_callers_use_does_not_touch_another(visit: Visit, issuer: EmbeddedIssuer) -> None:
    door = await visit(TINY)
    for _ in range(4):
        await door.get(PATH)
    other = issuer.mint(msgspec.structs.replace(TINY, subject="ben"))
    assert (await door.get(PATH, headers={"authorization": f"Bearer {other}"})).status_code == 200


async def test_a_new_token_is_no_new_share(visit: Visit, issuer: EmbeddedIssuer) -> None:
    door = await visit(TINY)
    statuses = [
        (await door.get(PATH, headers={"authorization": f"Bearer {issuer.mint(TINY)}"})).status_code
        for _ in range(4)
    ]
    assert statuses == [200, 200, 200, 429]


async def test_strangers_are_limited_by_their_address(visit: Visit) -> None:
    door = await visit(None, anonymous="3/minute")
    answers = [await door.get("/docs") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert int(answers[3].headers["retry-after"]) <= 60


async def test_probes_are_never_limited(visit: Visit) -> None:
    door = await visit(None, anonymous="1/minute")
    assert {(await door.get("/livez")).status_code for _ in range(5)} == {200}
    assert {(await door.get("/readyz")).status_code for _ in range(5)} == {200}


async def test_guessing_credentials_is_stopped_before_they_are_looked_at(visit: Visit) -> None:
    looked_at = []

    async def verify(key: str) -> Caller | None:
        looked_at.append(key)
        return None

    door = await visit(None, anonymous="3/minute", verify_key=verify)
    statuses = [(await door.get(PATH, headers={"x-api-key": f"k{n}"})).status_code for n in range(6)]
    assert statuses == [401, 401, 401, 429, 429, 429]
    assert looked_at == ["k0", "k1", "k2"]


async def test_who_was_known_is_let_in_however_many_guess_beside_them(
    visit: Visit, issuer: EmbeddedIssuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    living = {"the-key"}

    async def verify(key: str) -> Caller | None:
        return caller() if key in living else None

    monkeypatch.setattr("gateway.callers._BELIEVED_FOR", 0.0)  # a token is proven anew each time, as a key is
    door = await visit(None, anonymous="3/minute", verify_key=verify)
    key, token = {"x-api-key": "the-key"}, {"authorization": f"Bearer {issuer.mint(ANNA)}"}

    async def asked(headers: dict[str, str]) -> int:
        return (await door.get("/docs", headers=headers)).status_code

    assert [await asked(key), await asked(token)] == [200, 200]
    assert [await asked({"x-api-key": f"k{n}"}) for n in range(4)] == [401, 401, 401, 429]
    assert [await asked(one) for one in (key, token, key, token)] == [200] * 4
    living.clear()
    assert [await asked(key), await asked(key)] == [401, 429]


async def test_no_more_of_the_known_are_remembered_than_there_is_room_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def verify(key: str) -> Caller | None:
        return caller()

    monkeypatch.setattr("gateway.reception.REMEMBERED", 3)
    reception = Reception(Callers((), verify), Limits({"default": "99/minute"}))
    for number in range(10):
        await reception.admit([(b"x-api-key", b"k%d" % number)], "203.0.113.1", [])
    assert list(reception._proven) == [hash(Credential(None, b"k%d" % number)) for number in (7, 8, 9)]


async def test_credentials_of_no_known_kind_count_as_none(visit: Visit) -> None:
    door = await visit(None, anonymous="2/minute")
    basic = {"authorization": "Basic YTpi"}
    assert [(await door.get(PATH, headers=basic)).status_code for _ in range(3)] == [401, 401, 429]


async def test_strangers_push_no_caller_out() -> None:
    limits = Limits({"default": "7/minute"}, most=10)
    await left(limits, caller())
    for number in range(100):
        limits.greet(f"10.0.0.{number}")
    assert await left(limits, caller()) == '"default";r=5;t=60'


async def test_strangers_do_not_use_up_what_is_left_for_callers_at_the_same_address(
    visit: Visit, issuer: EmbeddedIssuer
) -> None:
    door = await visit(None, anonymous="1/minute")
    assert [(await door.get("/docs")).status_code for _ in range(3)] == [200, 429, 429]
    anna = {"authorization": f"Bearer {issuer.mint(ANNA)}"}
    assert [(await door.get(PATH, headers=anna)).status_code for _ in range(3)] == [200] * 3


async def test_an_unknown_plan_is_the_default_one() -> None:
    limits = Limits({"default": "7/minute"})
    assert await left(limits, caller(plan="invented")) == '"default";r=6;t=60'


async def test_the_number_of_windows_is_bounded() -> None:
    limits = Limits({"default": "7/minute"}, most=10)
    for number in range(1_000):
        await left(limits, caller(subject=str(number)))
    assert limits._callers._windows.reset() == 10


async def test_a_refusal_does_not_prolong_the_wait() -> None:
    limits = Limits({"default": "1/second"})
    await limits.spend(caller())
    began, refused = time.monotonic(), 0
    while refused < 500:
        try:
            await limits.spend(caller())
            break
        except TooManyRequests:
            refused += 1
            await asyncio.sleep(0.02)  # knocking all the time is what is tried here
    assert 5 < refused < 500
    assert time.monotonic() - began >= 0.9


async def test_a_refusal_says_how_long_also_at_the_very_moment_when_there_is_room_again() -> None:
    limits = Limits({"default": "50/second"})
    for _ in range(50):  # one after the other, so that they leave one after the other
        await limits.spend(caller())
        await asyncio.sleep(0.018)
    told, ends = [], time.monotonic() + 2
    while time.monotonic() < ends:
        try:
            await limits.spend(caller())
        except TooManyRequests as error:
            told.append(dict(error.headers)[b"retry-after"])
    assert len(told) > 1_000
    assert set(told) == {b"1"}


async def test_no_environment_file_changes_the_limits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".env").write_text("RATELIMIT_STRATEGY=nonsense\nRATELIMIT_ENABLED=false\n")
    monkeypatch.chdir(tmp_path)
    limits = Limits({"default": "1/minute"})
    await limits.spend(caller())
    with pytest.raises(TooManyRequests) as refusal:
        await limits.spend(caller())
    assert re.fullmatch(rb"\d+", dict(refusal.value.headers)[b"retry-after"])
