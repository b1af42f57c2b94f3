"""Does what an operator sees of a connection follow from its last calls?"""

from datetime import UTC, datetime

import msgspec

from canonical.identity import Kind
from process_apis import connections, systems
from system_apis.connections import Connection, Connections
from system_apis.health import Health, Quota, State
from tests.fakes import FakeBilling

AT = datetime(2026, 3, 1, tzinfo=UTC)
BILLING = FakeBilling(name="stripe-eu")
STRIPE = Connection(
    name="stripe-eu",
    kind=Kind.BILLING,
    platform="stripe",
    legal_entities=("DE",),
    port=BILLING,
    messages=BILLING,
    health=lambda: Health(state=State.OK),
)


def seen(health: Health) -> connections.Connected:
    systems.connect(Connections([msgspec.structs.replace(STRIPE, health=lambda: health)]))
    (one,) = connections.all_connections()
    systems.disconnect()
    return one


def test_a_connection_in_trouble_says_what_and_when() -> None:
    one = seen(Health(state=State.DOWN, last_error="Busy", last_failure=AT, quota=Quota(used=90, limit=100)))
    assert (one.name, one.kind, one.platform, one.legal_entities) == (
        "stripe-eu",
        "billing",
        "stripe",
        ("DE",),
    )
    assert (one.state, one.last_error, one.last_failure, one.last_success) == ("down", "Busy", AT, None)
    assert (one.left, one.limit) == (10, 100)


def test_a_quota_that_the_platform_does_not_tell_is_not_made_up() -> None:
    one = seen(Health(state=State.OK, last_success=AT))
    assert (one.state, one.left, one.limit, one.last_success) == ("ok", None, None, AT)
