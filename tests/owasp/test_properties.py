"""API3: does a request carry no more than it may, and an answer no more than is documented? (generated)"""

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from gateway.contracts import DOCUMENTS
from tests.owasp.belongings import Belongings, of_kind
from tests.owasp.house import Front
from tests.owasp.promised import Promised, promised

BODIES = [one for one in promised() if one.example is not None]
READS = [one for one in promised() if one.method == "GET"]
SMUGGLED = {
    "everyone": True,
    "scopes": ["operations:approve"],
    "plan": "default",
    "__proto__": {},
    "id": "x",
    "is_admin": 1,
}
MONEY = (
    "minor",
    "amount",
    "price",
    "currency",
    "balance",
    "invoice",
    "payment",
    "email",
    "tax_id",
    "address",
)
"""What a partner has no business with."""


def schemas(document: str) -> dict[str, Any]:
    whole = msgspec.json.decode((DOCUMENTS / f"{document}.json").read_bytes())
    named: dict[str, Any] = whole["components"]["schemas"]
    return named


def answer_of(operation: Promised) -> Any:
    whole = msgspec.json.decode((DOCUMENTS / f"{operation.document}.json").read_bytes())
    said = whole["paths"][operation.path][operation.method.lower()]["responses"]["200"]
    return said["content"]["application/json"]["schema"]


def undeclared(value: Any, schema: Any, named: dict[str, Any], where: str = "") -> Iterator[str]:
    """Where a value has something that its schema does not name."""
    shapes = list(flat(schema, named))
    if isinstance(value, list):
        inside = {"anyOf": [shape["items"] for shape in shapes if "items" in shape]}
        for one in value:
            yield from undeclared(one, inside, named, f"{where}[]")
    elif isinstance(value, dict) and not any(open_ended(shape) for shape in shapes):
        known: dict[str, list[Any]] = {}
        for shape in shapes:
            for key, one in shape.get("properties", {}).items():
                known.setdefault(key, []).append(one)
        for key, one in value.items():
            if key not in known:
                yield f"{where}.{key}"
            else:
                yield from undeclared(one, {"anyOf": known[key]}, named, f"{where}.{key}")


def flat(schema: Any, named: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Every shape that a schema allows."""
    if "$ref" in schema:
        yield from flat(named[schema["$ref"].rpartition("/")[2]], named)
        return
    for several in ("anyOf", "oneOf", "allOf"):
        for one in schema.get(several, ()):
            yield from flat(one, named)
    yield schema


def open_ended(shape: dict[str, Any]) -> bool:
    """A map from names to values, which says so; or an object of which nothing is said, as in an event."""
    told = isinstance(shape.get("additionalProperties"), dict)
    return told or ("object" in shape.get("type", ()) and "properties" not in shape)


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where in a body there is an object."""
    if isinstance(value, dict):
        yield path
        for key, one in value.items():
            yield from places(one, (*path, key))
    elif isinstance(value, list):
        for number, one in enumerate(value[:1]):
            yield from places(one, (*path, number))


def with_more(body: Any, path: tuple[Any, ...], more: dict[str, Any]) -> Any:
    copy = msgspec.json.decode(msgspec.json.encode(body))
    inside = copy
    for step in path:
        inside = inside[step]
    inside.update({key: value for key, value in more.items() if key not in inside})
    return copy


class TestBrokenObjectPropertyLevelAuthorization:
    """API3: nothing is set that is not asked for, nothing is shown that is not declared."""

    @pytest.mark.parametrize("operation", BODIES, ids=lambda one: one.name)
    def test_no_field_is_taken_that_is_not_documented(self, front: Front, operation: Promised) -> None:
        name = next(name for name in front.people if operation.scopes <= front.scopes(name))
        path, _ = operation.asked()
        for place in places(operation.example):
            if open_here(operation, place):
                continue
            for key, value in SMUGGLED.items():
                body = with_more(operation.example, place, {key: value})
                if body == operation.example:
                    continue  # this one is documented here
                answer = front.http.request(operation.method, path, json=body, headers=front.proof(name))
                assert answer.status_code == 422, (place, key, answer.text)
                assert key in answer.text or declared(operation, key), answer.text

    @pytest.mark.parametrize("operation", READS, ids=lambda one: one.name)
    def test_no_answer_has_a_field_that_its_document_does_not(
        self, front: Front, belongings: Belongings, operation: Promised
    ) -> None:
        schema, named = answer_of(operation), schemas(operation.document)
        for name in front.people:
            if operation.scopes <= front.scopes(name):
                answer = asked(front, belongings, name, operation)
                if answer.status_code == 200:
                    assert list(undeclared(answer.json(), schema, named)) == [], name

    def test_enough_of_the_answers_have_something_in_them(self, front: Front, belongings: Belongings) -> None:
        """Else nothing would be compared."""
        asks = [one for one in READS if one.document.startswith(("portal", "agent", "partners"))]
        people = ("portal_parent", "agent", "partner")
        told = {
            one.name: [
                asked(front, belongings, name, one).status_code
                for name in people
                if one.scopes <= front.scopes(name)
            ]
            for one in asks
        }
        assert {name for name, statuses in told.items() if 200 not in statuses} == set()

    def test_partners_are_promised_nothing_of_money_or_people(self) -> None:
        named = schemas("partners.v1")
        shown = {key for name, one in named.items() if name != "Problem" for key in one.get("properties", {})}
        assert {key for key in shown if any(word in key for word in MONEY)} == set()
        assert "decision" in shown


def declared(operation: Promised, key: str) -> bool:
    """A name that is documented elsewhere in the same body has a trouble of its own."""
    return key in msgspec.json.encode(operation.example).decode()


def open_here(operation: Promised, place: tuple[Any, ...]) -> bool:
    """Bodies have no maps but those that a flow or an event defines itself."""
    return any(step in ("input", "payload", "data") for step in place)


def asked(front: Front, belongings: Belongings, name: str, operation: Promised) -> Any:
    things = belongings.mine(name if name in belongings.callers else "portal_parent")
    values = {
        one.name: of_kind(things, one.prefix)[0]
        for one in operation.parameters
        if one.prefix and one.place == "path" and of_kind(things, one.prefix)
    }
    path, query = operation.asked({**values, "query": "INV"} if operation.takes("query") else values)
    return front.http.get(path, params=query, headers=front.proof(name))
