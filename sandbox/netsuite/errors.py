"""How does NetSuite say no?

The envelope is that of Oracle's help page "Error Handling in REST Web Services" (section_156570709583);
the sentences are those that page and public clients quote from real accounts.
"""

import json
from typing import Any, Final

from aiohttp import web

ERROR_TYPE: Final = "application/vnd.oracle.resource+json; type=error"
# NetSuite points at the status in RFC 9110.
_RFC: Final = "https://www.rfc-editor.org/rfc/rfc9110.html#section-"
_TITLES: Final = {
    400: ("Bad Request", f"{_RFC}15.5.1"),
    401: ("Unauthorized", f"{_RFC}15.5.2"),
    404: ("Not Found", f"{_RFC}15.5.5"),
    405: ("Method Not Allowed", f"{_RFC}15.5.6"),
    429: ("Too Many Requests", "https://www.rfc-editor.org/rfc/rfc6585.html#section-4"),
    500: ("Internal Server Error", f"{_RFC}15.6.1"),
}
QUERY: Final = "Invalid search query. Detailed unprocessed description follows. "


class Refused(Exception):
    """A call that NetSuite answers with an error: status, sentence, code, and what of the call is at fault.

    That is a query parameter, a header, or a place in the body such as `item.items[0].item`.
    """

    def __init__(
        self,
        status: int,
        detail: str,
        code: str,
        *,
        parameter: str | None = None,
        header: str | None = None,
        path: str | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.code = code
        self.at_fault = {"o:errorQueryParam": parameter, "o:errorHeader": header, "o:errorPath": path}


def invalid_login() -> Refused:
    """The one answer to every token that is missing, wrong or expired: it never says which."""
    return Refused(
        401,
        "Invalid login attempt. For more details, see the Login Audit Trail in the NetSuite UI at"
        " Setup > Users/Roles > User Management > View Login Audit Trail.",
        "INVALID_LOGIN",
    )


def no_such_record() -> Refused:
    """A record type that exists, an id that does not."""
    return Refused(
        404, "The record instance does not exist. Provide a valid record instance ID.", "NONEXISTENT_ID"
    )


def no_such_type(name: str) -> Refused:
    """A record type that NetSuite does not have."""
    return Refused(404, f"Record type '{name}' does not exist.", "NONEXISTENT_RECORD_TYPE")


def no_such_path(path: str) -> Refused:
    """A path that is no resource."""
    return Refused(404, f"The requested resource {path} does not exist.", "NOT_FOUND")


def wrong_method(method: str) -> Refused:
    """A method that a resource does not take."""
    return Refused(
        405, f"The request method {method} is not allowed for this resource.", "METHOD_NOT_ALLOWED"
    )


def bad_parameter(parameter: str, detail: str) -> Refused:
    """A query parameter with a value that cannot be taken."""
    return Refused(400, detail, "INVALID_PARAMETER", parameter=parameter)


def bad_query(reason: str) -> Refused:
    """A search that cannot be run, and what NetSuite's search engine has against it."""
    return bad_parameter("q", QUERY + reason)


# What the faults of the practice platform answer. The 429 code is reported by clients, not documented.
FAULTS: Final = {
    "error_500": (500, "An unexpected error occurred. Error ID: practice0000000000", "UNEXPECTED_ERROR"),
    "rate_limited": (
        429,
        "Concurrent request limit exceeded. Request blocked.",
        "CONCURRENCY_LIMIT_EXCEEDED",
    ),
}


def fault(kind: str) -> Refused:
    """The refusal that a fault of this name answers with."""
    return invalid_login() if kind == "expired_token" else Refused(*FAULTS[kind])


def answer(refused: Refused) -> web.Response:
    """A refusal as NetSuite sends it."""
    title, type = _TITLES[refused.status]
    at_fault = {name: part for name, part in refused.at_fault.items() if part}
    detail: dict[str, Any] = {"detail": refused.detail, **at_fault, "o:errorCode": refused.code}
    body = {"type": type, "title": title, "status": refused.status, "o:errorDetails": [detail]}
    response = web.Response(
        body=json.dumps(body).encode(), status=refused.status, headers={"Content-Type": ERROR_TYPE}
    )
    if refused.status == web.HTTPUnauthorized.status_code:
        response.headers["WWW-Authenticate"] = (
            'Bearer error="invalid_token", error_description="Invalid login attempt."'
        )
    return response
