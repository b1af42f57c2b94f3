"""Where in an API is that, in words?"""

from collections.abc import Iterator

from gateway.releases.difference import METHODS
from gateway.releases.pairs import Document, Node

_SILENT = frozenset(("schema", "content", "properties", "responses", "headers", "components", "schemas"))
"""Steps that say nothing to a reader."""
_LISTS = frozenset(("items", "additionalProperties"))
_CHOICES = frozenset(("oneOf", "anyOf", "prefixItems"))


def place(document: Node, pointer: str) -> str:
    """The operation and its part, `GET /orders: parameter limit`; of a schema its property, `Order.total`."""
    steps = [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]]
    if steps[:1] == ["paths"]:
        return _of_operation(document, pointer, steps[1:])
    if steps[:2] == ["components", "schemas"]:
        return "".join(_of_schema(steps[2:]))
    return ", ".join(step for step in steps if step not in _SILENT) or "the document"


def _of_operation(document: Node, pointer: str, steps: list[str]) -> str:
    path, rest = steps[0], steps[1:]
    whose = path
    if rest and rest[0] in METHODS:
        whose = f"{rest.pop(0).upper()} {path}"
    if rest[:1] == ["parameters"]:
        above = "/".join(pointer.split("/")[: len(pointer.split("/")) - len(rest) + 2])
        parameter = Document(document).at(above)
        return f"{whose}: parameter {parameter.get('name', '')}".rstrip()
    said = " ".join(step for step in rest if step not in _SILENT | _LISTS and "/" not in step)
    return f"{whose}: {said}" if said else whose


def _of_schema(steps: list[str]) -> Iterator[str]:
    for before, step in zip(["", *steps], steps, strict=False):
        if before == "":
            yield step
        elif before == "properties":
            yield f".{step}"
        elif step in _LISTS:
            yield "[]"
        elif before in _CHOICES:
            yield f"({int(step) + 1})"
