"""What does Stripe mean when it says no?"""

from http import HTTPStatus

import httpx
import msgspec

from system_apis.errors import Missing, PlatformError, Refused, Unavailable
from system_apis.refusals import Refusal
from system_apis.stripe.wire import Complaining

CURSORS = frozenset({"starting_after", "ending_before", "page"})


def refusal(connection: str) -> Refusal:
    """Stripe's own codes, where they say more than the status (docs.stripe.com/error-codes)."""

    def read(status: int, headers: httpx.Headers, body: bytes) -> PlatformError | None:
        if status == HTTPStatus.FAILED_DEPENDENCY:
            return Unavailable(connection, "a system that Stripe needs did not answer")
        try:
            error = msgspec.json.decode(body, type=Complaining).error
        except msgspec.MsgspecError:
            return None
        if error.code != "resource_missing":
            return None
        # A parameter that names nothing is a 400 with the same code as a 404.
        kind = Refused if error.param in CURSORS else Missing
        return kind(connection, f"{status} {error.code}")

    return read
