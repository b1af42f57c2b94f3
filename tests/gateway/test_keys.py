"""Are an issuer's keys renewed in time, and asked for no more often than that?"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from pathlib import Path

import msgspec
import pytest
from aiohttp import web

from gateway.app import House
from gateway.callers import Callers, Credential, Issuer
from gateway.errors import BadCredentials, IssuerAway
from gateway.issuer import EmbeddedIssuer
from gateway.keys import Fetch, Keys, read_keys
from tests.gateway.hostile import Forge
from tests.gateway.things import ANNA, AUDIENCE, ISSUER, Visit


class Place:
    """Where an issuer publishes its keys: a real server that counts, and can be made to fail."""

    def __init__(self) -> None:
        self.document = b""
        self.asked = 0
        self.again = asyncio.Event()
        self.away = self.drips = False
        self.url = ""

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.asked += 1
        if self.asked > 1:
            self.again.set()
        if self.drips:
            return await self._drip(request)
        return web.Response(status=503) if self.away else web.Response(body=self.document)

    async def _drip(self, request: web.Request) -> web.StreamResponse:
        """Always a little more, and never all."""
        answer = web.StreamResponse()
        await answer.prepare(request)
        with suppress(ConnectionError):
            while True:
                await answer.write(b" ")
                await asyncio.sleep(0.2)
        return answer


@pytest.fixture
async def place(issuer: EmbeddedIssuer) -> AsyncIterator[Place]:
    place = Place()
    place.document = issuer.jwks()
    application = web.Application()
    application.add_routes([web.get("/jwks", place.answer)])
    runner = web.AppRunner(application)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    place.url = f"http://127.0.0.1:{runner.addresses[0][1]}/jwks"
    yield place
    await runner.cleanup()


class Clock:
    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


Ask = Callable[[str], Awaitable[str]]


@pytest.fixture
async def ask(place: Place, clock: Clock) -> AsyncIterator[Ask]:
    """Proves a token against the keys at `place`, at the time of `clock`; says the subject."""

    def keys(fetch: Fetch) -> Keys:
        return Keys(fetch, clock=clock)

    callers = Callers([Issuer(issuer=ISSUER, audience=AUDIENCE, jwks=place.url)], keys=keys)

    async def prove(token: str) -> str:
        return (await callers.prove(Credential(token.encode(), None))).caller.subject

    yield prove
    await callers.close()


async def test_no_valid_token_is_refused_while_keys_rotate(
    visit: Visit, house: House, place: Place, issuer: EmbeddedIssuer
) -> None:
    trusted = msgspec.structs.replace(house.issuers[0], jwks=place.url)
    door = await visit(None, issuers=(trusted,))
    statuses = []
    for round_ in range(6):
        if round_ % 2:
            issuer.rotate()
            place.document = issuer.jwks()
        bearers = [{"authorization": f"Bearer {issuer.mint(ANNA)}"} for _ in range(8)]
        answers = await asyncio.gather(*(door.get("/things/v1/things/x", headers=one) for one in bearers))
        statuses += [answer.status_code for answer in answers]
    assert statuses == [200] * 48
    assert place.asked == 4


async def test_keys_are_asked_for_once_by_many_at_the_same_time(
    ask: Ask, place: Place, issuer: EmbeddedIssuer
) -> None:
    assert await asyncio.gather(*(ask(issuer.mint(ANNA)) for _ in range(20))) == ["anna"] * 20
    assert place.asked == 1


async def test_a_storm_of_made_up_kids_asks_the_issuer_once_in_a_while(
    ask: Ask, place: Place, clock: Clock, issuer: EmbeddedIssuer
) -> None:
    forge = Forge(issuer)
    await ask(forge.good)
    for second in range(20):
        clock.now += 1
        for number in range(10):
            with pytest.raises(BadCredentials):
                await ask(forge.token(head={"kid": f"made-up-{second}-{number}"}))
    assert 2 <= place.asked <= 6
    assert await ask(forge.token(jti="2")) == "anna"


async def test_a_removed_key_is_forgotten_when_the_keys_are_due(
    ask: Ask, place: Place, clock: Clock, issuer: EmbeddedIssuer
) -> None:
    forge = Forge(issuer)
    await ask(forge.good)
    issuer.rotate()
    issuer.rotate()
    place.document = issuer.jwks()
    clock.now += 601
    await ask(forge.token(jti="serves once more, while the keys are renewed"))
    await asyncio.wait_for(place.again.wait(), 5)
    await ask(issuer.mint(ANNA))
    with pytest.raises(BadCredentials):
        await ask(forge.token(jti="3"))


async def test_known_keys_serve_while_the_issuer_is_away_but_not_for_ever(
    ask: Ask, place: Place, clock: Clock, issuer: EmbeddedIssuer
) -> None:
    await ask(issuer.mint(ANNA))
    place.away = True
    clock.now += 1_800
    assert await ask(issuer.mint(ANNA)) == "anna"
    clock.now += 3_000
    with pytest.raises(IssuerAway):
        await ask(issuer.mint(ANNA))
    place.away = False
    clock.now += 5
    assert await ask(issuer.mint(ANNA)) == "anna"


async def test_an_issuer_that_never_comes_to_an_end_is_away(
    ask: Ask, place: Place, issuer: EmbeddedIssuer
) -> None:
    place.drips = True
    async with asyncio.timeout(10):
        with pytest.raises(IssuerAway):
            await ask(issuer.mint(ANNA))


async def test_an_issuer_without_measure_is_away_and_not_kept_in_memory(
    ask: Ask, place: Place, issuer: EmbeddedIssuer
) -> None:
    place.document = b" " * 2_000_000 + place.document
    with pytest.raises(IssuerAway):
        await ask(issuer.mint(ANNA))


async def test_an_issuer_that_was_never_there_is_our_trouble_not_the_callers(
    visit: Visit, house: House, issuer: EmbeddedIssuer
) -> None:
    trusted = msgspec.structs.replace(house.issuers[0], jwks="http://127.0.0.1:1/jwks")
    answer = await (await visit(issuers=(trusted,))).get("/things/v1/things/x")
    assert (answer.status_code, answer.json()["code"]) == (503, "issuer_unavailable")
    assert int(answer.headers["retry-after"]) >= 1


async def test_keys_in_a_file_are_read_again_after_a_rotation(visit: Visit, issuer: EmbeddedIssuer) -> None:
    door = await visit()
    assert (await door.get("/things/v1/things/x")).status_code == 200
    issuer.rotate()
    later = {"authorization": f"Bearer {issuer.mint(ANNA)}"}
    assert (await door.get("/things/v1/things/x", headers=later)).status_code == 200
    assert (await door.get("/things/v1/things/x")).status_code == 200


@pytest.mark.parametrize(
    "change",
    [
        {"d": "c2VjcmV0"},
        {"use": "enc"},
        {"alg": "ES384"},
        {"alg": "none"},
        {"crv": "P-384"},
        {"kty": "oct", "k": "c2VjcmV0"},
        {"x": "AAAA"},
        {"kid": 7},
    ],
)
def test_a_key_that_must_not_verify_is_passed_over(issuer: EmbeddedIssuer, change: dict[str, object]) -> None:
    (good,) = msgspec.json.decode(issuer.jwks())["keys"]
    document = msgspec.json.encode({"keys": [{**good, **change}, {**good, "kid": "good"}]})
    assert list(read_keys(document)) == ["good"]


@pytest.mark.parametrize("document", [b"", b"[]", b"{}", b'{"keys": 1}', b"<html>"])
def test_what_is_no_key_set_is_refused(document: bytes) -> None:
    with pytest.raises(ValueError, match="JWKS"):
        read_keys(document)


def test_the_issuers_private_keys_are_for_its_owner_only(issuer: EmbeddedIssuer, tmp_path: Path) -> None:
    private = tmp_path / "issuer" / "issuer-keys.json"
    assert private.stat().st_mode & 0o777 == 0o600
    assert b'"d"' in private.read_bytes()
    assert b'"d"' not in issuer.jwks() + issuer.public.read_bytes()


async def test_tokens_outlive_a_restart_of_their_issuer(
    visit: Visit, issuer: EmbeddedIssuer, tmp_path: Path
) -> None:
    token = issuer.mint(ANNA)
    EmbeddedIssuer(tmp_path / "issuer", ISSUER, AUDIENCE)
    door = await visit(None)
    answer = await door.get("/things/v1/things/x", headers={"authorization": f"Bearer {token}"})
    assert answer.status_code == 200


async def test_the_public_keys_are_served(visit: Visit, issuer: EmbeddedIssuer) -> None:
    answer = await (await visit(None)).get("/.well-known/jwks.json")
    assert (answer.content, answer.headers["content-type"]) == (issuer.jwks(), "application/jwk-set+json")
