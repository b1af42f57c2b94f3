"""Is it clear whether we are connected?"""

import pytest

from canonical.identity import Kind
from process_apis import systems
from tests.fakes import World


def test_what_was_connected_is_what_is_asked(world: World) -> None:
    assert systems.systems().by_name("stripe").port is world.billing
    assert [one.name for one in systems.systems().all(Kind.CRM)] == ["salesforce"]


def test_without_connections_it_is_said_so() -> None:
    systems.disconnect()
    with pytest.raises(RuntimeError, match=r"systems\.connect"):
        systems.systems()
