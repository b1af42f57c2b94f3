"""What do all our APIs promise alike? (headers, errors, proofs of identity, as OpenAPI components)"""

from collections.abc import Sequence
from functools import cache
from http import HTTPStatus
from itertools import groupby
from typing import Any

from gateway.components import REF, Schema
from gateway.kinds import BY_CODE, Kind
from gateway.operations import Parameter
from gateway.problems import MEDIA_TYPE, Problem

TOKEN = "accessToken"  # noqa: S105 (a name, not a secret)
KEY = "apiKey"

SECURITY: Schema = {
    TOKEN: {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "An access token (RFC 9068), checked as RFC8725 asks. `X-API-Key` does as well.",
    },
    KEY: {
        "type": "apiKey",
        "in": "header",
        "name": "X-API-Key",
        "description": "The key of a program; it has the scopes of its client.",
    },
}


def _header(description: str, example: str, longest: int = 200) -> Schema:
    schema = {"type": "string", "maxLength": longest, "examples": [example]}
    return {"description": description, "schema": schema}


CONTACT: Schema = {
    "name": "The people behind this API",
    "url": "https://api.example.com/docs",
    "email": "api@example.com",
}
LICENSE: Schema = {"name": "Terms of use", "url": "https://api.example.com/terms"}

HEADERS: Schema = {
    "Request-Id": _header("The caller's own id of the request, or ours.", "req_5f0c1d2e3a4b5c6d7e8f9a0b", 64),
    "RateLimit-Policy": _header("The caller's plan: `q` requests in `w` seconds.", '"default";q=6000;w=60'),
    "RateLimit": _header("`r` requests are left for `t` seconds.", '"default";r=5999;t=60'),
    "Retry-After": {
        "description": "Seconds to wait; asking then succeeds.",
        "schema": {"type": "integer", "format": "int32", "minimum": 1, "maximum": 86_400},
    },
    "WWW-Authenticate": _header("What is asked for (RFC 6750).", 'Bearer realm="tieline"', 500),
    "ETag": _header("Strong; give it as `If-None-Match` to hear 304 when nothing changed.", '"9a0364b9"', 80),
    "Cache-Control": _header("How long an answer may be kept.", "private, no-cache"),
    "Deprecation": _header("Since when this version is advised against (RFC 9745).", "@1793491200", 30),
    "Sunset": _header("When this version ends (RFC 8594).", "Sun, 31 Dec 2028 23:59:59 GMT", 40),
    "Link": _header(
        'The next page, as `<...>; rel="next"`.', '</portal/v2/invoices?cursor=x>; rel="next"', 2_000
    ),
}

EVERY = ("Request-Id", "RateLimit", "RateLimit-Policy")
"""What every answer carries."""
_ALWAYS = (400, 401, 403, 429, 431, 500, 502, 503)
_WAITS = (429, 503)


def _name(status: int) -> str:
    return "".join(word.capitalize() for word in HTTPStatus(status).phrase.replace("-", " ").split())


def _response(status: int, kinds: Sequence[Kind]) -> Schema:
    names = [*EVERY, *(["Retry-After"] if status in _WAITS else [])]
    names += ["WWW-Authenticate"] if status in (401, 403) else []
    examples = {
        kind.code: {
            "summary": kind.title,
            "value": {
                "type": f"https://api.example.com/problems/{kind.code}",
                "title": kind.title,
                "status": status,
                "code": kind.code,
                "instance": "/path",
                "trace_id": "0af7651916cd43dd8448eb211c80319c",
            },
        }
        for kind in kinds
    }
    return {
        "description": "; ".join(kind.title for kind in kinds) + ".",
        "headers": {name: {"$ref": f"#/components/headers/{name}"} for name in names},
        "content": {
            MEDIA_TYPE: {"schema": {"$ref": REF.format(name=Problem.__name__)}, "examples": examples}
        },
    }


def _by_status(audience: str) -> dict[int, list[Kind]]:
    met = (kind for kind in BY_CODE.values() if kind.only in {None, audience})
    ordered = sorted(met, key=lambda kind: (kind.status, kind.code))
    return {status: list(kinds) for status, kinds in groupby(ordered, key=lambda kind: kind.status)}


@cache
def responses_to(audience: str) -> Schema:
    """Every answer that is no success, as this audience may meet it."""
    return {
        "NotModified": {"description": "What you have is what there is.", "headers": {}},
        **{_name(status): _response(status, kinds) for status, kinds in _by_status(audience).items()},
    }


def credentials(scopes: list[str]) -> list[Schema]:
    """What an operation asks for: a token or a key, either with all its scopes.

    For these kinds of scheme the list names roles (OpenAPI 3.1.0, section 4.8.30).
    """
    return [{TOKEN: scopes}, {KEY: scopes}]


def errors_of(parameters: Sequence[Parameter], body: bool, also: Sequence[int] = ()) -> dict[str, Any]:
    """What an operation may answer instead, by status: what it takes decides, and what it says itself."""
    by_body = (408, 413, 415, 422) if body else ()
    statuses = {*_ALWAYS, *((404, 422) if parameters else ()), *by_body, *also}
    return {str(status): {"$ref": f"#/components/responses/{_name(status)}"} for status in sorted(statuses)}
