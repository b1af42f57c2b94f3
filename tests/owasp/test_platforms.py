"""What can a hostile platform do to us, or make us do to others?"""

import re
import resource
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from typing import Any

import msgspec
import pytest
from aiohttp import web

from gateway.contracts import DOCUMENTS
from sandbox.kit.opening import opened
from sandbox.kit.practice import Practice
from system_apis.catalog import PLATFORMS
from system_apis.errors import PlatformError
from tests.owasp.hostile_platform import BOMB, HOSTILE, WORDS, after_a_token, listed, saying
from tests.ports.town import connected
from tests.system_apis.elsewhere import Behaviour, always, behaving

EACH = pytest.mark.parametrize("platform", list(PLATFORMS))
DEADLINE = 1.5
METADATA = "http://169.254.169.254/latest/meta-data/"
"""Where a cloud tells its machines their secrets."""


@cache
def practice() -> Practice:
    """Whose keys we hold."""
    return opened()


@asynccontextmanager
async def over(platform: str, behaviour: Behaviour) -> AsyncIterator[Any]:
    """The adapter of a platform that behaves like this."""
    async with (
        behaving(behaviour) as url,
        connected(practice(), {platform: url}, [platform], deadline=DEADLINE) as connections,
    ):
        yield connections.by_name(platform).port


class Bystander:
    """A server that nobody ever named in the settings; `calls` are those that came all the same."""

    def __init__(self) -> None:
        self.calls: list[str] = []

    async def __call__(self, request: web.Request) -> web.StreamResponse:
        self.calls.append(f"{request.method} {request.path_qs} {sorted(request.headers)}")
        return web.json_response({"access_token": "mine", "data": [], "records": [], "items": []})


def grown() -> int:
    """The most memory this process ever had, in bytes."""
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


class TestUnsafeConsumptionOfApis:
    """API10: what a platform says is believed in its form only, within bounds, or not at all."""

    @pytest.mark.parametrize("said", list(HOSTILE))
    @EACH
    async def test_a_hostile_answer_is_an_error_with_a_name(self, platform: str, said: str) -> None:
        async with over(platform, after_a_token(HOSTILE[said])) as port:
            began = time.monotonic()
            with pytest.raises(PlatformError) as caught:
                await port.account_record("1")
            assert time.monotonic() - began < DEADLINE + 1
            assert WORDS not in str(caught.value)

    @pytest.mark.parametrize("said", ["a page of HTML", "null", "nested without end", "a body without end"])
    @EACH
    async def test_a_hostile_answer_to_who_we_are_is_one_too(self, platform: str, said: str) -> None:
        async with over(platform, HOSTILE[said]) as port:
            with pytest.raises(PlatformError) as caught:
                await port.account_record("1")
            assert WORDS not in str(caught.value)

    @pytest.mark.parametrize("said", ["a gzip bomb", "a deflate bomb", "a body without end"])
    @EACH
    async def test_what_swells_is_not_taken_in(self, platform: str, said: str) -> None:
        async with over(platform, after_a_token(HOSTILE[said])) as port:
            with pytest.raises(PlatformError):  # the stub, in this process too, has what it needs now
                await port.account_record("1")
            before = grown()
            with pytest.raises(PlatformError):
                await port.account_records()
        assert grown() - before < BOMB // 2

    @EACH
    async def test_no_cookie_is_kept(self, platform: str) -> None:
        seen: list[str] = []

        async def baking(request: web.Request) -> web.StreamResponse:
            seen.append(request.headers.get("Cookie", ""))
            return web.json_response({}, headers={"Set-Cookie": f"{WORDS}=1; Path=/"})

        async with over(platform, after_a_token(baking)) as port:
            for _ in range(2):
                with pytest.raises(PlatformError):
                    await port.account_record("1")
        assert len(seen) >= 2
        assert set(seen) == {""}


class TestServerSideRequestForgery:
    """API7: we call the hosts of the settings and no other, whoever asks us to."""

    @pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
    @EACH
    async def test_no_redirect_is_followed(self, platform: str, status: int) -> None:
        bystander = Bystander()
        async with behaving(bystander) as elsewhere:
            for place in (elsewhere, f"//{elsewhere.removeprefix('http://')}/x", METADATA):
                send = saying("{}", status, Location=place)
                for behaviour in (send, after_a_token(send)):  # instead of a token, and instead of a record
                    async with over(platform, behaviour) as port:
                        with pytest.raises(PlatformError):
                            await port.account_record("1")
        assert bystander.calls == []

    @EACH
    async def test_a_next_page_elsewhere_is_not_turned_to(self, platform: str) -> None:
        bystander, told = Bystander(), 0
        async with behaving(bystander) as elsewhere:
            host = elsewhere.removeprefix("http://")
            for link in (f"{elsewhere}/next?page=2", f"//{host}/next", f"http://user@{host}/next", METADATA):
                page = after_a_token(always(body=listed(platform, link)))
                async with over(platform, page) as port:
                    try:
                        first = await port.account_records()
                        told += 1
                        await port.account_records(first.next)
                    except PlatformError:
                        told += 1
        assert told >= 4
        assert bystander.calls == []

    @pytest.mark.parametrize("shape", ["{}", "//{}", "/\\{}", "x@{}", "..//{}", "%2f%2f{}", "x?u=http://{}"])
    @EACH
    async def test_an_id_that_is_an_address_stays_an_id(self, platform: str, shape: str) -> None:
        bystander, came = Bystander(), []

        async def listening(request: web.Request) -> web.StreamResponse:
            came.append(request.headers["Host"])
            return web.json_response({}, status=404)

        async with behaving(bystander) as elsewhere:
            host = elsewhere.removeprefix("http://")
            async with over(platform, after_a_token(listening)) as port:
                with pytest.raises(PlatformError):
                    await port.account_record(shape.format(host))
                assert host not in came
        assert bystander.calls == []

    def test_no_body_takes_an_address_to_call(self) -> None:
        """The day one does, it needs a guard: https, no private address, looked up again when called."""
        for file in DOCUMENTS.glob("*.json"):
            document = msgspec.json.decode(file.read_bytes())
            for name, schema in document["components"]["schemas"].items():
                for field, one in schema.get("properties", {}).items():
                    if schema.get("additionalProperties") is False:  # what is sent to us; answers are open
                        said = msgspec.json.encode(one).decode()
                        assert '"uri"' not in said, f"{file.name}: {name}.{field}"
                        assert not re.search("url|uri|callback|webhook|endpoint|host", field), name
