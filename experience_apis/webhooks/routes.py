"""Where do platforms post?

`/webhooks/CONNECTION`, signed; Salesforce, which signs nothing, to `/webhooks/CONNECTION/SECRET`. The body is
handed down as it came: what proves it is over its bytes. It is acknowledged when it is kept for good.
"""

from datetime import UTC, datetime
from typing import Annotated

from litestar import Request, Response, Router, post
from litestar.datastructures import State
from litestar.params import PathParameter

from process_apis import events
from process_apis.events import Arrived

PREFIX = "/webhooks"

Connection = Annotated[str, PathParameter(min_length=1, max_length=64, description="A connection's name.")]
Secret = Annotated[str, PathParameter(min_length=1, max_length=200, description="What proves it.")]
Message = Request[None, None, State]


@post("/{connection:str}", operation_id="TellSigned", summary="Tell of something, signed")
async def tell_signed(request: Message, connection: Connection) -> Response[bytes]:
    """A platform that signs its messages."""
    return await _kept(request, connection, None)


@post("/{connection:str}/{secret:str}", operation_id="TellBySecret", summary="Tell of something, by a secret")
async def tell_by_secret(request: Message, connection: Connection, secret: Secret) -> Response[bytes]:
    """A platform that only knows an address."""
    return await _kept(request, connection, secret)


async def _kept(request: Message, connection: str, secret: str | None) -> Response[bytes]:
    arrived = Arrived(
        headers={name.lower(): value for name, value in request.headers.items()},
        body=await request.body(),
        # Wall time: a signature says when it was made by the clocks of the world, not by the business's.
        at=datetime.now(UTC),
        secret=secret,
    )
    thanks = await events.receive(connection, arrived)
    return Response(thanks.body, status_code=thanks.status, media_type=thanks.media_type or "text/plain")


router = Router(PREFIX, route_handlers=[tell_signed, tell_by_secret], opt={"public": True})
