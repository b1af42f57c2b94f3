"""Is a break refused, an addition announced, a release kept for ever, and the changelog made of releases?"""

from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from gateway.contracting import CHANGELOG, RELEASED, contracts, drafts, release, stale
from gateway.releases.changelog import changelog
from gateway.releases.kept import Kept, Release
from gateway.releases.places import place
from gateway.releases.verdict import Draft, changes, objections, pending
from tests.contracts.changes import Change, all_of, drop, put
from tests.contracts.planted import PLANTED
from tests.contracts.shop import shop

DAY = date(2026, 9, 30)
LATER = date(2026, 10, 31)
NOTE = "/components/schemas/Order/properties/note"
CURRENCY = put("/components/schemas/Order/properties/currency", {"type": "string"})


def draft(*changes: Change, version: str = "1.0.0", name: str = "shop.v1") -> Draft:
    document = shop()
    all_of(*changes, put("/info/version", version))(document)
    return Draft(name, document)


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    """A shop that was released once."""
    kept = Kept(tmp_path / "released")
    release([draft()], kept, DAY, tmp_path / "changelog.md")
    return kept


def test_what_was_released_may_go_out_again(kept: Kept) -> None:
    assert objections([draft()], kept) == []
    assert pending([draft()], kept) == []


def test_what_was_never_released_breaks_nobody(kept: Kept) -> None:
    cart = draft(name="cart.v1")
    assert objections([draft(), cart], kept) == []
    assert pending([draft(), cart], kept) == [cart]


@pytest.mark.parametrize("version", ["1.0.0", "1.1.0"])
def test_a_break_is_refused_whatever_minor_version_it_is_given(kept: Kept, version: str) -> None:
    pointer = "/components/schemas/Order/properties/note"
    assert objections([draft(drop(NOTE), version=version)], kept) == [
        f"shop.v1: Order.note is not there any more [response-property-removed {pointer}]",
        "shop.v1: breaks clients of 1.0.0: publish it as v2 beside this one",
    ]


def test_a_break_may_go_out_as_the_next_major_beside_the_old(kept: Kept) -> None:
    assert objections([draft(), draft(drop(NOTE), version="2.0.0", name="shop.v2")], kept) == []


def test_a_new_major_has_a_document_of_its_own(kept: Kept) -> None:
    assert objections([draft(drop(NOTE), version="2.0.0")], kept) == [
        "shop.v1: says it is 2.0.0; a new major has a document and paths of its own"
    ]


@pytest.mark.parametrize("version", ["1.0.0", "1.0.1"])
def test_an_addition_needs_a_new_minor_version(kept: Kept, version: str) -> None:
    assert objections([draft(CURRENCY, version=version)], kept) == [
        "shop.v1: promises something else than 1.0.0 (Order.currency is there): make it 1.1.0 in published.py"
    ]


def test_an_addition_with_a_new_minor_version_may_go_out(kept: Kept) -> None:
    new = draft(CURRENCY, version="1.1.0")
    assert objections([new], kept) == []
    assert pending([new], kept) == [new]
    assert [one.rule for one in changes(new, kept)] == ["response-property-added"]


def test_other_words_need_no_new_version(kept: Kept) -> None:
    assert objections([draft(put("/info/description", "Orders, and more."))], kept) == []


def test_a_version_does_not_go_back(kept: Kept, tmp_path: Path) -> None:
    release([draft(CURRENCY, version="1.1.0")], kept, LATER, tmp_path / "changelog.md")
    assert objections([draft(CURRENCY, version="1.0.9")], kept) == [
        "shop.v1: 1.0.9 is older than 1.1.0, which is released"
    ]


def test_a_version_is_three_numbers(kept: Kept) -> None:
    assert objections([draft(version="1.1")], kept) == ["shop.v1: 1.1 is not a version such as 1.2.0"]


def test_a_released_api_is_not_taken_away_unannounced(kept: Kept) -> None:
    assert objections([], kept) == [
        "shop.v1: is released and not published any more: deprecate it first, and let it end"
    ]


