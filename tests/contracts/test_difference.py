"""Is every change of a document found, judged by the way it travels, and none invented?"""

from collections.abc import Iterator
from copy import deepcopy
from functools import reduce
from operator import getitem

import msgspec
import pytest

from gateway import contracts
from gateway.api import Api
from gateway.contracting import PROVIDED
from gateway.published import PUBLISHED
from gateway.releases.difference import difference
from gateway.releases.pairs import Document
from gateway.releases.rules import RULES, Level
from tests.contracts.changes import Change, Node
from tests.contracts.planted import MEANINGLESS, PLANTED, TURNED, Expected
from tests.contracts.shop import shop


def seen(old: Node, new: Node) -> Expected:
    return {(one.level.value, one.rule, one.pointer) for one in difference(old, new)}


@pytest.mark.parametrize(
    ("change", "expected"), [row[1:] for row in PLANTED], ids=[row[0] for row in PLANTED]
)
def test_a_planted_change_is_found_and_nothing_else(change: Change, expected: Expected) -> None:
    new = shop()
    change(new)
    assert new != shop()
    assert seen(shop(), new) == expected


@pytest.mark.parametrize(
    ("before", "after", "expected"), [row[1:] for row in TURNED], ids=[row[0] for row in TURNED]
)
def test_a_change_from_another_beginning_is_found_and_nothing_else(
    before: Change, after: Change, expected: Expected
) -> None:
    old, new = shop(), shop()
    before(old)
    after(new)
    assert seen(old, new) == expected


BOTH_WAYS = [row for row in PLANTED if {rule.partition("-")[2] for _, rule, _ in row[2]} != {"deprecated"}]
"""To advise a single value again is nothing to tell."""


@pytest.mark.parametrize("change", [row[1] for row in BOTH_WAYS], ids=[row[0] for row in BOTH_WAYS])
def test_a_change_that_is_taken_back_is_a_change_too(change: Change) -> None:
    old = shop()
    change(old)
    assert seen(old, shop()) != set()


@pytest.mark.parametrize("change", [row[1] for row in MEANINGLESS], ids=[row[0] for row in MEANINGLESS])
def test_what_promises_the_same_is_no_change(change: Change) -> None:
    new = shop()
    change(new)
    assert seen(shop(), new) == set()
    assert seen(new, shop()) == set()


def test_enough_is_planted_to_meet_every_rule() -> None:
    names = [row[0] for row in PLANTED] + [row[0] for row in TURNED]
    expected = [row[2] for row in PLANTED] + [row[3] for row in TURNED]
    assert len(PLANTED) >= 60
    assert len(set(names)) == len(names)
    assert {rule for found in expected for _, rule, _ in found} == RULES


@pytest.mark.parametrize("change", [row[1] for row in PLANTED], ids=[row[0] for row in PLANTED])
def test_a_finding_points_into_one_of_the_documents(change: Change) -> None:
    new = shop()
    change(new)
    for one in difference(shop(), new):
        assert leads_somewhere(new, one.pointer) or leads_somewhere(shop(), one.pointer), one
        assert one.sentence


def leads_somewhere(document: Node, pointer: str) -> bool:
    try:
        Document(document).at(pointer)
    except (KeyError, IndexError):
        return False
    return True


@pytest.mark.parametrize("api", PUBLISHED, ids=lambda api: api.document)
def test_a_document_of_ours_does_not_differ_from_itself(api: Api) -> None:
    one = msgspec.json.decode(contracts.written(api, PROVIDED))
    assert difference(one, deepcopy(one)) == []


def typed(node: Node, *path: str | int) -> Iterator[tuple[str | int, ...]]:
    """Every place where a document says a plain type."""
    if path and path[-1] in ("example", "examples", "securitySchemes"):
        return
    if isinstance(node, dict):
        if isinstance(node.get("type"), str) and "properties" not in node and node["type"] != "null":
            yield path
        for key, value in node.items():
            yield from typed(value, *path, key)
    elif isinstance(node, list):
        for place, value in enumerate(node):
            yield from typed(value, *path, place)


@pytest.mark.parametrize("api", PUBLISHED, ids=lambda api: api.document)
def test_another_type_anywhere_in_our_documents_is_a_break(api: Api) -> None:
    one = msgspec.json.decode(contracts.written(api, PROVIDED))
    places = [place for place in typed(one) if not {"value"} & set(place)]
    assert len(places) > 20
    other = deepcopy(one)
    for place in places:
        node = reduce(getitem, place, other)
        said, node["type"] = node["type"], "integer" if node["type"] == "string" else "string"
        assert any(found.level is Level.BREAK for found in difference(one, other)), place
        node["type"] = said
