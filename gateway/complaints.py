"""What exactly is wrong with this request?"""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import islice
from typing import Any

import jsonschema_rs
import msgspec
from litestar import Request
from litestar.exceptions import ValidationException

from gateway.errors import Complaint

_MOST = 100
_EXPLAINED = 16_384
"""Bytes. All that is wrong with a body is told up to this size, of a larger one the first thing: the
validator finds everything before it tells anything, which for a megabyte takes seconds and a gigabyte."""


def complaints_of(request: Request[Any, Any, Any], error: ValidationException) -> list[Complaint]:
    """Each thing that is wrong, by the caller's own name: a JSON Pointer, or a parameter on the wire."""
    messages = error.extra if isinstance(error.extra, list) else []
    found = list(_about_parameters(request, messages))
    return found[:_MOST] or [Complaint(detail=message["message"][:1000]) for message in messages[:_MOST]]


def _about_parameters(request: Request[Any, Any, Any], messages: Sequence[Any]) -> Iterator[Complaint]:
    for message in messages:
        if message.get("source") != "body" and "key" in message:
            yield Complaint(
                detail=message["message"][:1000], parameter=_wire_name(request, message["key"])[:200]
            )


def _wire_name(request: Request[Any, Any, Any], argument: str) -> str:
    """The name of a header or query parameter, of which Litestar tells the Python argument."""
    field = request.route_handler.parsed_fn_signature.parameters.get(argument)
    return getattr(field and field.kwarg_definition, "name", None) or argument


def about_body(type_: Any, body: bytes) -> list[Complaint]:
    """All that is wrong with JSON that is no `type_`, by JSON Pointers; nothing when that takes too long.

    msgspec stops at the first trouble; a JSON Schema validator, asked only now, names them all.
    """
    if len(body) > _EXPLAINED:
        return []
    try:
        value = msgspec.json.decode(body)
    except msgspec.DecodeError:
        return []  # a number that nothing can hold
    errors = validator_of(type_).iter_errors(value)
    return [
        Complaint(detail=error.message[:1000], pointer=_pointer(error.instance_path)[:500])
        for error in islice(errors, _MOST)
    ]


@lru_cache(maxsize=256)
def validator_of(type_: Any) -> Any:
    """What a type promises, read as its JSON Schema is meant."""
    return jsonschema_rs.validator_for(msgspec.json.schema(type_))


def _pointer(steps: Sequence[str | int]) -> str:
    """RFC 6901, as a URI fragment."""
    return "#" + "".join(f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in steps)
