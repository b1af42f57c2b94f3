"""What does an error look like outside? (RFC 9457; which error is which kind stands in `kinds`)"""

import logging
import math
from http import HTTPStatus
from typing import Annotated, Any, NamedTuple

import msgspec
from litestar import Request, Response
from litestar.exceptions import ClientException, HTTPException, ValidationException
from msgspec import Meta, Struct

from gateway.complaints import complaints_of
from gateway.errors import Complaint, GatewayError, Header
from gateway.kinds import BUG, Kind, kind_of
from process_apis.errors import ProcessError

MEDIA_TYPE = "application/problem+json"
TRACE_ID = "trace_id"
"""Where in `scope["state"]` the edge leaves the id of the request's trace."""

_LOG = logging.getLogger("tieline.problems")
_SOON = 5


class Problem(Struct, kw_only=True, omit_defaults=True):
    """What went wrong (RFC 9457)."""

    type: Annotated[str, Meta(max_length=300, description="A page that explains this kind of problem.")]
    title: Annotated[str, Meta(max_length=200)]
    status: Annotated[int, Meta(ge=400, le=599)]
    code: Annotated[str, Meta(max_length=64, description="Stable; meant for programs.")]
    detail: Annotated[str, Meta(max_length=2000)] | None = None
    instance: Annotated[str, Meta(max_length=300, description="The path that was asked.")] | None = None
    errors: Annotated[list[Complaint], Meta(max_length=100)] | None = None
    trace_id: Annotated[str, Meta(max_length=32, description="Name it when you ask us.")] | None = None


class Told(NamedTuple):
    """A problem as it is sent."""

    status: int
    headers: list[Header]
    body: bytes


class Problems:
    """Errors become problems whose `type` is a page under `base_url`."""

    def __init__(self, base_url: str) -> None:
        self._base = f"{base_url.rstrip('/')}/problems/"

    def tell(
        self, error: Exception, path: str, trace_id: str, complaints: list[Complaint] | None = None
    ) -> Told:
        """What is sent for an error. A bug is logged, once, with its traceback, and shows a trace id only."""
        kind = kind_of(error)
        if kind is BUG:
            _LOG.error("bug", exc_info=error, extra={TRACE_ID: trace_id})
        problem = Problem(
            type=self._base + kind.code,
            title=kind.title,
            status=kind.status,
            code=kind.code,
            detail=_detail(error),
            instance=path[:300],
            errors=complaints or None,
            trace_id=trace_id,
        )
        headers = [(b"content-type", MEDIA_TYPE.encode()), *_headers(error, kind)]
        return Told(kind.status, headers, msgspec.json.encode(problem))

    def answer(self, request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
        """The same, for an error raised below the router (a Litestar exception handler)."""
        told = self.tell(
            error, request.scope["path"], request.scope["state"][TRACE_ID], _complaints(request, error)
        )
        headers = {name.decode(): value.decode() for name, value in told.headers if name != b"content-type"}
        return Response(told.body, status_code=told.status, headers=headers, media_type=MEDIA_TYPE)


def _complaints(request: Request[Any, Any, Any], error: Exception) -> list[Complaint] | None:
    if isinstance(error, ValidationException):
        return complaints_of(request, error)
    if isinstance(error, ProcessError) and error.pointer:
        return [Complaint(detail=str(error), pointer=error.pointer)]
    return error.complaints if isinstance(error, GatewayError) else None


def _detail(error: Exception) -> str | None:
    """What the caller may read. The text of a platform's error is for our own logs."""
    if type(error) is ClientException:  # where in the body it stopped being JSON
        return error.detail[:2000]
    if isinstance(error, GatewayError | ProcessError):
        return str(error)[:2000] or None
    return None


def _headers(error: Exception, kind: Kind) -> list[Header]:
    if isinstance(error, GatewayError):
        return error.headers
    if isinstance(error, HTTPException):
        return [(name.lower().encode(), value.encode()) for name, value in (error.headers or {}).items()]
    if kind.status == HTTPStatus.SERVICE_UNAVAILABLE:
        return [(b"retry-after", b"%d" % max(1, math.ceil(getattr(error, "retry_after", None) or _SOON)))]
    return []
