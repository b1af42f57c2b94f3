"""What if platforms' messages are lost?"""

from pathlib import Path

import pytest

from tests.chaos.histories import History, Trouble, lived

pytestmark = pytest.mark.long


def test_three_days_of_dropped_messages_leave_no_difference(
    undisturbed: History, keys: Path, tmp_path: Path
) -> None:
    history = lived(tmp_path / "dropped", Trouble(dropped=True), like=undisturbed, keys=keys)
    assert history.dropped > 50
    assert undisturbed.states.differences(history.states) == []
