"""How do the bytes of writes and token requests go out and come back, and how many at most?"""

import ssl
from functools import lru_cache
from typing import Final

import httpx

SENT: Final = {"Accept-Encoding": "gzip, deflate", "Accept": "application/json", "User-Agent": "tieline"}
"""What goes with every call."""
# Vendors' front ends close idle connections after a minute or more: be first, and no call meets the close.
KEEPALIVE: Final = 15.0


class TooLarge(Exception):
    """An answer is longer than we are ready to read."""


class Bounded(httpx.AsyncBaseTransport):
    """Another transport, whose answers are read whole, decompressed, up to `limit` bytes; else `TooLarge`."""

    def __init__(self, inner: httpx.AsyncBaseTransport, limit: int) -> None:
        self._inner = inner
        self._limit = limit

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        answer = await self._inner.handle_async_request(request)
        body = bytearray()
        try:
            async for chunk in answer.aiter_bytes():
                body += chunk
                if len(body) > self._limit:
                    raise TooLarge
        finally:
            await answer.aclose()
        kept = [(name, value) for name, value in answer.headers.raw if name.lower() not in _DROPPED]
        return httpx.Response(answer.status_code, headers=kept, content=bytes(body), request=request)

    async def aclose(self) -> None:
        await self._inner.aclose()


# How it was packed, and what would tie our later calls to one of the platform's servers.
_DROPPED: Final = frozenset({b"content-encoding", b"content-length", b"transfer-encoding", b"set-cookie"})


def writing_client(auth: httpx.Auth, *, connections: int, seconds: float, limit: int) -> httpx.AsyncClient:
    """The client of one connection, for writes: stock httpx sends once and says how far it came."""
    inner = httpx.AsyncHTTPTransport(
        verify=tls(),
        retries=0,
        limits=httpx.Limits(
            max_connections=connections, max_keepalive_connections=connections, keepalive_expiry=KEEPALIVE
        ),
    )
    # Given up by our deadline, a connection that is still being encrypted would be left open by httpcore.
    timeout = httpx.Timeout(seconds, connect=seconds / 2)
    return _client(Bounded(inner, limit), timeout, auth)


def token_client(*, seconds: float, limit: int = 64 * 1024) -> httpx.AsyncClient:
    """A client for token requests: rare, and they must not be sent twice, so over stock httpx."""
    return _client(Bounded(httpx.AsyncHTTPTransport(verify=tls()), limit), seconds)


def _client(
    transport: Bounded, timeout: float | httpx.Timeout, auth: httpx.Auth | None = None
) -> httpx.AsyncClient:
    # Nothing below the gateway reads the environment: neither proxies nor .netrc.
    return httpx.AsyncClient(
        transport=transport,
        auth=auth,
        timeout=timeout,
        follow_redirects=False,
        trust_env=False,
        headers=SENT,
    )


@lru_cache(maxsize=1)
def tls() -> ssl.SSLContext:
    """One TLS context for all: loading the trusted certificates takes longer than a call."""
    return httpx.create_ssl_context(trust_env=False)
