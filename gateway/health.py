"""Are we alive, are we ready, what is degraded?"""

from collections.abc import Awaitable, Callable
from typing import Annotated

from litestar import Request, get
from litestar.datastructures import State
from litestar.handlers import HTTPRouteHandler
from msgspec import Meta, Struct

from canonical.caller import Caller
from gateway.access import CALLER
from gateway.errors import NotReady
from gateway.operations import PUBLIC

DETAILS_SCOPE = "operations:read"


class Readiness(Struct, frozen=True, kw_only=True):
    """`ready`: our own state (database, projection) is complete; `details` say what is not well, by name.

    A platform that is down makes us degraded, not unready: else one vendor's outage would drain every node.
    """

    ready: bool
    degraded: bool = False
    details: dict[str, str] = {}


class Health(Struct, kw_only=True, omit_defaults=True):
    """How this process is."""

    status: Annotated[str, Meta(description="`ok` or `degraded`.", max_length=16)]
    details: Annotated[dict[str, str], Meta(description="For operators only.", max_length=100)] = {}


Ask = Callable[[], Awaitable[Readiness]]


def health_routes(readiness: Ask) -> list[HTTPRouteHandler]:
    """`/livez` and `/readyz`."""

    @get("/livez", opt={PUBLIC: True})
    async def livez() -> Health:
        """Nothing but the process itself is looked at."""
        return Health(status="ok")

    @get("/readyz", opt={PUBLIC: True})
    async def readyz(request: Request[None, None, State]) -> Health:
        """503 until our own state is complete."""
        found = await readiness()
        if not found.ready:
            raise NotReady(headers=[(b"retry-after", b"1")])
        caller: Caller | None = request.scope["state"][CALLER]
        shown = found.details if caller and DETAILS_SCOPE in caller.scopes else {}
        return Health(status="degraded" if found.degraded else "ok", details=shown)

    return [livez, readyz]
