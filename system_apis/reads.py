"""How do the bytes of a read go out and come back, and how many at most?

Straight over aiohttp. Through an httpx client a call took two and a half times the CPU, for what a read
needs none of: cookies, redirects, a URL parsed three times, a response object made twice. aiohttp sends an
idempotent request again by itself when a kept connection was closed, and cannot say whether a cut request
arrived; for a read neither matters, and writes go out another way (`sending`).
"""

from typing import Final, NamedTuple, cast
from urllib.parse import urlencode

import aiohttp
import httpx
from yarl import URL

from system_apis.exchange import KEEPALIVE, SENT, TooLarge, tls
from system_apis.window import Params

# The deadline is over the whole call, and stands around it.
_NO_TIMEOUT: Final = aiohttp.ClientTimeout(total=None)


class Question(NamedTuple):
    """One read as it goes out."""

    method: str
    address: str
    headers: dict[str, str]
    body: bytes | None


class Heard(NamedTuple):
    """The whole answer, whatever it says, decompressed."""

    status_code: int
    headers: httpx.Headers
    content: bytes


class Reads:
    """Sends the reads of one connection. `connections` are open at once, `limit` bytes of an answer are read.

    `auth` is asked as httpx asks it, but may only put headers on a call and look at the status of its answer.
    To be used in one event loop, and closed in it.
    """

    def __init__(self, auth: httpx.Auth, *, connections: int, limit: int) -> None:
        self._auth = auth
        self._connections = connections
        self._limit = limit
        self._opened: aiohttp.ClientSession | None = None

    async def ask(self, question: Question) -> Heard:
        """The answer to a question, asked once more when the proof of who we are had ended.

        Raises TooLarge, aiohttp.ClientError, and what getting a new proof raises.
        """
        proofs = self._auth.async_auth_flow(cast("httpx.Request", question))
        try:
            await anext(proofs)
            while True:
                heard = await self._sent(question)
                try:
                    await proofs.asend(cast("httpx.Response", heard))
                except StopAsyncIteration:
                    return heard
        finally:
            await proofs.aclose()

    async def aclose(self) -> None:
        """Close the connections."""
        if self._opened:
            await self._opened.close()

    async def _sent(self, question: Question) -> Heard:
        async with self._session().request(
            question.method,
            URL(question.address, encoded=True),
            headers=question.headers,
            data=question.body,
            allow_redirects=False,
        ) as answer:
            return Heard(answer.status, httpx.Headers(answer.raw_headers), await self._whole(answer.content))

    async def _whole(self, content: aiohttp.StreamReader) -> bytes:
        pieces, length = [], 0
        while piece := await content.readany():
            pieces.append(piece)
            length += len(piece)
            if length > self._limit:
                raise TooLarge
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    def _session(self) -> aiohttp.ClientSession:
        if self._opened is None:  # only now is there an event loop for sure
            self._opened = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(
                    limit=self._connections, keepalive_timeout=KEEPALIVE, ssl=tls()
                ),
                cookie_jar=aiohttp.DummyCookieJar(),
                headers=SENT,
                timeout=_NO_TIMEOUT,
            )
        return self._opened


def asking(address: str, params: Params | None) -> str:
    """An address with these parameters behind it."""
    if not params:
        return address
    return f"{address}{'&' if '?' in address else '?'}{urlencode(params, doseq=True)}"


def is_success(status: int) -> bool:
    return status // 100 == 2  # noqa: PLR2004 (RFC 9110, 15.3)


def broken(error: aiohttp.ClientError) -> bool:
    """Whether an answer came that cannot be read, rather than none."""
    if isinstance(error, aiohttp.ClientPayloadError):
        return isinstance(error.__cause__, aiohttp.http_exceptions.ContentEncodingError)
    return not isinstance(error, aiohttp.ClientConnectionError)
