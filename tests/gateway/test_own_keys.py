"""Whose keys do we show, where several issuers are trusted?"""

from pathlib import Path

import httpx
import msgspec

from gateway.assembly import standing
from gateway.blocks import Issuer
from gateway.issuer import EmbeddedIssuer
from gateway.settings import Settings

THEIRS = b'{"keys":["of another issuer"]}'


async def shown(place: Path, *issuers: Issuer) -> httpx.Response:
    """What a house with these issuers says are its keys."""
    (place / "theirs.json").write_bytes(THEIRS)
    database = f"sqlite:///{place / 'tieline.sqlite'}"
    settings = Settings(cursor_secret="x", database=database, issuers=issuers)
    async with standing(settings, lambda _: None) as house:
        door = httpx.ASGITransport(app=house.app)  # type: ignore[arg-type]
        async with httpx.AsyncClient(transport=door, base_url="http://house") as client:
            return await client.get("/.well-known/jwks.json")


def theirs(place: Path) -> Issuer:
    return Issuer(issuer="https://theirs", audience="tieline", jwks=str(place / "theirs.json"))


def ours(place: Path, jwks: str) -> Issuer:
    return Issuer(issuer="https://ours", audience="tieline", jwks=jwks, keys=str(place / "ours"))


async def test_the_keys_shown_are_those_we_sign_with(tmp_path: Path) -> None:
    own = ours(tmp_path, str(tmp_path / "ours" / "jwks.json"))
    answer = await shown(tmp_path, theirs(tmp_path), own)
    signing = EmbeddedIssuer(tmp_path / "ours", own.issuer, own.audience)
    assert answer.content == signing.jwks()
    assert msgspec.json.decode(answer.content)["keys"] != []


async def test_they_are_shown_also_where_tokens_are_checked_by_our_public_address(tmp_path: Path) -> None:
    own = ours(tmp_path, "https://ours/.well-known/jwks.json")
    answer = await shown(tmp_path, theirs(tmp_path), own)
    assert answer.content == EmbeddedIssuer(tmp_path / "ours", own.issuer, own.audience).jwks()


async def test_where_we_sign_nothing_a_key_set_that_is_a_file_here_is_shown(tmp_path: Path) -> None:
    away = Issuer(issuer="https://away", audience="tieline", jwks="https://away/jwks.json")
    assert (await shown(tmp_path, away, theirs(tmp_path))).content == THEIRS
    assert (await shown(tmp_path, away)).status_code == 404
