"""What does a plausible value of a schema look like?"""

import re
from collections.abc import Mapping
from typing import Any, Final

from gateway.components import Schema
from gateway.plausible import BY_FORMAT, BY_NAME, NOTHING, WORD

_OUR_ID: Final = re.compile(r"\^([a-z]+_)\[0-9a-v\]\{20\}\$")
"""The pattern of our own ids: a prefix and twenty characters."""

Path = tuple[str, ...]
"""The components and properties a value is within, the nearest last."""


class NoSample(LookupError):
    """A type asks for a value of a shape that it shows no example of."""


class Samples:
    """Values for the schemas of one document, made from its components."""

    def __init__(self, components: Mapping[str, Schema]) -> None:
        self._components = components

    def of(self, schema: Schema, *path: str) -> Any:
        """A value the schema takes: one that fits where it stands, its own example, or the plainest.

        Raises NoSample for a pattern that neither an example nor a known name meets.
        """
        if (component := _component(schema)) in self._components:
            return self.of(self._components[component], *path, component)
        if _nullable(schema) and path and path[-1] in NOTHING:
            return None
        if given := _given(schema):
            fitting = _fitting(path)
            return next((one for one in fitting if _fits(one, schema)), given[0])
        if "oneOf" in schema:
            return self._alternative(schema, path)
        return self._of_type(schema, path)

    def _alternative(self, schema: Schema, path: Path) -> Any:
        """The first there is; null where it would go in circles."""
        for one in schema["oneOf"]:
            if one != {"type": "null"} and _component(one) not in path:
                return self.of(one, *path)
        return None

    def _of_type(self, schema: Schema, path: Path) -> Any:
        kinds = schema.get("type", "null")
        kind = kinds if isinstance(kinds, str) else next(each for each in kinds if each != "null")
        match kind:
            case "object":
                return self._object(schema, path)
            case "array":
                return self._array(schema, path)
            case "string":
                return _string(schema, path)
            case "integer" | "number":
                return _number(schema, path)
            case "boolean":
                return False
        return None

    def _object(self, schema: Schema, path: Path) -> dict[str, Any]:
        whole = {name: self.of(each, *path, name) for name, each in schema.get("properties", {}).items()}
        others = schema.get("additionalProperties")
        return whole or ({"crm": self.of(others, *path)} if isinstance(others, dict) else {})

    def _array(self, schema: Schema, path: Path) -> list[Any]:
        least, item = schema.get("minItems", 0), schema.get("items", {})
        if not least and (_component(item) in path or (path[-1:] and path[-1] in NOTHING)):
            return []
        return [self.of(item, *path)] * max(least, 1)


def _component(schema: Schema) -> str:
    return str(schema.get("$ref", "")).rpartition("/")[2]


def _nullable(schema: Schema) -> bool:
    return "null" in (schema.get("type") or ()) or {"type": "null"} in schema.get("oneOf", ())


def _given(schema: Schema) -> list[Any]:
    """The values a schema names itself."""
    return schema.get("examples") or ([schema["const"]] if "const" in schema else schema.get("enum", []))


def _fitting(path: Path) -> tuple[Any, ...]:
    """What fits here, the best first: by what it is within, then by its own name."""
    while path and path[-1][0].isupper():
        path = path[:-1]  # a component that is named only, such as an enumeration
    if not path:
        return ()
    near = [f"{above}.{path[-1]}" for above in path[-3:-1]]
    return tuple(value for name in (*reversed(near), path[-1]) for value in BY_NAME.get(name, ()))


def _fits(value: Any, schema: Schema) -> bool:
    """Whether a value may stand in for those a schema gives: an enumeration takes its own only."""
    if "const" in schema or "enum" in schema:
        return value in (schema.get("enum") or [schema["const"]])
    return type(value) is type(schema["examples"][0]) and "pattern" not in schema


def _string(schema: Schema, path: Path) -> str:
    if ours := _OUR_ID.fullmatch(schema.get("pattern", "")):
        return f"{ours[1]}0123456789abcdefghij"
    fitting = [one for one in (*_moment(schema, path), *_fitting(path), WORD) if isinstance(one, str)]
    for text in (one[: schema.get("maxLength")].ljust(schema.get("minLength", 0), "0") for one in fitting):
        if re.search(schema.get("pattern", ""), text):
            return text
    raise NoSample(f"{'.'.join(path)} follows {schema['pattern']}: give its type an example")


def _moment(schema: Schema, path: Path) -> tuple[str, ...]:
    """A moment or a day, by format; where a type says no format, by its name."""
    known = BY_FORMAT.get(schema.get("format", ""))
    if known:
        return (*(one for one in _fitting(path) if len(str(one)) == len(known)), known)
    name = path[-1] if path else ""
    return (BY_FORMAT["date-time"],) if name.endswith("_at") or name in ("at", "since") else ()


def _number(schema: Schema, path: Path) -> int:
    number: int = next((one for one in _fitting(path) if isinstance(one, int)), 1)
    least: int = max(number, schema.get("minimum", number))
    most: int = schema.get("maximum", least)
    return min(least, most)
