"""Do all callers of a connection share one token, renewed once?"""

import asyncio

import pytest
from aiohttp import web

from system_apis.errors import PlatformError, Unauthorised, Unavailable, Unreadable
from system_apis.granting import ask_for_token
from system_apis.tokens import Bearer, Token, Tokens
from tests.system_apis.elsewhere import Thing, Turns, always, behaving, connected, cut, silent


class Door:
    """A platform that takes only the newest token, and counts who asked for one."""

    def __init__(self, lives: float | None = None) -> None:
        self.asked = 0
        self.lives = lives
        self.closed = False

    async def __call__(self, request: web.Request) -> web.StreamResponse:
        if request.path == "/token":
            self.asked += 1
            await asyncio.sleep(0.05)
            body = {"access_token": f"token-{self.asked}"}
            return web.json_response(body | ({"expires_in": self.lives} if self.lives else {}))
        good = request.headers.get("Authorization") == f"Bearer token-{self.asked}" and not self.closed
        return web.json_response({"name": "it"}, status=200 if good else 401)

    def expire(self) -> None:
        """Every token given out so far ends."""
        self.asked += 100


def tokens(url: str) -> Tokens:
    return Tokens("there", lambda: ask_for_token("there", f"{url}/token", form={"a": "b"}))


async def test_fifty_calls_with_an_ended_token_make_one_token_request() -> None:
    door = Door()
    async with behaving(door) as url, connected(url, auth=Bearer(tokens(url)), in_flight=50) as there:
        await there.call("GET", "/things", returns=Thing)
        door.expire()
        before = door.asked
        await asyncio.gather(*(there.call("GET", "/things", returns=Thing) for _ in range(50)))
        assert door.asked == before + 1


async def test_the_first_fifty_calls_make_one_token_request() -> None:
    door = Door()
    async with behaving(door) as url, connected(url, auth=Bearer(tokens(url)), in_flight=50) as there:
        await asyncio.gather(*(there.call("GET", "/things", returns=Thing) for _ in range(50)))
        assert door.asked == 1


async def test_a_token_is_renewed_before_it_ends_and_nobody_waits_for_it() -> None:
    now = 0.0
    go, renewed = asyncio.Event(), asyncio.Event()
    given = iter("ab")

    async def ask() -> Token:
        value = next(given)
        if value == "b":
            await go.wait()
            renewed.set()
        return Token(value, lives=100)

    kept = Tokens("there", ask, early=60, clock=lambda: now)
    await kept.current()
    now = 50.0
    assert [await kept.current() for _ in range(3)] == ["a", "a", "a"]
    go.set()
    await renewed.wait()
    assert await kept.current() == "b"


async def test_an_ended_token_is_not_used_again() -> None:
    now = 0.0
    given = iter("abc")

    async def ask() -> Token:
        return Token(next(given), lives=100)

    kept = Tokens("there", ask, early=0, clock=lambda: now)
    assert await kept.current() == "a"
    now = 99.0
    assert await kept.current() == "a"
    now = 100.0
    assert await kept.current() == "b"


async def test_refused_credentials_are_not_tried_again_for_a_while() -> None:
    door = Turns(always(400, {"error": "invalid_client"}))
    async with behaving(door) as url, connected(url, auth=Bearer(tokens(url))) as there:
        for _ in range(5):
            with pytest.raises(Unauthorised):
                await there.call("GET", "/things", returns=Thing)
        assert len(door.calls) == 1


async def test_a_door_that_stays_closed_is_unauthorised_after_one_new_token() -> None:
    door = Door()
    async with behaving(door) as url, connected(url, auth=Bearer(tokens(url))) as there:
        await there.call("GET", "/things", returns=Thing)
        door.closed = True
        for _ in range(5):
            with pytest.raises(Unauthorised):
                await there.call("GET", "/things", returns=Thing)
        assert door.asked == 2


async def test_tokens_that_end_often_are_renewed_as_often() -> None:
    door = Door()
    async with behaving(door) as url, connected(url, auth=Bearer(tokens(url))) as there:
        for _ in range(4):
            door.expire()
            await there.call("GET", "/things", returns=Thing)
        assert door.asked == 404


async def test_one_who_gives_up_does_not_end_the_renewal_for_the_others() -> None:
    door = Door()
    async with behaving(door) as url:
        kept = tokens(url)
        impatient = asyncio.create_task(kept.current())
        patient = asyncio.create_task(kept.current())
        await asyncio.sleep(0)
        impatient.cancel()
        assert await patient == "token-1"
        assert impatient.cancelled()
        assert door.asked == 1


async def test_the_deadline_of_a_call_holds_while_it_waits_for_a_token() -> None:
    async with behaving(silent) as url, connected(url, auth=Bearer(tokens(url)), deadline=0.2) as there:
        with pytest.raises(Unavailable):
            await there.call("GET", "/things", returns=Thing)


TROUBLE = [
    (always(401), Unauthorised),
    (always(500), Unavailable),
    (cut, Unavailable),
    (always(302), Unreadable),
    (always(200, {"token": "x"}), Unreadable),
    (always(200, "x" * 100_000), Unreadable),
    (always(200, {"access_token": "s3cret", "expires_in": "soon"}), Unreadable),
]


@pytest.mark.parametrize(("behaviour", "error"), TROUBLE)
async def test_a_token_request_fails_by_name_and_without_its_secrets(
    behaviour: Turns, error: type[PlatformError]
) -> None:
    async with behaving(behaviour) as url:
        with pytest.raises(error) as caught:
            await ask_for_token("there", f"{url}/token", basic=("me", "s3cret"))
    assert "s3cret" not in str(caught.value)


def test_a_token_is_not_printed() -> None:
    assert "s3cret" not in repr(Token("s3cret", 5))
