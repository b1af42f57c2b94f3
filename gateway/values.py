"""Does each parameter of a request have a value the operation takes?

Litestar leaves the msgspec constraints of parameters out of its own check (2.25: of `Annotated[str,
Meta(pattern=...)]` it sees a `str`), so what the documents promise is checked here, by the same types.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import msgspec

from gateway.errors import Complaint, WrongValues
from gateway.operations import Parameter

Check = Callable[[Mapping[str, Any]], None]
_PLACES = ("path", "query")


def check_of(parameters: Iterable[Parameter]) -> Check:
    """A check of path and query values by wire name. It raises WrongValues that names each wrong one."""
    expected = [parameter for parameter in parameters if parameter.place in _PLACES]
    whole = msgspec.defstruct(
        "Parameters",
        [_field(number, parameter) for number, parameter in enumerate(expected)],
        rename={f"p{number}": parameter.name for number, parameter in enumerate(expected)},
        kw_only=True,
    )

    def check(given: Mapping[str, Any]) -> None:
        try:
            msgspec.convert(given, whole, strict=False)
        except msgspec.ValidationError as error:
            raise WrongValues(complaints=_complaints(expected, given)) from error

    return check if expected else _nothing_expected


def _field(number: int, parameter: Parameter) -> tuple[str, Any] | tuple[str, Any, Any]:
    name = f"p{number}"
    return (name, parameter.type) if parameter.required else (name, parameter.type | None, None)


def _nothing_expected(_: Mapping[str, Any]) -> None:
    """An operation without parameters."""


def _complaints(expected: Iterable[Parameter], given: Mapping[str, Any]) -> list[Complaint]:
    """What is wrong with each; only asked when something is."""
    found = []
    for parameter in expected:
        if parameter.name not in given:
            if parameter.required:
                found.append(Complaint(detail="This parameter is required.", parameter=parameter.name))
            continue
        try:
            msgspec.convert(given[parameter.name], parameter.type, strict=False)
        except msgspec.ValidationError as error:
            found.append(Complaint(detail=str(error)[:1000], parameter=parameter.name))
    return found
