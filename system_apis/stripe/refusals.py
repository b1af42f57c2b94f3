"""What does Stripe mean when it says no? (docs.stripe.com/error-codes, docs.stripe.com/error-low-level)"""

from collections.abc import Iterable
from http import HTTPStatus
from typing import Final

import msgspec

from system_apis.answers import NOT_SUCH
from system_apis.errors import Busy, Locked, Missing, OutcomeUnknown, Refused
from system_apis.refusals import PERHAPS, Meaning, Meanings, Refusal, by_codes, known
from system_apis.stripe.wire import Complaining

# The same key again brings the answer of the first call, a 500 too: after what is unknown, the same write
# with the same key is how it is looked up.
MEANS: Final[Meanings] = {
    # A parameter that names nothing is a 400 with the same code as a 404.
    (None, "resource_missing"): known(Missing),
    (None, "resource_missing starting_after"): known(Refused),
    (None, "resource_missing ending_before"): known(Refused),
    (None, "resource_missing page"): known(Refused),
    # Another call is changing the object; nothing was done.
    (None, "lock_timeout"): known(Locked),
    # A call with this key is under way, and nobody knows yet how it ends.
    (HTTPStatus.CONFLICT, None): Meaning(Busy, OutcomeUnknown),
    (HTTPStatus.CONFLICT, "idempotency_error"): Meaning(Busy, OutcomeUnknown),
    (None, "idempotency_key_in_use"): Meaning(Busy, OutcomeUnknown),
    # This key was used for something else: a mistake of ours.
    (None, "idempotency_error"): known(Refused),
    # A system that Stripe needs did not answer.
    (HTTPStatus.FAILED_DEPENDENCY, None): PERHAPS,
}


def refusal(connection: str, *, writing: bool = False) -> Refusal:
    """Stripe's own codes, where they say more than the status."""
    return by_codes(connection, MEANS, _codes, writing=writing)


def _codes(body: bytes) -> Iterable[str]:
    """From the most exact: the code with the parameter that it is about, the code, the type."""
    try:
        error = msgspec.json.decode(body, type=Complaining).error
    except NOT_SUCH:
        return ()
    with_parameter = f"{error.code} {error.param}" if error.code and error.param else None
    return [word for word in (with_parameter, error.code, error.type) if word]
