"""Does each parameter of a request have a value the operation takes?

Litestar leaves the msgspec constraints of parameters out of its own check (2.25: of `Annotated[str,
Meta(pattern=...)]` it sees a `str`), so what the documents promise is checked here, by the same types.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import msgspec

from gateway.endings import complaints_of_parameter
from gateway.errors import Complaint, WrongValues
from gateway.operations import Parameter

Check = Callable[[Mapping[str, Any]], dict[str, Any]]
_PLACES = ("path", "query")


def check_of(parameters: Iterable[Parameter]) -> Check:
    """A check of path and query values by wire name, that gives them by argument, each of its own type.

    It raises WrongValues that names each wrong one.
    """
    expected = [parameter for parameter in parameters if parameter.place in _PLACES]
    whole = msgspec.defstruct(
        "Parameters",
        [_field(parameter) for parameter in expected],
        rename={parameter.argument: parameter.name for parameter in expected},
        kw_only=True,
    )
    moments = _moments(expected)

    def check(given: Mapping[str, Any]) -> dict[str, Any]:
        if numbers := [name for name in moments if is_number(given.get(name, ""))]:
            raise WrongValues(
                complaints=[Complaint(detail="Not a moment.", parameter=one) for one in numbers]
            )
        try:
            values = msgspec.structs.asdict(msgspec.convert(given, whole, strict=False))
        except msgspec.ValidationError as error:
            raise WrongValues(complaints=_complaints(expected, given)) from error
        if ends := [
            it for one in expected for it in complaints_of_parameter(one.name, one.type, given.get(one.name))
        ]:
            raise WrongValues(complaints=ends)
        return values

    return check if expected else _nothing_expected


def _moments(expected: Iterable[Parameter]) -> frozenset[str]:
    """The names of those that are a moment: msgspec (0.22), not being strict, takes a number for one, too."""
    return frozenset(one.name for one in expected if "datetime.datetime" in str(one.type))


def is_number(text: str) -> bool:
    """Whether a text reads as a number."""
    try:
        float(text)
    except ValueError:
        return False
    return True


def _field(parameter: Parameter) -> tuple[str, Any] | tuple[str, Any, Any]:
    name = parameter.argument
    return (name, parameter.type) if parameter.required else (name, parameter.type | None, parameter.default)


def _nothing_expected(_: Mapping[str, Any]) -> dict[str, Any]:
    """An operation without parameters."""
    return {}


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
