"""How does Stripe say no?

Every refusal is `{"error": {type, code?, message, param?, doc_url?}}` (docs.stripe.com/api/errors).
The sentences are those that Stripe's SDK issue trackers and mocks quote from the real service.
"""

from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

DOCS = "https://docs.stripe.com"
# How deep `expand[]` reaches.
DEEPEST = 4


@dataclass(eq=False)
class Refusal(Exception):
    """An answer other than 200, in Stripe's words; `code` and `param` appear only when Stripe names them.

    `began`: the endpoint had begun, so that the answer is kept under the caller's idempotency key.
    """

    status: int
    message: str
    code: str | None = None
    param: str | None = None
    type: str = "invalid_request_error"
    headers: dict[str, str] = field(default_factory=dict)
    began: bool = False
    more: dict[str, Any] = field(default_factory=dict)

    def answer(self) -> web.Response:
        error: dict[str, Any] = {"message": self.message, "type": self.type, **self.more}
        if self.code:
            error |= {"code": self.code, "doc_url": f"{DOCS}/error-codes/{self.code.replace('_', '-')}"}
        if self.param:
            error["param"] = self.param
        return web.json_response({"error": error}, status=self.status, headers=self.headers)


def wrong_state(message: str, code: str | None = None, param: str | None = None) -> Refusal:
    """What cannot be done to an object as it is now: that was found out by trying."""
    return Refusal(400, message, code, param, began=True)


def missing(noun: str, id: str, param: str, status: int = 404) -> Refusal:
    """404 for the object asked for, 400 for one named in a parameter."""
    return Refusal(status, f"No such {noun}: '{id}'", "resource_missing", param)


def made_by_hand() -> Refusal:
    """Words as quoted in proudcity/wp-proudcity#993; that no code or parameter is named is not verified."""
    words = "Balance transaction history can only be filtered on automatic transfers, not manual."
    return Refusal(400, words)


def unknown_parameter(name: str) -> Refusal:
    return Refusal(400, f"Received unknown parameter: {name}", "parameter_unknown", name)


def missing_parameter(name: str) -> Refusal:
    return Refusal(400, f"Missing required param: {name}.", "parameter_missing", name)


def unknown_url(method: str, path: str) -> Refusal:
    return Refusal(
        404,
        f"Unrecognized request URL ({method}: {path}). If you are trying to list objects, remove the trailing"
        " slash. If you are trying to retrieve an object, make sure you passed a valid (non-empty) identifier"
        " in your code. Please see https://stripe.com/docs or we can help at https://support.stripe.com/.",
    )


def too_deep(path: str) -> Refusal:
    return Refusal(
        400,
        f"You cannot expand more than {DEEPEST} levels of a property. Property: {path}",
        "property_expansion_max_depth",
    )


def not_expandable(name: str, *, listed: bool) -> Refusal:
    hint = f" You may want to try expanding 'data.{name}' instead." if listed else ""
    return Refusal(400, f"This property cannot be expanded ({name}).{hint}", param="expand")


FAULTS: dict[str, Refusal] = {
    # Stripe keeps the answer of a call that began, so it asks clients not to repeat most of its 500s.
    "error_500": Refusal(
        500,
        "Sorry! There was an error while talking to one of our backends. Support has been notified.",
        type="api_error",
        headers={"stripe-should-retry": "false"},
    ),
    # No Retry-After: Stripe documents none.
    "rate_limited": Refusal(
        429,
        "Request rate limit exceeded. You can learn more about rate limits here"
        " https://stripe.com/docs/rate-limits.",
        "rate_limit",
        headers={"Stripe-Rate-Limited-Reason": "global-rate"},
    ),
    # An object lock carries no Stripe-Rate-Limited-Reason: that is how the two are told apart.
    "locked_row": Refusal(
        429,
        "This object cannot be accessed right now because another API request or Stripe process is currently"
        " accessing it. If you see this error intermittently, retry the request.",
        "lock_timeout",
    ),
    "expired_token": Refusal(401, "Expired API Key provided: sk_test_********", "api_key_expired"),
}
