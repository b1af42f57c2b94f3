"""How does Zendesk say no?

`{"error", "description"}` for records and paths, `{"errors": [...]}` for paging; the bodies are those quoted
from recorded traffic of public clients (node-zendesk#3, ZendeskApi_v2#309, pipelinewise#1183).
"""

from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

MOST_VALUES = 100
SEARCH_DEPTH = 1_000
OFFSET_DEPTH = 10_000


@dataclass(eq=False)
class Refusal(Exception):
    """An answer other than 200, with the body as Zendesk sends it."""

    status: int
    body: dict[str, Any]
    headers: dict[str, str] = field(default_factory=dict)

    def after(self, seconds: int) -> "Refusal":
        """The same, with when to come back."""
        self.headers["Retry-After"] = str(seconds)
        return self

    def answer(self) -> web.Response:
        return web.json_response(self.body, status=self.status, headers=self.headers)


def described(status: int, error: str, description: str, **more: Any) -> Refusal:
    return Refusal(status, {"error": error, "description": description, **more})


def no_record() -> Refusal:
    return described(404, "RecordNotFound", "Not found")


def no_endpoint() -> Refusal:
    return described(404, "InvalidEndpoint", "Not found")


def invalid(description: str) -> Refusal:
    return described(400, "InvalidParameter", description)


def invalid_attribute(name: str) -> Refusal:
    """For a body without the object it is about."""
    message = (
        f"You passed an invalid value for the {name} attribute. Invalid parameter: {name} must be an object"
    )
    return Refusal(400, {"error": {"title": "Invalid attribute", "message": message}})


def record_invalid(details: dict[str, list[dict[str, Any]]]) -> Refusal:
    """422 with the reasons by field."""
    return described(422, "RecordInvalid", "Record validation errors", details=details)


def conflict(error: str, description: str) -> Refusal:
    """409: somebody else was there first, or is there right now."""
    return described(409, error, description)


def locked_row() -> Refusal:
    return conflict("DatabaseConflict", "Database collision")


def other_request() -> Refusal:
    """The same idempotency key with another body."""
    return described(
        400, "IdempotentRequestError", "Request parameters don't match the given idempotency key"
    )


def too_many_updates(seconds: int) -> Refusal:
    """The limit of updates of one ticket; its wording is not verified."""
    return described(429, "APIRateLimitExceeded", "Number of allowed updates of this ticket exceeded").after(
        seconds
    )


def too_many_values(name: str) -> Refusal:
    return described(
        400,
        "TooManyValues",
        f"Parameter {name} cannot specify more than {MOST_VALUES} values",
        max_count=MOST_VALUES,
    )


def too_deep() -> Refusal:
    """Offset paging ends at ten thousand records since August 2023."""
    error = {
        "code": "InvalidPaginationDepth",
        "title": "Pagination requests using Offset Pagination are limited to page 100 or up to 10000 records"
        " (page * per_page)",
        "detail": "There are limits to the page depth in Offset Pagination. Please switch to Cursor"
        " Pagination. Cursor Pagination does not have any limits.",
    }
    return Refusal(400, {"errors": [error]})


def search_too_deep() -> Refusal:
    """A search shows its first thousand results only; `search/export` has no such end."""
    return described(
        422, "invalid", "Invalid search: Requested response size was greater than Search Response Limits"
    )


def unreadable_search() -> Refusal:
    return described(422, "invalid", "Invalid search: the query could not be understood")


def not_authenticated() -> Refusal:
    """For Basic credentials, and for none at all."""
    return Refusal(
        401, {"error": "Couldn't authenticate you"}, {"WWW-Authenticate": 'Basic realm="Web Password"'}
    )


def token_refused() -> Refusal:
    description = "The access token provided is expired, revoked, malformed or invalid for other reasons."
    return Refusal(
        401,
        {"error": "invalid_token", "error_description": description},
        {"WWW-Authenticate": 'Bearer realm="zendesk", error="invalid_token"'},
    )


def rate_limited(seconds: int) -> Refusal:
    """`Retry-After` is in seconds, until the minute is over."""
    return Refusal(
        429,
        {
            "error": "APIRateLimitExceeded",
            "description": "Number of allowed API requests per minute exceeded",
        },
        {"Retry-After": str(seconds)},
    )


def broken() -> Refusal:
    return described(500, "InternalServerError", "Sorry, something went wrong on our end")
