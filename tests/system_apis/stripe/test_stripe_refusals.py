"""Is every way in which Stripe says no read for what it means to a read and to a write?"""

from typing import Any

import httpx
import msgspec
import pytest

from system_apis.errors import (
    Busy,
    Locked,
    Missing,
    OutcomeUnknown,
    PlatformError,
    Refused,
    Unauthorised,
    Unavailable,
)
from system_apis.refusals import refusal as by_status
from system_apis.stripe.refusals import refusal as of_stripe

ANSWERS: list[tuple[int, dict[str, Any], type[PlatformError], type[PlatformError]]] = [
    (400, {"type": "invalid_request_error"}, Refused, Refused),
    (400, {"type": "idempotency_error"}, Refused, Refused),
    (400, {"code": "resource_missing", "param": "customer"}, Missing, Missing),
    (400, {"code": "resource_missing", "param": "starting_after"}, Refused, Refused),
    (401, {"code": "api_key_expired"}, Unauthorised, Unauthorised),
    (402, {"type": "card_error", "code": "card_declined"}, Refused, Refused),
    (403, {}, Unauthorised, Unauthorised),
    (404, {"code": "resource_missing", "param": "id"}, Missing, Missing),
    (409, {"type": "idempotency_error"}, Busy, OutcomeUnknown),
    (409, {"code": "idempotency_key_in_use"}, Busy, OutcomeUnknown),
    (409, {}, Busy, OutcomeUnknown),
    (424, {}, Unavailable, OutcomeUnknown),
    (429, {"code": "lock_timeout"}, Locked, Locked),
    (429, {"code": "rate_limit", "type": "rate_limit_error"}, Busy, Busy),
    (500, {"type": "api_error"}, Unavailable, OutcomeUnknown),
    (502, {}, Unavailable, OutcomeUnknown),
]


@pytest.mark.parametrize(("status", "said", "reading", "writing"), ANSWERS)
def test_an_answer_has_its_meaning(
    status: int, said: dict[str, Any], reading: type[PlatformError], writing: type[PlatformError]
) -> None:
    body = msgspec.json.encode({"error": said})
    for write, expected in ((False, reading), (True, writing)):
        own = of_stripe("till", writing=write)(status, httpx.Headers(), body)
        error = own or by_status("till", "POST /v1/x", status, httpx.Headers(), writing=write)
        assert type(error) is expected
