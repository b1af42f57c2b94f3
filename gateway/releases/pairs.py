"""What stands at the same place of two documents?"""

from typing import Any, NamedTuple

Node = Any
"""A part of a document: what JSON can say."""

_PLAIN = object()


def token(name: str) -> str:
    """A name as a step of a JSON Pointer (RFC 6901, section 3)."""
    return name.replace("~", "~0").replace("/", "~1")


class Pair(NamedTuple):
    """A part of the old document and its counterpart in the new one, with where each is."""

    old: Node
    new: Node
    was: str
    at: str

    def into(self, key: str, absent: Node = _PLAIN) -> "Pair":
        """What both have under a key; `absent` (default: nothing, `{}`) stands for what one has not."""
        absent = {} if absent is _PLAIN else absent
        step = f"/{token(key)}"
        return Pair(self.old.get(key, absent), self.new.get(key, absent), self.was + step, self.at + step)

    def keys(self) -> tuple[list[str], list[str], list[str]]:
        """The keys that are gone, that both have, and that are new, each in order."""
        return (
            [key for key in self.old if key not in self.new],
            [key for key in self.old if key in self.new],
            [key for key in self.new if key not in self.old],
        )


class Document:
    """One OpenAPI document, in which references lead somewhere."""

    def __init__(self, whole: Node) -> None:
        self.whole = whole

    def at(self, pointer: str) -> Node:
        """What a pointer leads to. Raises KeyError or IndexError."""
        node = self.whole
        for step in pointer.lstrip("#").split("/")[1:]:
            name = step.replace("~1", "/").replace("~0", "~")
            node = node[int(name)] if isinstance(node, list) else node[name]
        return node

    def resolved(self, node: Node, pointer: str) -> tuple[Node, str]:
        """The node with its reference followed and its `allOf` merged, and where that is."""
        if not isinstance(node, dict):
            return ({} if node in (True, None) else {"not": {}}), pointer
        while "$ref" in node:
            beside = {key: value for key, value in node.items() if key != "$ref"}
            pointer = node["$ref"].lstrip("#")
            node = {**self.at(pointer), **beside}
        return (self._merged(node, pointer) if "allOf" in node else node), pointer

    def _merged(self, node: Node, pointer: str) -> Node:
        whole: dict[str, Node] = {}
        for part in (*node["allOf"], {key: value for key, value in node.items() if key != "allOf"}):
            one, _ = self.resolved(part, pointer)
            properties = {**whole.get("properties", {}), **one.get("properties", {})}
            required = sorted({*whole.get("required", ()), *one.get("required", ())})
            whole = {**whole, **one, "properties": properties, "required": required}
        return whole


def named(node: Node) -> str | None:
    """The component a node refers to, if it is a reference."""
    reference = node.get("$ref") if isinstance(node, dict) else None
    return reference.rpartition("/")[2] if reference else None
