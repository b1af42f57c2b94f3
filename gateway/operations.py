"""What does an operation expect of a request?"""

from collections.abc import Iterable, Iterator
from functools import reduce
from operator import or_
from types import NoneType
from typing import Annotated, Any, NamedTuple

from litestar.constants import RESERVED_KWARGS
from litestar.enums import ParamType
from litestar.handlers import HTTPRouteHandler
from litestar.params import ParameterKwarg
from litestar.types import Empty
from litestar.typing import FieldDefinition
from litestar.utils.signature import ParsedSignature
from msgspec import Meta, Struct

SCOPES = "scopes"
"""`opt["scopes"]`: the scopes a caller must have, all of them."""
PUBLIC = "public"
"""`opt["public"]`: anybody may call."""
ERRORS = "errors"
"""`opt["errors"]`: what an operation may answer beside what all of its kind may, by status."""

_CONSTRAINTS = ("gt", "ge", "lt", "le", "multiple_of", "min_length", "max_length", "pattern", "description")


class Parameter(NamedTuple):
    """One path, query or header parameter, by its name on the wire. `type` carries its constraints.

    `argument` is what the function that answers calls it.
    """

    name: str
    argument: str
    place: str
    type: Any
    required: bool
    default: Any


class Operation(Struct, frozen=True, kw_only=True):
    """Who may call, and what is understood."""

    scopes: frozenset[str]
    public: bool
    parameters: tuple[Parameter, ...]
    query: frozenset[str]
    body: bool


def operation_of(handler: HTTPRouteHandler, path: Iterable[str] = ()) -> Operation:
    """Read off a handler: its `opt`, its arguments and those of what it is given."""
    parameters = parameters_of(handler, frozenset(path))
    return Operation(
        scopes=frozenset(handler.opt.get(SCOPES, ())),
        public=bool(handler.opt.get(PUBLIC)),
        parameters=tuple(parameters),
        query=frozenset(parameter.name for parameter in parameters if parameter.place == "query"),
        body="data" in handler.parsed_fn_signature.parameters,
    )


def parameters_of(handler: HTTPRouteHandler, path: frozenset[str] = frozenset()) -> list[Parameter]:
    """Every parameter a caller may send, each once. `path` names those that are part of the path."""
    given = handler.resolve_dependencies()
    signatures = [handler.parsed_fn_signature, *(each.parsed_fn_signature for each in given.values())]
    found = (
        _parameter(name, field, path)
        for name, field in _fields(signatures)
        if name not in given and name not in RESERVED_KWARGS
    )
    return list({parameter.name: parameter for parameter in found}.values())


def _fields(signatures: list[ParsedSignature]) -> Iterator[tuple[str, FieldDefinition]]:
    for signature in signatures:
        yield from signature.parameters.items()


def _parameter(name: str, field: FieldDefinition, path: frozenset[str]) -> Parameter:
    definition = field.kwarg_definition
    declared = definition.param_type if isinstance(definition, ParameterKwarg) else ParamType.QUERY
    return Parameter(
        name=getattr(definition, "name", None) or name,
        argument=name,
        place="path" if name in path else declared.value,
        type=_constrained(field),
        required=field.default is Empty and not field.is_optional,
        default=None if field.default is Empty else field.default,
    )


def _constrained(field: FieldDefinition) -> Any:
    """The declared type, with what Litestar's own `QueryParameter(...)` says put in msgspec's words."""
    said = {
        key: value
        for key in _CONSTRAINTS
        if (value := getattr(field.kwarg_definition, key, None)) is not None
    }
    if not said:
        return field.raw
    if field.is_optional:  # what is said holds for the value, not for its absence
        value = reduce(or_, (one for one in field.args if one is not NoneType))
        return Annotated[value, Meta(**said)] | None
    return Annotated[field.raw, Meta(**said)]
