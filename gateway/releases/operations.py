"""What changed in one operation: its name, its credentials, what it takes?"""

import re
from collections.abc import Iterator

from gateway.releases.answers import answer_changes, content_changes
from gateway.releases.pairs import Document, Node, Pair
from gateway.releases.rules import Finding, Way, found
from gateway.releases.schemas import Schemas
from gateway.releases.values import spoken

_KNOWN = frozenset(
    "tags summary description operationId parameters requestBody responses deprecated security "
    "externalDocs".split()
)
_STYLES = {"path": "simple", "query": "form", "header": "simple", "cookie": "form"}
"""How a parameter is written when nothing is said (OpenAPI 3.1.0, section 4.8.12.2)."""


class Both:
    """Two documents and the comparison of their schemas."""

    def __init__(self, old: Document, new: Document) -> None:
        self.old = old
        self.new = new
        self.schemas = Schemas(old, new)

    def resolved(self, pair: Pair) -> Pair:
        """The pair with references followed on both sides."""
        old, was = self.old.resolved(pair.old, pair.was)
        new, at = self.new.resolved(pair.new, pair.at)
        return Pair(old, new, was, at)


def operation_changes(both: Both, path: Pair, method: str) -> Iterator[Finding]:
    """Everything that changed in an operation that both have."""
    pair = path.into(method)
    yield from _names(pair)
    yield from _credentials(both, pair)
    yield from _parameters(both, path, pair)
    yield from _body(both, pair)
    yield from answer_changes(both.schemas, both.resolved, pair)
    yield from unknown_changes(pair, _KNOWN)


def unknown_changes(pair: Pair, known: frozenset[str]) -> Iterator[Finding]:
    """What changed in parts that no rule knows: told, rather than missed."""
    for key in sorted({*pair.old, *pair.new} - known):
        if not key.startswith("x-") and pair.old.get(key) != pair.new.get(key):
            yield found("part-changed", pair.into(key).at, what=key)


def _names(pair: Pair) -> Iterator[Finding]:
    old, new = (side.get("operationId") for side in (pair.old, pair.new))
    if old != new:
        yield found("operation-renamed", pair.at, old=old, new=new)
    old, new = (next(iter(side.get("tags", ())), None) for side in (pair.old, pair.new))
    if old != new:
        yield found("operation-regrouped", pair.at, old=old, new=new)
    was, now = (bool(side.get("deprecated")) for side in (pair.old, pair.new))
    if was != now:
        yield found("operation-deprecated" if now else "operation-undeprecated", pair.at)


Credentials = dict[str, list[str]]


def _credentials(both: Both, pair: Pair) -> Iterator[Finding]:
    """Alternatives of credentials, each of schemes with scopes: those that sufficed must go on to suffice."""
    old, new = (
        side.get("security", document.whole.get("security", [])) or [{}]
        for side, document in ((pair.old, both.old), (pair.new, both.new))
    )
    said = {"old": spoken(old), "new": spoken(new)}
    if not all(any(_suffices(one, other) for other in new) for one in old):
        yield found("credentials-tightened", pair.at, **said)
    elif not all(any(_suffices(one, other) for other in old) for one in new):
        yield found("credentials-loosened", pair.at, **said)


def _suffices(shown: Credentials, asked: Credentials) -> bool:
    return all(scheme in shown and set(scopes) <= set(shown[scheme]) for scheme, scopes in asked.items())


def _parameters(both: Both, path: Pair, pair: Pair) -> Iterator[Finding]:
    old = _listed(both.old, path.old, pair.old, pair.was)
    new = _listed(both.new, path.new, pair.new, pair.at)
    for key in sorted(old.keys() - new.keys()):
        yield found("parameter-removed", old[key][1], what=_called(old[key][0]))
    for key in sorted(new.keys() - old.keys()):
        rule = "required-parameter-added" if new[key][0].get("required") else "parameter-added"
        yield found(rule, new[key][1], what=_called(new[key][0]))
    for key in sorted(old.keys() & new.keys()):
        yield from _parameter(both, Pair(old[key][0], new[key][0], old[key][1], new[key][1]))


def _listed(
    document: Document, path: Node, operation: Node, pointer: str
) -> dict[tuple[str, str], tuple[Node, str]]:
    """All parameters of an operation, those of its path too, by place and name on the wire.

    A path parameter is known by its place in the path: its name is not on the wire.
    """
    above = pointer.rpartition("/")[0]
    listed = [
        document.resolved(each, f"{where}/parameters/{place}")
        for where, item in ((above, path), (pointer, operation))
        for place, each in enumerate(item.get("parameters", ()))
    ]
    path_names = re.findall(r"{([^}]*)}", above)
    return {_key(parameter, path_names): (parameter, where) for parameter, where in listed}


def _key(parameter: Node, path_names: list[str]) -> tuple[str, str]:
    name: str = parameter["name"]
    if parameter["in"] == "path":
        return "path", str(path_names.index(name))
    return parameter["in"], name.lower() if parameter["in"] == "header" else name


def _called(parameter: Node) -> str:
    return f"the {parameter['in']} parameter {parameter['name']}"


def _parameter(both: Both, pair: Pair) -> Iterator[Finding]:
    old, new = pair.old, pair.new
    if old["in"] == "path" and old["name"] != new["name"]:
        yield found("parameter-renamed", pair.at, old=old["name"], new=new["name"])
    was, now = bool(old.get("required")), bool(new.get("required"))
    if was != now:
        yield found("parameter-now-required" if now else "parameter-now-optional", pair.at)
    if new.get("deprecated") and not old.get("deprecated"):
        yield found("parameter-deprecated", pair.at)
    written = _written(old), _written(new)
    for word, before in written[0].items():
        if before != written[1][word]:
            said = {"what": word, "old": spoken(before), "new": spoken(written[1][word])}
            yield found("parameter-serialisation-changed", pair.at, **said)
    yield from both.schemas.changes(pair.into("schema"), Way.REQUEST)
    yield from content_changes(both.schemas, pair.into("content"), Way.REQUEST)


def _written(parameter: Node) -> dict[str, Node]:
    style = parameter.get("style", _STYLES[parameter["in"]])
    explode = parameter.get("explode", style == "form")
    return {"style": style, "explode": explode, "allowReserved": parameter.get("allowReserved", False)}


def _body(both: Both, pair: Pair) -> Iterator[Finding]:
    there = "requestBody" in pair.old, "requestBody" in pair.new
    body = both.resolved(pair.into("requestBody"))
    was, now = bool(body.old.get("required")), bool(body.new.get("required"))
    if there == (True, False):
        yield found("request-body-removed", body.was)
    elif there == (False, True):
        yield found("required-request-body-added" if now else "request-body-added", body.at)
    else:
        if was != now:
            yield found(f"request-body-now-{'required' if now else 'optional'}", body.at)
        yield from content_changes(both.schemas, body.into("content"), Way.REQUEST)
