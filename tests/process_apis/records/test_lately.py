"""Is what was just read forgotten when it must be?"""

import pytest

from process_apis.records.lately import Lately


def test_the_least_recently_used_goes_first() -> None:
    memory: Lately[str, int] = Lately(2, 60)
    memory.keep("a", 1)
    memory.keep("b", 2)
    assert memory.get("a") == 1
    memory.keep("c", 3)
    assert (memory.get("a"), memory.get("b"), memory.get("c")) == (1, None, 3)


def test_what_is_too_old_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    memory: Lately[str, int] = Lately(2, -1)
    memory.keep("a", 1)
    assert memory.get("a") is None


def test_what_was_read_before_it_changed_is_not_kept_after() -> None:
    memory: Lately[str, int] = Lately(2, 60)
    before = memory.generation
    memory.clear()
    memory.keep("a", 1, read_in=before)
    assert memory.get("a") is None
    before = memory.generation
    memory.forget("a")
    memory.keep("a", 1, read_in=before)
    assert memory.get("a") is None
    memory.keep("a", 1, read_in=memory.generation)
    assert memory.get("a") == 1
