"""Is every change of a document found, judged by the way it travels, and none invented?"""

from copy import deepcopy
from typing import Any

import msgspec
import pytest

from gateway import contracts
from gateway.contracting import PROVIDED
from gateway.published import PUBLISHED
from gateway.releases.difference import difference
from gateway.releases.pairs import Document
from gateway.releases.rules import RULES
from tests.contracts.planted import MEANINGLESS, PLANTED, Change, Expected, Node
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


@pytest.mark.parametrize("change", [row[1] for row in MEANINGLESS], ids=[row[0] for row in MEANINGLESS])
def test_what_promises_the_same_is_no_change(change: Change) -> None:
    new = shop()
    change(new)
    assert seen(shop(), new) == set()
    assert seen(new, shop()) == set()


def test_enough_is_planted() -> None:
    assert len(PLANTED) >= 60
    assert len({name for name, _, _ in PLANTED}) == len(PLANTED)
    assert {rule for _, _, expected in PLANTED for _, rule, _ in expected} <= RULES


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
def test_a_document_of_ours_does_not_differ_from_itself(api: Any) -> None:
    one = msgspec.json.decode(contracts.written(api, PROVIDED))
    assert difference(one, deepcopy(one)) == []
