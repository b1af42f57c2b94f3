"""What changed from one document to the next, and does it hurt a client?"""

import re
from collections.abc import Iterator

from gateway.releases.operations import Both, operation_changes, unknown_changes
from gateway.releases.pairs import Document, Node, Pair
from gateway.releases.rules import Finding, Level, found

METHODS = frozenset(("get", "put", "post", "delete", "options", "head", "patch", "trace"))
_KNOWN = frozenset("info servers paths components security tags externalDocs".split())
_ITEM_KNOWN = METHODS | {"summary", "description", "parameters"}
_SEVERITY = list(Level)


def difference(old: Node, new: Node) -> list[Finding]:
    """Every change from an OpenAPI 3.1 document to its successor, each once, the worst first.

    Words for people (titles, descriptions, examples) and `x-` members are no part of the promise.
    """
    both = Both(Document(old), Document(new))
    found_ = {*_servers(old, new), *_schemes(both), *_paths(both)}
    found_ |= {*unknown_changes(Pair(old, new, "", ""), _KNOWN)}
    return sorted(found_, key=lambda one: (_SEVERITY.index(one.level), one.pointer, one.rule, one.sentence))


def _servers(old: Node, new: Node) -> Iterator[Finding]:
    was, now = ([server["url"] for server in side.get("servers", ())] for side in (old, new))
    for url in was:
        if url not in now:
            yield found("server-removed", "/servers", what=url)
    for url in now:
        if url not in was:
            yield found("server-added", "/servers", what=url)


def _schemes(both: Both) -> Iterator[Finding]:
    """How credentials are shown; which an operation asks for is its own matter."""
    old, new = (side.whole.get("components", {}).get("securitySchemes", {}) for side in (both.old, both.new))
    for name in old.keys() & new.keys():
        if _shown(old[name]) != _shown(new[name]):
            yield found("credential-scheme-changed", f"/components/securitySchemes/{name}", what=name)


def _shown(scheme: Node) -> Node:
    said = {key: value for key, value in scheme.items() if key not in ("description", "bearerFormat")}
    return {**said, "scheme": str(said.get("scheme")).lower()}


def _paths(both: Both) -> Iterator[Finding]:
    old, new = (_by_template(side.whole) for side in (both.old, both.new))
    for template in sorted({*old, *new}):
        was, item = old.get(template, (f"{template}", {}))
        at, other = new.get(template, (f"{template}", {}))
        pair = Pair(item, other, was, at)
        for method in sorted(METHODS & {*item, *other}):
            if method not in other:
                yield found("operation-removed", f"{was}/{method}")
            elif method not in item:
                yield found("operation-added", f"{at}/{method}")
            else:
                yield from operation_changes(both, pair, method)
        if item and other:
            yield from unknown_changes(pair, _ITEM_KNOWN)


def _by_template(document: Node) -> dict[str, tuple[str, Node]]:
    """Path items with where they are; two paths that differ in the names of parameters only are one."""
    pair = Pair(document, document, "", "").into("paths")
    return {re.sub(r"{[^}]*}", "{}", path): (pair.into(path).at, item) for path, item in pair.new.items()}
