"""Where in a TOML file does a setting stand?

The parsers say where a file stops being TOML, but not where in it a value stands that is none of ours. So a
text is read up to one line and the next: a setting stands in the first statement after which it is there.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, TypeVar

import msgspec

T = TypeVar("T")
Key = tuple[str | int, ...]
"""Names of tables and settings, and places (from 0) in arrays."""

_AT: Final = re.compile(r"^(?P<said>.*?)(?: - at `\$(?P<at>.*)`)?$", re.DOTALL)
_STEP: Final = re.compile(r"\.(?P<name>[^.\[]+)|\[(?P<place>\d+)\]|(?P<any>\[\.\.\.\])")
_UNKNOWN: Final = re.compile(r"Object contains unknown field `(?P<name>[^`]*)`")
_ANY: Final = "..."
"""How msgspec names whichever key of a table."""


class Wrong(Exception):
    """A setting cannot be used as it stands: which one, and what to change."""

    def __init__(self, key: Key, said: str) -> None:
        super().__init__(said)
        self.key = key


def converted(document: Mapping[str, Any], type: type[T]) -> T:
    """What was read, as this type. Raises Wrong with the exact key."""
    try:
        return msgspec.convert(document, type)
    except msgspec.ValidationError as error:
        said, key = _pointed(error)
        key = _found(document, type, key, str(error))
        raise Wrong(key, f"{spoken(key)}: {said}." if key else f"{said}.") from None


def spoken(key: Key) -> str:
    """A key as one writes it: `connections[0].config.deadline`."""
    return "".join(f"[{one}]" if isinstance(one, int) else f".{one}" for one in key).lstrip(".")


def line_of(text: str, key: Key) -> int | None:
    """The line, from 1, of the statement that says it, or of its table when none does. None for no table."""
    lines = text.splitlines(keepends=True)
    while key:
        if (last := _first_with(lines, key)) is not None:
            return _beginning(lines, last)
        key = key[:-1]
    return None


def _first_with(lines: Sequence[str], key: Key) -> int | None:
    """How many lines it takes for the key to be there; what is there once, stays."""
    low, high = 0, len(lines)
    if not _has(_next_whole(lines, high), key):
        return None
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if _has(_next_whole(lines, middle), key) else (middle + 1, high)
    return next(count for count in range(low, len(lines) + 1) if _whole(lines, count) is not None)


def _beginning(lines: Sequence[str], last: int) -> int:
    """The first line of the statement that ends with this one, past blank lines and comments."""
    before = next(count for count in range(last - 1, -1, -1) if _whole(lines, count) is not None)
    said = (
        number
        for number in range(before, last)
        if lines[number].strip() and not lines[number].lstrip().startswith("#")
    )
    return next(said, before) + 1


def _next_whole(lines: Sequence[str], count: int) -> Mapping[str, Any]:
    """What the first so many lines say, with as many more as the statement there goes on for."""
    wholes = (_whole(lines, more) for more in range(count, len(lines) + 1))
    return next(one for one in wholes if one is not None)


def _whole(lines: Sequence[str], count: int) -> Mapping[str, Any] | None:
    try:
        return tomllib.loads("".join(lines[:count]))
    except tomllib.TOMLDecodeError:
        return None


def _has(document: Any, key: Key) -> bool:
    for one in key:
        if isinstance(document, list):
            if not isinstance(one, int) or one >= len(document):
                return False
        elif not isinstance(document, Mapping) or one not in document:
            return False
        document = document[one]
    return True


def _pointed(error: msgspec.ValidationError) -> tuple[str, Key]:
    """What is wrong, and the key as far as msgspec knows it."""
    found = _AT.fullmatch(str(error))
    said, at = (found["said"], found["at"] or "") if found else (str(error), "")
    key = tuple(_steps(at))
    if unknown := _UNKNOWN.fullmatch(said):
        return "there is no such setting", (*key, unknown["name"])
    return said, key


def _steps(at: str) -> Iterator[str | int]:
    for step in _STEP.finditer(at):
        yield int(step["place"]) if step["place"] else step["name"] or _ANY


def _found(document: Mapping[str, Any], type: type[Any], key: Key, said: str) -> Key:
    """The key with its `...` filled in: that of the entry which, left alone, is complained of alike."""
    if _ANY not in key:
        return key
    place = key.index(_ANY)
    for name in _at(document, key[:place]):
        try:
            msgspec.convert(_only(document, key[:place], name), type)
        except msgspec.ValidationError as error:
            if str(error) == said:
                return _found(document, type, (*key[:place], name, *key[place + 1 :]), said)
    return key[:place]


def _at(document: Any, key: Key) -> Any:
    for one in key:
        document = document[one]
    return document


def _only(document: Any, key: Key, name: str) -> Any:
    """The same, with all other entries of one table left out."""
    if not key:
        return {name: document[name]}
    if isinstance(document, list):
        return [_only(one, key[1:], name) if at == key[0] else one for at, one in enumerate(document)]
    return {**document, key[0]: _only(document[key[0]], key[1:], name)}
