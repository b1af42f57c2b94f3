"""May this caller use this operation, and does the operation understand the request?

Whose object it is, is answered below with the caller's `AccountScope`: what lies outside is missing.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

import msgspec
from litestar.types import ASGIApp, HTTPReceiveMessage, HTTPRequestEvent, Receive, ReceiveMessage, Scope, Send

from canonical.caller import Caller
from gateway.complaints import about_body
from gateway.endings import complaints_of_body
from gateway.errors import Complaint, NoCredentials, NotAllowed, WrongMediaType, WrongParameters, WrongValues
from gateway.operations import Operation, operation_of
from gateway.values import check_of

CALLER = "caller"
"""Where in `scope["state"]` the caller is."""

_PLAIN_DEPTH = 500
_JSON = b"application/json"
_MOST_PARAMETERS = 50
_CHALLENGE = (b"www-authenticate", b'Bearer realm="tieline"')


class Access:
    """Stands between the router and one handler (Litestar makes one for each)."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._operation: Operation | None = None
        self._check = check_of(())
        self._body: Any = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Raises NoCredentials, NotAllowed, WrongParameters, WrongValues, WrongMediaType."""
        operation = self._operation
        if operation is None:
            operation = self._learn(scope)
        allow(operation, scope["state"][CALLER])
        self._check({**scope["path_params"], **read_query(operation, scope["query_string"])})
        if operation.body:
            check_media_type(dict(scope["headers"]))
            receive = await kept(receive, self._body)
        await self._app(scope, receive, send)

    def _learn(self, scope: Scope) -> Operation:
        self._operation = operation_of(scope["route_handler"], scope["path_params"])  # type: ignore[arg-type]
        self._check = check_of(self._operation.parameters)
        if self._operation.body:
            self._body = scope["route_handler"].parsed_fn_signature.parameters["data"].annotation
        return self._operation


def allow(operation: Operation, caller: Caller | None) -> None:
    """The default is no: an operation that names neither scopes nor `public` is for nobody."""
    if operation.public:
        return
    if caller is None:
        raise NoCredentials(headers=[_CHALLENGE])
    if not operation.scopes or not operation.scopes <= caller.scopes:
        challenge = (
            f'Bearer realm="tieline", error="insufficient_scope", scope="{" ".join(operation.scopes)}"'
        )
        raise NotAllowed(headers=[(b"www-authenticate", challenge.encode())])


def read_query(operation: Operation, query: bytes) -> dict[str, str]:
    """Refuse what would otherwise be ignored in silence: unknown, repeated and empty parameters."""
    read: dict[str, str] = {}
    if not query:
        return read
    try:
        pairs = parse_qsl(
            query.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=_MOST_PARAMETERS
        )
    except ValueError as error:
        raise WrongParameters("The query cannot be read.") from error
    for name, value in pairs:
        if name not in operation.query:
            raise WrongParameters(f"Unknown query parameter: {name[:80]}")
        if name in read or not value or (value == "null" and _may_be_absent(operation, name)):
            raise WrongParameters(f"Give {name} once, with a value.")
        read[name] = value
    return read


def _may_be_absent(operation: Operation, name: str) -> bool:
    """Whether `null` would be taken for the absence of this parameter, rather than for a word."""
    return not any(parameter.name == name and parameter.required for parameter in operation.parameters)


def check_media_type(headers: Mapping[bytes, bytes]) -> None:
    """Bodies are JSON."""
    if headers.get(b"content-type", b"").split(b";")[0].strip().lower() != _JSON:
        raise WrongMediaType(f"Send {_JSON.decode()}.", headers=[(b"accept-post", _JSON)])


def check_text(body: bytes) -> None:
    """Refuse what is not text (RFC 8259, 8.1: UTF-8); a parser that meets it inside a string gives up."""
    try:
        body.decode()
    except UnicodeDecodeError as error:
        raise WrongValues("The body is not UTF-8.") from error


def check_depth(body: bytes) -> None:
    """Refuse JSON nested so deeply that a parser gives up: that is the caller's doing, not a bug of ours."""
    if body.count(b"[") + body.count(b"{") > _PLAIN_DEPTH:
        try:
            msgspec.json.decode(body, type=msgspec.Raw)
        except RecursionError as error:
            raise WrongValues("Nested too deeply.") from error
        except msgspec.DecodeError:
            return  # what is not JSON is told where it is read


def check_types(body: bytes, type_: Any) -> None:
    """Refuse what only resembles what is documented: Litestar (2.25) takes `0` for false and `"7"` for 7."""
    try:
        msgspec.json.decode(body, type=type_)
    except msgspec.ValidationError as error:
        complaints = about_body(type_, body) or [Complaint(detail=str(error)[:1000])]
        raise WrongValues(complaints=complaints) from error
    except msgspec.DecodeError:
        return  # what is not JSON is told where it is read
    if complaints := complaints_of_body(type_, body):
        raise WrongValues(complaints=complaints)


async def kept(receive: Receive, type_: Any) -> Receive:
    """Read the body (bounded by the edge) and hand it on, if it is one of this type."""
    pieces, more = bytearray(), True
    while more:
        message = await receive()
        if message["type"] != "http.request":
            return receive  # the caller went away
        pieces += message["body"]
        more = message["more_body"]
    if not (body := bytes(pieces)):
        raise WrongValues("A body is required.")
    check_text(body)
    check_depth(body)
    check_types(body, type_)
    whole: list[HTTPRequestEvent] = [{"type": "http.request", "body": body, "more_body": False}]

    async def again() -> HTTPReceiveMessage | ReceiveMessage:
        return whole.pop() if whole else await receive()

    return again
