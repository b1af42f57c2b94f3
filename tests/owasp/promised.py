"""Which operations are there, who may call each, and how is each asked? (read from the documents alone)"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

import msgspec
from msgspec import Struct

from gateway.contracts import DOCUMENTS

METHODS: Final = ("get", "post", "put", "patch", "delete")
SCHEMES: Final = ("accessToken", "apiKey")
OURS: Final = re.compile(r"\^([a-z]+)_\[0-9a-v\]\{20\}\$")
"""The pattern of an id that is ours; its prefix says of what."""
SAMPLE: Final = "acc_0123456789abcdefghij"
"""The account that stands in the examples, and is nobody's."""
CONNECTIONS: Final = {"crm": "salesforce", "billing": "stripe", "support": "zendesk", "erp": "netsuite"}


class Parameter(NamedTuple):
    """One of an operation; `prefix` is that of the ids it takes, if it takes any of ours."""

    name: str
    place: str
    required: bool
    value: str
    prefix: str | None


class Promised(Struct, frozen=True, eq=False):
    """An operation of a document. `security` is what it says of who may call.

    `example` is the body its document shows, `body` the same where that changes nothing, else an empty one.
    """

    document: str
    method: str
    path: str
    security: list[dict[str, list[str]]]
    parameters: tuple[Parameter, ...]
    example: Any

    @property
    def body(self) -> Any:
        """A body that may be sent by anybody."""
        changes = any(scope.endswith((":write", ":approve")) for scope in self.scopes)
        return {} if changes and self.example is not None else self.example

    @property
    def name(self) -> str:
        """How a test is called that asks it."""
        return f"{self.method} {self.path}"

    @property
    def scopes(self) -> frozenset[str]:
        """What a caller must hold, all of it."""
        return frozenset(self.security[0][SCHEMES[0]])

    def asked(self, values: Mapping[str, str] = {}) -> tuple[str, dict[str, str]]:
        """Path and query with these values, and with harmless ones for what else is required."""
        path, query = self.path, {}
        for one in self.parameters:
            value = values.get(one.name, one.value)
            if one.place == "path":
                path = path.replace(f"{{{one.name}}}", value)
            elif one.place == "query" and (one.required or one.name in values):
                query[one.name] = value
        return path, query

    def takes(self, name: str) -> bool:
        """Whether there is a parameter of this name."""
        return any(one.name == name for one in self.parameters)


def promised() -> list[Promised]:
    """Every operation of every committed document."""
    return [
        one
        for file in sorted(DOCUMENTS.glob("*.json"))
        for one in _of(msgspec.json.decode(file.read_bytes()), file.stem)
    ]


def _of(document: dict[str, Any], name: str) -> Iterator[Promised]:
    for path, item in document["paths"].items():
        for method in METHODS:
            if operation := item.get(method):
                yield Promised(
                    document=name,
                    method=method.upper(),
                    path=path,
                    security=operation.get("security", document.get("security", [])),
                    parameters=tuple(
                        _parameter(one, document, name) for one in operation.get("parameters", [])
                    ),
                    example=_example(operation),
                )


def _example(operation: dict[str, Any]) -> Any:
    sent = operation.get("requestBody", {"content": {"application/json": {}}})
    return sent["content"]["application/json"].get("example")


def _parameter(one: dict[str, Any], document: dict[str, Any], name: str) -> Parameter:
    schema = one["schema"]
    if "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    ours = OURS.fullmatch(schema.get("pattern", ""))
    prefix = ours.group(1) if ours else None
    return Parameter(
        one["name"], one["in"], one.get("required", False), _value(one["name"], schema, prefix, name), prefix
    )


def _value(name: str, schema: dict[str, Any], prefix: str | None, document: str) -> str:
    """Something that looks right and is nobody's."""
    if name == "connection":
        return CONNECTIONS[document.split(".")[1]]
    if prefix:
        return f"{prefix}_{'0' * 20}"
    return str(schema["enum"][0]) if "enum" in schema else "nobody"
