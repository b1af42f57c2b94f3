"""Who is calling?"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

import httpx
from msgspec import Struct

from canonical.caller import Caller
from gateway.errors import BadCredentials, Header, TwoCredentials
from gateway.keys import Fetch, Keys
from gateway.tokens import check, heading

VerifyKey = Callable[[str], Awaitable[Caller | None]]
"""Who an API key belongs to; None when nobody's."""

_FETCH_LIMIT = 2.0
_LARGEST_JWKS = 1_048_576
_PLAIN = {"accept": "application/json", "accept-encoding": "identity"}
_LONGEST_KEY = 512
_CREDENTIALS = frozenset((b"authorization", b"x-api-key"))
_BELIEVED_FOR = 60.0
_CHALLENGE: Header = (b"www-authenticate", b'Bearer realm="tieline", error="invalid_token"')


class Issuer(Struct, frozen=True, kw_only=True):
    """Whose tokens we take: the `iss` it writes, the `aud` it must name, where its JWKS is (URL or file)."""

    issuer: str
    audience: str
    jwks: str


class Credential(Struct, frozen=True):
    """What a request brought to say who calls."""

    token: bytes | None
    key: bytes | None


def presented(headers: Iterable[Header]) -> Credential | None:
    """The one credential of a request, None when there is none. Raises TwoCredentials, BadCredentials."""
    found = [(name, value) for name, value in headers if name in _CREDENTIALS]
    if not found:
        return None
    if len(found) > 1:
        raise refused() if len({name for name, _ in found}) == 1 else TwoCredentials()
    ((name, value),) = found
    if name == b"x-api-key":
        return Credential(None, value)
    scheme, _, token = value.partition(b" ")
    if scheme.lower() != b"bearer":  # RFC 9110, 11.1: the scheme's case does not matter
        raise refused()
    return Credential(token, None)


def refused() -> BadCredentials:
    """The one answer to whatever is wrong with a credential."""
    return BadCredentials(headers=[_CHALLENGE])


class Proven(NamedTuple):
    """Whose a credential is, and until when that may be believed without looking again (0: not at all)."""

    caller: Caller
    until: float


class Callers:
    """Proves credentials."""

    def __init__(
        self,
        issuers: Iterable[Issuer],
        verify_key: VerifyKey | None = None,
        *,
        now: Callable[[], float] = time.time,
        keys: Callable[[Fetch], Keys] = Keys,
    ) -> None:
        self._http = httpx.AsyncClient(timeout=_FETCH_LIMIT, trust_env=False)
        self._issuers: Mapping[str, tuple[Issuer, Keys]] = {
            issuer.issuer: (issuer, keys(_fetch(issuer.jwks, self._http))) for issuer in issuers
        }
        self._verify_key = verify_key
        self._now = now

    async def prove(self, credential: Credential) -> Proven:
        """Who calls. Raises BadCredentials (the same for all that can be wrong), IssuerAway."""
        try:
            if credential.token is not None:
                return await self._prove_token(credential.token)
            return Proven(await self._prove_key(credential.key or b""), 0.0)
        except BadCredentials as error:
            raise refused() from error

    async def close(self) -> None:
        """End what is under way."""
        for _, keys in self._issuers.values():
            await keys.close()
        await self._http.aclose()

    async def _prove_token(self, token: bytes) -> Proven:
        head = heading(token)
        if head.issuer not in self._issuers:
            raise BadCredentials
        issuer, keys = self._issuers[head.issuer]
        if (key := await keys.get(head.kid)) is None:
            raise BadCredentials
        now = self._now()
        claims = check(token, head.alg, key, issuer=issuer.issuer, audience=issuer.audience, now=now)
        return Proven(claims.caller(), min(claims.exp, now + _BELIEVED_FOR))

    async def _prove_key(self, key: bytes) -> Caller:
        if self._verify_key is None or not 0 < len(key) <= _LONGEST_KEY or not key.isascii():
            raise BadCredentials
        if (caller := await self._verify_key(key.decode())) is None:
            raise BadCredentials
        return caller


def _fetch(place: str, client: httpx.AsyncClient) -> Fetch:
    """How the JWKS at a URL or in a file is had."""

    async def from_url() -> bytes:
        content = bytearray()
        try:
            async with asyncio.timeout(_FETCH_LIMIT), client.stream("GET", place, headers=_PLAIN) as answer:
                answer.raise_for_status()
                async for more in answer.aiter_raw():
                    content += more
                    if len(content) > _LARGEST_JWKS:
                        raise ValueError(f"{place}: too large")
        except httpx.HTTPError as error:
            raise OSError(f"{place}: {error!r}") from error
        return bytes(content)

    async def from_file() -> bytes:
        return await asyncio.to_thread(Path(place).read_bytes)

    return from_url if place.startswith(("https://", "http://")) else from_file