def test_a_deprecated_api_may_end(kept: Kept, tmp_path: Path) -> None:
    operations = [("~1orders", "get"), ("~1orders", "post"), ("~1orders~1{order_id}", "get")]
    deprecated = [put(f"/paths/{path}/{method}/deprecated", True) for path, method in operations]
    release([draft(*deprecated, version="1.1.0")], kept, LATER, tmp_path / "changelog.md")
    assert objections([], kept) == []


@pytest.mark.parametrize(
    ("change", "expected"), [row[1:] for row in PLANTED], ids=[row[0] for row in PLANTED]
)
def test_every_planted_break_is_refused_and_everything_else_asks_for_a_version(
    kept: Kept, change: Change, expected: set[tuple[str, str, str]]
) -> None:
    breaks = any(level == "BREAK" for level, _, _ in expected)
    assert objections([draft(change)], kept)
    assert bool(objections([draft(change, version="1.1.0")], kept)) == breaks


def test_what_was_released_does_not_change(kept: Kept) -> None:
    with pytest.raises(FileExistsError):
        kept.keep(Release(document="shop.v1", version="1.0.0", on=LATER), shop())
    assert [one.on for one in kept.all()] == [DAY]


def test_nothing_is_released_twice(kept: Kept, tmp_path: Path) -> None:
    assert release([draft()], kept, LATER, tmp_path / "changelog.md") == []


def test_the_changelog_tells_the_newest_first_in_words(kept: Kept, tmp_path: Path) -> None:
    page = tmp_path / "changelog.md"
    lost = put("/components/schemas/Order/properties/state/enum", ["open", "paid", "lost"])
    release([draft(CURRENCY, lost, version="1.1.0")], kept, LATER, page)
    _, _, told = page.read_text().partition("## ")
    assert told.splitlines() == [
        "2026-10-31",
        "",
        "### Shop 1.1.0 (`shop.v1`)",
        "",
        '- **look** `Order.state` may be "lost", which clients may not know',
        "- `Order.currency` is there",
        "",
        "## 2026-09-30",
        "",
        "### Shop 1.0.0 (`shop.v1`)",
        "",
        "First release, of 3 operations.",
    ]


def test_a_changelog_that_somebody_wrote_into_is_told(kept: Kept, tmp_path: Path) -> None:
    page = tmp_path / "changelog.md"
    assert stale(kept, page) == []
    page.write_text(changelog(kept) + "And more.\n")
    assert stale(kept, page) == ["changelog.md: is not what the released documents say"]
    assert stale(kept, tmp_path / "none.md") == ["none.md: is not what the released documents say"]


@pytest.mark.parametrize(
    ("pointer", "words"),
    [
        ("/paths/~1orders/get", "GET /orders"),
        ("/paths/~1orders/get/parameters/0/schema", "GET /orders: parameter limit"),
        ("/paths/~1orders/post/requestBody", "POST /orders: requestBody"),
        ("/paths/~1orders/get/responses/200/headers/ETag", "GET /orders: 200 ETag"),
        ("/components/schemas/Order/properties/tags/additionalProperties", "Order.tags[]"),
        ("/components/schemas/Order/properties/payment/oneOf/1", "Order.payment(2)"),
        ("/components/responses/Problem/headers/Retry-After", "Problem, Retry-After"),
        ("/components/securitySchemes/key", "securitySchemes, key"),
        ("/webhooks", "webhooks"),
    ],
)
def test_a_place_is_told_in_words(pointer: str, words: str) -> None:
    assert place(shop(), pointer) == words


def test_our_own_documents_break_nobody() -> None:
    assert objections(drafts(), Kept(RELEASED)) == []


def test_our_own_changelog_is_what_our_releases_say() -> None:
    assert stale(Kept(RELEASED), CHANGELOG) == []


def test_the_command_says_that_all_is_well() -> None:
    told = CliRunner().invoke(contracts)
    assert told.exit_code == 0, told.output
    assert "break nobody" in told.output
