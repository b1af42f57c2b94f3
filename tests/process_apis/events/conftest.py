"""Which worlds can a test of events stand in?"""

from collections.abc import Iterator

import pytest

from process_apis import cursors, events
from process_apis.clock import FixedClock


@pytest.fixture(autouse=True)
def fresh(time: FixedClock) -> Iterator[None]:
    """Nothing in memory of another store; cursors that can be given out."""
    cursors.seal_with(b"tests")
    events.forget()
    yield
    events.forget()
