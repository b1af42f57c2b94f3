"""Is a list that is at hand whole cut into pages without loss?"""

import pytest

from process_apis import cursors
from process_apis.errors import InvalidCursor

NAMES = ["d", "a", "c", "b", "e"]


@pytest.fixture(autouse=True)
def _sealed() -> None:
    cursors.seal_with(b"secret")


@pytest.mark.parametrize("limit", [1, 2, 4, 5, 6])
def test_every_item_is_on_one_page_by_name(limit: int) -> None:
    seen: list[str] = []
    cursor: str | None = None
    while True:
        shown, cursor = cursors.cut("names", NAMES, str, cursor, limit)
        assert len(shown) <= limit
        seen += shown
        if cursor is None:
            break
    assert seen == sorted(NAMES)


def test_what_left_meanwhile_is_not_missed_as_a_mark() -> None:
    _, cursor = cursors.cut("names", NAMES, str, None, 2)
    assert cursors.cut("names", ["a", "c", "e"], str, cursor, 9) == (("c", "e"), None)


def test_a_cursor_of_another_list_is_refused() -> None:
    _, cursor = cursors.cut("names", NAMES, str, None, 2)
    with pytest.raises(InvalidCursor):
        cursors.cut("others", NAMES, str, cursor, 2)
