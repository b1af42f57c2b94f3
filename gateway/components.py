"""How do our types read in an OpenAPI document?"""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import msgspec

Schema = dict[str, Any]

REF = "#/components/schemas/{name}"
_NULL = {"type": "null"}
_VERBATIM = frozenset(("default", "examples", "enum", "const", "mapping"))
_INT32 = 2**31
_LONGEST_MOMENT = 64
_LONGEST_TEXT = 131_072
"""Characters of the longest text a platform keeps (a long text area of Salesforce)."""
_LONGEST_LIST = 10_000
_LARGEST = 2**53 - 1
"""The largest whole number that every reader of JSON holds (RFC 8259, section 6)."""


def components_of(types: Iterable[Any]) -> tuple[list[Schema], dict[str, Schema]]:
    """A schema for each type, in order, and the named schemas they refer to.

    A component is named by its title, and what its type leaves open is bounded by what platforms can say.
    """
    schemas, named = msgspec.json.schema_components(types, ref_template=REF)
    called = {name: _readable(schema.get("title", name)) for name, schema in named.items()}
    tidy = _renamed({REF.format(name=name): REF.format(name=called[name]) for name in named})
    components = {
        called[name]: {**clean(tidy(schema), _bounded), "title": called[name]}
        for name, schema in sorted(named.items())
    }
    return [clean(tidy(schema)) for schema in schemas], components


def pruned(document: Schema) -> Schema:
    """The document without the components nothing in its paths leads to."""
    used: set[str] = set()
    waiting = list(_references(document["paths"]))
    while waiting:
        if (reference := waiting.pop()) not in used:
            used.add(reference)
            _, _, kind, name = reference.split("/")
            waiting += _references(document["components"][kind][name])
    kept = {
        kind: {name: one for name, one in there.items() if f"#/components/{kind}/{name}" in used}
        for kind, there in document["components"].items()
    }
    return {**document, "components": {**kept, "securitySchemes": document["components"]["securitySchemes"]}}


def _references(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        yield from (value for key, value in part.items() if key == "$ref")
        yield from part.get("mapping", {}).values() if "propertyName" in part else ()
        for value in part.values():
            yield from _references(value)
    elif isinstance(part, list):
        for value in part:
            yield from _references(value)


def not_null(schema: Schema) -> Schema:
    """The schema of a query parameter or header: such a value is absent, never null."""
    if isinstance(schema.get("type"), list):
        schema = {**schema, "type": next(kind for kind in schema["type"] if kind != "null")}
    rest = [one for one in schema.get("oneOf", ()) if one != _NULL]
    if len(rest) == 1:
        schema = {**rest[0], **{key: value for key, value in schema.items() if key != "oneOf"}}
    return {key: value for key, value in schema.items() if (key, value) != ("default", None)}


Rule = Callable[[Schema], Schema]


def clean(schema: Any, *more: Rule) -> Any:
    """One JSON Schema in the form generators of clients read best, however deep."""
    if isinstance(schema, list):
        return [clean(each, *more) for each in schema]
    if not isinstance(schema, dict):
        return schema
    schema = {key: value if key in _VERBATIM else clean(value, *more) for key, value in schema.items()}
    for rule in (*_RULES, *more):
        schema = rule(schema)
    return schema


def _alternatives(schema: Schema) -> Schema:
    """`anyOf` of types that exclude each other is `oneOf`; of a simple type and null, a list of types."""
    if "anyOf" not in schema:
        return schema
    outer = {key: value for key, value in schema.items() if key != "anyOf"}
    flat: list[Schema] = []
    for one in schema["anyOf"]:
        nested = one.get("oneOf", [one])
        outer |= {"discriminator": one["discriminator"]} if "discriminator" in one else {}
        flat += nested
    rest = [one for one in flat if one != _NULL]
    simple = (
        len(rest) == 1 and isinstance(rest[0].get("type"), str) and not {"enum", "const"} & rest[0].keys()
    )
    if simple and _NULL in flat:
        return {**rest[0], **outer, "type": [rest[0]["type"], "null"]}
    return {**outer, "oneOf": flat}


def _one_value(schema: Schema) -> Schema:
    values = schema.get("enum")
    if not isinstance(values, list):
        return schema
    kind = {"type": "string"} if all(isinstance(value, str) for value in values) else {}
    if len(values) > 1:
        return {**kind, **schema}
    return {**kind, **{key: value for key, value in schema.items() if key != "enum"}, "const": values[0]}


def _widths(schema: Schema) -> Schema:
    """A format on every integer, a bound on every moment."""
    kinds = schema.get("type")
    kinds = kinds if isinstance(kinds, list) else [kinds]
    if "integer" in kinds and "format" not in schema:
        most = max(abs(schema.get("maximum", 2**63)), abs(schema.get("minimum", 2**63)))
        return {**schema, "format": "int32" if most < _INT32 else "int64"}
    if "string" in kinds and schema.get("format") in ("date", "date-time", "duration"):
        return {"maxLength": _LONGEST_MOMENT, **schema}
    return schema


_RULES: tuple[Rule, ...] = (_alternatives, _one_value, _widths)


def _bounded(schema: Schema) -> Schema:
    """An end to every text, list and whole number that its type leaves open."""
    kinds = schema.get("type")
    kinds = kinds if isinstance(kinds, list) else [kinds]
    if "string" in kinds and not {"const", "enum"} & schema.keys():
        return {"maxLength": _LONGEST_TEXT, **schema}
    if "array" in kinds:
        return {"maxItems": _LONGEST_LIST, **schema}
    if "integer" in kinds:
        return {"minimum": -_LARGEST, "maximum": _LARGEST, **schema}
    return schema


_READABLE = (
    (r"typing\.Annotated\[(.*), msgspec\.Meta\(.*?\)\]", r"\1"),
    (r"tuple\[(.*), \.\.\.\]", r"\1_list"),
    (r"\b[a-z_0-9]+\.", ""),  # of which module
    (r"[^A-Za-z0-9]+", "_"),
)


def _readable(title: str) -> str:
    """`Page[records.InvoiceView]` is `Page_InvoiceView`, and a `Part` of many is `Part_InvoiceView_list`."""
    for pattern, instead in _READABLE:
        title = re.sub(pattern, instead, title)
    return title.strip("_")


def _renamed(names: dict[str, str]) -> Callable[[Any], Any]:
    def tidy(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: tidy(each) for key, each in value.items()}
        if isinstance(value, list):
            return [tidy(each) for each in value]
        return names.get(value, value) if isinstance(value, str) else value

    return tidy
