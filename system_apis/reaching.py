"""Can a host be reached, is it the one it should be, and does its clock agree with ours?"""

import socket
import ssl
import time
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

import httpx

from system_apis.exchange import TooLarge, token_client
from system_apis.findings import Finding

PATIENCE: Final = 5.0
"""Seconds a host may take to answer at all."""
SKEW: Final = 30.0
"""Seconds that two clocks may differ: tokens and signatures of some platforms allow little more."""
HOST: Final = "host"
CLOCK: Final = "clock"


async def reached(base_url: str) -> list[Finding]:
    """What a plain question without any credential shows; whatever the host says to it, it is there."""
    url = httpx.URL(base_url)
    began = time.monotonic()
    try:
        async with token_client(seconds=PATIENCE) as client:
            answer = await client.get(url)
    except (httpx.DecodingError, TooLarge):
        return [Finding(subject=HOST, good=True)]
    except httpx.TransportError as error:
        return [Finding(subject=HOST, good=False, said=_why(url, error))]
    took = (time.monotonic() - began) * 1000
    return [
        Finding(subject=HOST, good=True, said=f"answers in {took:.0f} ms"),
        *_clock(answer.headers.get("Date")),
    ]


def _why(url: httpx.URL, error: BaseException) -> str:
    """In plain words, by what is at the bottom of it."""
    place = f"{url.host}:{url.port or {'https': 443}.get(url.scheme, 80)}"
    causes = list(_causes(error))
    if any(isinstance(cause, socket.gaierror) for cause in causes):
        return f"there is no host called {url.host}: check base_url, or this machine's name server"
    if tls := next((cause for cause in causes if isinstance(cause, ssl.SSLError)), None):
        reason = getattr(tls, "verify_message", None) or tls.reason or "TLS failed"
        return f"its certificate is not accepted ({reason}): check base_url, or what stands between"
    if isinstance(error, httpx.TimeoutException):
        return f"{place} does not answer within {PATIENCE:.0f} s: is a firewall between?"
    if any(isinstance(cause, ConnectionRefusedError) for cause in causes):
        return f"nobody listens at {place}: check base_url"
    return f"{place} cannot be talked to ({type(error).__name__}): check base_url and the network"


def _causes(error: BaseException | None) -> "list[BaseException]":
    found: list[BaseException] = []
    while error is not None and error not in found:
        found.append(error)
        if isinstance(error, BaseExceptionGroup):
            found += error.exceptions
        error = error.__cause__ or error.__context__
    return found


def _clock(date: str | None) -> list[Finding]:
    """By the `Date` of the answer (RFC 9110, section 6.6.1), which is whole seconds."""
    try:
        theirs = parsedate_to_datetime(date or "")
    except ValueError:
        return []
    ahead = (datetime.now(UTC) - theirs.replace(tzinfo=theirs.tzinfo or UTC)).total_seconds()
    if abs(ahead) <= SKEW:
        return [Finding(subject=CLOCK, good=True)]
    said = f"this machine's clock is {abs(ahead):.0f} s {'ahead of' if ahead > 0 else 'behind'} theirs"
    return [Finding(subject=CLOCK, good=False, said=f"{said}: set it by NTP, or tokens are refused")]
