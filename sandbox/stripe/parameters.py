"""Which parameters does a call carry, and are they ones this path takes?

Stripe reads `created[gte]=1` as a part of `created` and `expand[]=a` or `expand[0]=a` as a list, and refuses
every name it does not know.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass, field

from multidict import MultiMapping

from sandbox.stripe.errors import Refusal, missing_parameter, unknown_parameter

PART = re.compile(r"(?P<name>[^\[\]]+)(\[(?P<part>[^\[\]]*)\])?")
MOST = 100
# Parameters that only come as a list.
LISTS = ("expand", "ids", "types")
USUAL = 10


@dataclass
class Asked:
    """`plain` by name, `parts` by name and part (`created` -> `gte`), `lists` by name."""

    plain: dict[str, str] = field(default_factory=dict)
    parts: dict[str, dict[str, str]] = field(default_factory=dict)
    lists: dict[str, list[str]] = field(default_factory=dict)

    def limit(self) -> int:
        """1 to 100, 10 when not given."""
        limit = whole_number("limit", self.plain.get("limit", str(USUAL)))
        if limit > MOST:
            raise Refusal(
                400,
                f"This value must be less than or equal to {MOST} (it currently is '{limit}').",
                param="limit",
            )
        if limit < 1:
            raise Refusal(
                400,
                f"This value must be greater than or equal to 1 (it currently is '{limit}').",
                param="limit",
            )
        return limit

    def required(self, name: str) -> str:
        if not (value := self.plain.get(name, "")):
            raise missing_parameter(name)
        return value


def read(query: MultiMapping[str], known: Collection[str]) -> Asked:
    """The parameters of a call, or the 400 for the first that is not among the `known` ones."""
    asked = Asked()
    for written, value in query.items():
        found = PART.fullmatch(written)
        name = found["name"] if found else written
        if not found or name not in known:
            raise unknown_parameter(written)
        part = found["part"]
        if part is None and name in LISTS:
            raise Refusal(400, "Invalid array", param=name)
        if part is None:
            asked.plain[name] = value
        elif part == "" or part.isdecimal():
            asked.lists.setdefault(name, []).append(value)
        else:
            asked.parts.setdefault(name, {})[part] = value
    return asked


def whole_number(name: str, value: str) -> int:
    if not re.fullmatch(r"-?\d{1,15}", value):
        raise Refusal(400, f"Invalid integer: {value}", "parameter_invalid_integer", name)
    return int(value)
