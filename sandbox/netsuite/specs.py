"""What is a record type that can be written made of?"""

from dataclasses import dataclass, field
from typing import Final, Literal

Kind = Literal["text", "number", "day", "flag", "reference", "choice", "country"]


@dataclass(frozen=True, slots=True)
class Spec:
    """What a field holds. `to`: the record types it may point to; `choices`: the names of a choice."""

    kind: Kind = "text"
    to: tuple[str, ...] = ()
    choices: tuple[tuple[str, str], ...] = ()
    shown: bool = False


@dataclass(frozen=True, slots=True)
class Sublist:
    """The fields of a line, and the one by which a line is known again (nothing: by none)."""

    key: str
    fields: dict[str, Spec]


@dataclass(frozen=True, slots=True)
class Shape:
    """A record type that can be written. `required` must be set, under the names the screen gives them."""

    fields: dict[str, Spec]
    sublists: dict[str, Sublist] = field(default_factory=dict)
    required: dict[str, str] = field(default_factory=dict)


TEXT: Final = Spec()
NUMBER: Final = Spec("number")
DAY: Final = Spec("day")
FLAG: Final = Spec("flag")
COUNTRY: Final = Spec("country")
SHOWN: Final = Spec(shown=True)
