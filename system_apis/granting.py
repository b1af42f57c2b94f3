"""How is a token request made, and what can come of it?"""

import asyncio
from collections.abc import Mapping
from typing import Final

import httpx
import msgspec
from msgspec import Struct

from system_apis.answers import NOT_SUCH
from system_apis.errors import Busy, PlatformError, Unauthorised, Unavailable, Unreadable
from system_apis.exchange import TooLarge, token_client
from system_apis.refusals import Refusal, by_table
from system_apis.tokens import Token

DEADLINE: Final = 10.0
# RFC 6749, section 5.2: bad client credentials, grants and scopes are a 400 or a 401.
_MEANS: Final[dict[int, type[PlatformError]]] = {
    400: Unauthorised,
    401: Unauthorised,
    403: Unauthorised,
    429: Busy,
}


class _Granted(Struct):
    """RFC 6749, section 5.1, as far as we read it. Some platforms send the seconds as text, some none."""

    access_token: str
    expires_in: int | str | None = None


async def ask_for_token(
    connection: str,
    url: str,
    *,
    form: Mapping[str, str] | None = None,
    json: Mapping[str, str] | None = None,
    basic: tuple[str, str] | None = None,
    refusal: Refusal = by_table,
    deadline: float = DEADLINE,
) -> Token:
    """One token from an OAuth 2.0 token endpoint, asked once; `refusal` is the platform's own reading.

    Raises `Unauthorised` when our credentials are refused, else as any call to a platform.
    """
    try:
        async with asyncio.timeout(deadline), token_client(seconds=deadline) as client:
            answer = await client.post(url, data=form, json=json, auth=basic or httpx.USE_CLIENT_DEFAULT)
    except (TooLarge, httpx.DecodingError) as error:
        raise Unreadable(connection, "token request: too large or broken an answer") from error
    except (TimeoutError, httpx.TransportError) as error:
        raise Unavailable(connection, f"token request: {type(error).__name__}") from error
    if answer.status_code != httpx.codes.OK:
        said = refusal(answer.status_code, answer.headers, answer.content)
        raise said or _meaning(answer.status_code)(connection, f"token request: {answer.status_code}")
    return _token(connection, answer)


def _token(connection: str, answer: httpx.Response) -> Token:
    try:
        granted = msgspec.json.decode(answer.content, type=_Granted)
        lives = None if granted.expires_in is None else float(granted.expires_in)
    except (*NOT_SUCH, ValueError):
        # The body may hold a token: nothing of it goes into an error.
        raise Unreadable(connection, "token request: not a token") from None
    return Token(granted.access_token, lives)


def _meaning(status: int) -> type[PlatformError]:
    return _MEANS.get(status, Unavailable if status >= httpx.codes.INTERNAL_SERVER_ERROR else Unreadable)
