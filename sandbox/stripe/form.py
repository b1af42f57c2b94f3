"""Which parameters does a write carry? (`items[0][price]=...`, checked against what the path takes)

Stripe's bodies are forms. An empty value takes a field away; a name that a path does not know is refused.
"""

import re
from typing import Any, TypeVar
from urllib.parse import parse_qsl

import msgspec

from sandbox.stripe.errors import Refusal, missing_parameter, unknown_parameter

P = TypeVar("P", bound=msgspec.Struct)
Json = dict[str, Any]

_NAME = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])*)")
_PART = re.compile(r"\[([^\[\]]*)\]")
# msgspec's own sentences about what does not fit, at a place such as `$.items[0]`.
_UNKNOWN = re.compile(r"Object contains unknown field `(?P<name>[^`]+)`(?: - at `\$\.?(?P<at>[^`]*)`)?")
_MISSING = re.compile(r"Object missing required field `(?P<name>[^`]+)`(?: - at `\$\.?(?P<at>[^`]*)`)?")
_WRONG = re.compile(r"(?P<why>.*?)(?: - at `\$\.?(?P<at>[^`]*)`)?")
DEEPEST = 5
MOST = 1_000


def parameters(body: str, kind: type[P]) -> P:
    """What was sent as the parameters of one path, or Stripe's 400 for the first that does not fit."""
    try:
        fields = parse_qsl(body, keep_blank_values=True, max_num_fields=MOST, errors="strict")
    except ValueError as error:
        raise Refusal(400, "Invalid request body: it must be form-encoded.") from error
    sent: Json = {}
    for name, value in fields:
        _put(sent, name, value)
    try:
        return msgspec.convert(_listed(sent), type=kind, strict=False)
    except msgspec.ValidationError as error:
        raise _refusal(str(error)) from error


def _put(sent: Json, name: str, value: str) -> None:
    """Put a value where its bracketed name says."""
    found = _NAME.fullmatch(name)
    parts = [found[1], *_PART.findall(found[2])] if found else []
    if not 0 < len(parts) <= DEEPEST:
        raise unknown_parameter(name)
    holder = sent
    for part in parts[:-1]:
        holder = holder.setdefault(part, {})
        if not isinstance(holder, dict):
            raise Refusal(400, f"Invalid object: {name}", param=name)
    last = parts[-1] or str(len(holder))
    if isinstance(holder.get(last), dict):
        raise Refusal(400, f"Invalid object: {name}", param=name)
    holder[last] = value


def _listed(value: Any) -> Any:
    """With a list for every object whose names are numbers, in their order."""
    if not isinstance(value, dict):
        return value
    inside = {name: _listed(one) for name, one in value.items()}
    if inside and all(name.isdecimal() for name in inside):
        return [inside[name] for name in sorted(inside, key=int)]
    return inside


def _refusal(said: str) -> Refusal:
    if found := _UNKNOWN.fullmatch(said):
        return unknown_parameter(_bracketed(found["at"], found["name"]))
    if found := _MISSING.fullmatch(said):
        return missing_parameter(_bracketed(found["at"], found["name"]))
    found = _WRONG.fullmatch(said)
    at = _bracketed(found["at"] if found else None)
    if "Expected `int" in said:
        return Refusal(400, f"Invalid integer: {at}", "parameter_invalid_integer", at)
    return Refusal(400, f"Invalid {at}: {found['why'] if found else said}", param=at)


def _bracketed(at: str | None, name: str = "") -> str:
    """A place as Stripe names it: `items[0].price` is `items[0][price]`."""
    first, *rest = [part for part in (*re.split(r"\.", at or ""), name) if part] or ["body"]
    return first + "".join(f"[{part}]" for part in rest)
