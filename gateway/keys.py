"""Which keys does an issuer sign with right now?"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

import msgspec
from jwt import PyJWTError, get_algorithm_by_name
from msgspec import Struct

from gateway.errors import IssuerAway

Fetch = Callable[[], Awaitable[bytes]]
"""Gives a JWKS document (RFC 7517); raises OSError or ValueError when it cannot be had."""

_LOG = logging.getLogger("tieline.keys")
_MOST_KEYS = 100
_SMALLEST_RSA = 2048

# RFC 8725, 3.1: which algorithms a key may be used with follows from the key, never from the token.
_ALGORITHMS: dict[tuple[str, str | None], tuple[str, ...]] = {
    ("EC", "P-256"): ("ES256",),
    ("RSA", None): ("RS256", "PS256"),
    ("OKP", "Ed25519"): ("EdDSA",),
}


class Key(Struct, frozen=True):
    """A public key and the algorithms it may verify."""

    algorithms: frozenset[str]
    public: Any


class _Document(Struct):
    keys: list[Any]


class Keys:
    """The keys of one issuer, by `kid`.

    Known keys serve for `ttl` seconds and are then renewed behind the requests' back; while the issuer is
    away they serve until they are `stale` seconds old. A `kid` nobody knows asks the issuer again at most
    once in `cooldown` seconds, however many such tokens come.
    """

    def __init__(
        self,
        fetch: Fetch,
        *,
        ttl: float = 600,
        stale: float = 3600,
        cooldown: float = 5,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._fetch = fetch
        self._ttl, self._stale, self._cooldown = ttl, stale, cooldown
        self._clock = clock
        self._keys: dict[str, Key] = {}
        self._fetched = self._asked = float("-inf")
        self._going: asyncio.Task[None] | None = None

    async def get(self, kid: str) -> Key | None:
        """The key of this id, or None. Raises IssuerAway when no keys are to be had."""
        age = self._clock() - self._fetched
        if kid not in self._keys or age > self._stale:
            await self._renew()
        elif age > self._ttl:
            self._begin()
        if self._clock() - self._fetched > self._stale:
            raise IssuerAway(headers=[(b"retry-after", b"%d" % max(1, round(self._cooldown)))])
        return self._keys.get(kid)

    async def close(self) -> None:
        """Give up a renewal that is under way."""
        if self._going is not None:
            self._going.cancel()
            await asyncio.gather(self._going, return_exceptions=True)

    async def _renew(self) -> None:
        """Wait for the one renewal that all requests share; shielded, as any of them may go away."""
        self._begin()
        if self._going is not None:
            await asyncio.shield(self._going)

    def _begin(self) -> None:
        if self._going is not None and not self._going.done():
            return
        self._going = None
        if self._clock() - self._asked >= self._cooldown:
            self._asked = self._clock()
            self._going = asyncio.create_task(self._ask())

    async def _ask(self) -> None:
        try:
            keys = read_keys(await self._fetch())
        except (OSError, ValueError) as error:
            _LOG.warning("the issuer's keys could not be fetched: %s", error)
            return
        # Only asking in vain is held back: a rotation right after a due renewal, or another rotation,
        # is seen at once, and a storm of made-up ids changes nothing and so stays bounded.
        if keys.keys() != self._keys.keys() or self._clock() - self._fetched > self._ttl:
            self._asked = float("-inf")
        self._keys, self._fetched = keys, self._clock()


def read_keys(document: bytes) -> dict[str, Key]:
    """The usable public keys of a JWKS; others are passed over. ValueError when it is not one."""
    try:
        jwks = msgspec.json.decode(document, type=_Document).keys
    except msgspec.DecodeError as error:
        raise ValueError(f"not a JWKS: {error}") from error
    return dict(_usable(jwks[:_MOST_KEYS]))


def _usable(jwks: list[Any]) -> Iterable[tuple[str, Key]]:
    for jwk in jwks:
        if isinstance(jwk, dict) and isinstance(kid := jwk.get("kid"), str) and (key := _read(jwk)):
            yield kid, key


def _read(jwk: dict[str, Any]) -> Key | None:
    """One public signature key; None for a secret, a private or an encryption key, and for a weak one."""
    algorithms = _ALGORITHMS.get((str(jwk.get("kty")), jwk.get("crv")), ())
    if "alg" in jwk:
        algorithms = tuple(name for name in algorithms if name == jwk["alg"])
    if not algorithms or "d" in jwk or jwk.get("use", "sig") != "sig":
        return None
    try:
        public = get_algorithm_by_name(algorithms[0]).from_jwk(jwk)
    except (PyJWTError, ValueError) as error:
        _LOG.warning("a key of an issuer is not readable: %s", error)
        return None
    if jwk["kty"] == "RSA" and public.key_size < _SMALLEST_RSA:
        return None
    return Key(frozenset(algorithms), public)
