"""Does this request carry the account's secret key?

Stripe takes `Authorization: Bearer sk_...` and HTTP Basic with the key as user name and no password
(docs.stripe.com/api/authentication).
"""

import base64
import hmac
import re

from aiohttp import web

from sandbox.stripe.errors import Refusal

NEWEST = "2026-10-28.endive"
VERSION = re.compile(r"\d{4}-\d{2}-\d{2}(\.[a-z]+)?")

NO_KEY = (
    "You did not provide an API key. You need to provide your API key in the Authorization header, using"
    " Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY'). See https://stripe.com/docs/api#authentication"
    " for details, or we can help at https://support.stripe.com/."
)


def let_in(request: web.Request, key: str) -> None:
    """Pass in silence, or raise the 401 Stripe would answer."""
    offered = offered_key(request.headers.get("Authorization", ""))
    if not offered:
        raise Refusal(401, NO_KEY, headers={"WWW-Authenticate": 'Basic realm="Stripe"'})
    if not hmac.compare_digest(offered.encode(errors="surrogateescape"), key.encode()):
        raise Refusal(401, f"Invalid API Key provided: {starred(offered)}")


def offered_key(header: str) -> str:
    """The key in an Authorization header of either scheme, or nothing."""
    scheme, _, rest = header.partition(" ")
    if scheme.lower() == "bearer":
        return rest.strip()
    if scheme.lower() == "basic":
        try:
            return base64.b64decode(rest, validate=True).decode().partition(":")[0]
        except ValueError:
            return ""
    return ""


def starred(key: str) -> str:
    """A wrong key as Stripe repeats it: its prefix and last four characters."""
    prefix = key[: key.rfind("_") + 1][:8]
    return f"{prefix}{'*' * 8}{key[-4:] if len(key) > 12 else ''}"


def check_version(request: web.Request) -> None:
    """Any well-formed version is taken, and each is answered in the newest shape."""
    wanted = request.headers.get("Stripe-Version", NEWEST)
    if not VERSION.fullmatch(wanted):
        raise Refusal(400, f"Invalid Stripe API version: {wanted}")
