"""How is each connection doing, as its last calls left it?"""

from datetime import datetime

from msgspec import Struct

from canonical.identity import Kind
from process_apis.systems import systems


class Connected(Struct, frozen=True, kw_only=True):
    """One connection and its health: nobody is called to find out.

    `state` is ok, degraded or down. `left` of `limit` calls is what the platform itself last said, when it
    says so. `last_error` is the name of a kind of trouble, such as Busy.
    """

    name: str
    kind: Kind
    platform: str
    legal_entities: tuple[str, ...]
    state: str
    left: int | None
    limit: int | None
    last_error: str | None
    last_success: datetime | None
    last_failure: datetime | None


def all_connections() -> tuple[Connected, ...]:
    """Every connection, in the order of the settings."""
    found = []
    for one in systems().all():
        health = one.health()
        found.append(
            Connected(
                name=one.name,
                kind=one.kind,
                platform=one.platform,
                legal_entities=one.legal_entities,
                state=health.state,
                left=health.quota.left if health.quota else None,
                limit=health.quota.limit if health.quota else None,
                last_error=health.last_error,
                last_success=health.last_success,
                last_failure=health.last_failure,
            )
        )
    return tuple(found)
