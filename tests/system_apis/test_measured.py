"""Is every call counted once, as the platform heard it and as it ended?"""

import asyncio
from collections import Counter

import pytest
from aiohttp import web

from system_apis.errors import Missing, Unavailable
from system_apis.measured import CALLS, RETRIES, TOKENS
from system_apis.tokens import Bearer, Token, Tokens
from tests.system_apis.elsewhere import Thing, Turns, always, reaching

OPERATION = "GET /things/{id}"


def counts() -> Counter[str]:
    """How many calls have ended how, so far."""
    return Counter(
        {
            outcome: sum(row)
            for (connection, operation, outcome), (row, _) in CALLS.rows().items()
            if (connection, operation) == ("there", OPERATION)
        }
    )


def retried() -> int:
    return RETRIES.rows().get(("there",), 0)


async def test_calls_and_further_attempts_are_counted_as_they_were_heard() -> None:
    turns = Turns(always(), always(404), always(503), always(), always(503))
    before, again = counts(), retried()
    async with reaching(turns) as transport:

        async def ask() -> None:
            await transport.call("GET", "/things/{id}", ids={"id": "1"}, returns=Thing)

        await ask()
        with pytest.raises(Missing):
            await ask()
        await ask()  # at the second try
        with pytest.raises(Unavailable):
            await ask()
    grown = counts() - before
    assert grown == {"ok": 2, "Missing": 1, "Unavailable": 1}
    assert len(turns.calls) == grown.total() + retried() - again


async def test_a_call_that_nobody_waited_for_is_counted_as_such() -> None:
    before, came = counts(), asyncio.Event()

    async def silent(request: web.Request) -> web.StreamResponse:
        came.set()
        await asyncio.Event().wait()
        raise AssertionError("nobody waits for ever")

    async with reaching(silent) as transport:
        call = asyncio.create_task(transport.call("GET", "/things/{id}", ids={"id": "1"}, returns=Thing))
        await came.wait()
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
    assert counts() - before == {"unfinished": 1}


async def test_tokens_that_are_kept_asked_for_and_not_got_are_counted() -> None:
    answers: list[Token | Unavailable] = [Token("t", 3600.0), Unavailable("counted", "down")]

    async def ask() -> Token:
        answer = answers.pop(0)
        if isinstance(answer, Unavailable):
            raise answer
        return answer

    tokens = Tokens("counted", ask)
    for _ in range(4):
        await tokens.current()
    with pytest.raises(Unavailable):
        await tokens.instead_of("t")
    await Bearer(tokens).aclose()
    found = {how: count for (connection, how), count in TOKENS.rows().items() if connection == "counted"}
    assert found == {"asked for": 2, "kept": 3, "not got": 1}
