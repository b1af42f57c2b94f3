"""How is a platform's message proven, kept once and acknowledged?"""

from typing import Final

from canonical.events import Unrecognised
from process_apis.errors import NotFound
from process_apis.events import quarantine
from process_apis.events.log import AT_ONCE, append
from process_apis.events.metrics import REFUSED, UNRECOGNISED
from process_apis.events.model import noticed
from process_apis.systems import systems
from system_apis.connections import NoConnection
from system_apis.errors import Forged, Undecodable
from system_apis.messages import Acknowledgement, Arrived, Told

KEPT: Final = Acknowledgement()


async def receive(connection: str, arrived: Arrived) -> Acknowledgement:
    """Keep what a platform tells us, for good, and only then say what it wants to hear for that.

    A message that came before, or was found by the gap filler, is acknowledged and not kept again. One that
    nobody can read is put into quarantine and acknowledged: sending it again would not help.

    Raises `NotFound` for a connection that we do not have, `Forged` and `Stale` for what is not proven,
    StoreUnavailable when it cannot be kept now: then it is sent again.
    """
    told = await _read(connection, arrived)
    if isinstance(told, Acknowledgement):
        return told
    happenings = [noticed(connection, notice) for notice in told.notices]
    for start in range(0, len(happenings), AT_ONCE):
        await append(happenings[start : start + AT_ONCE])
    unread = sum(isinstance(notice.data, Unrecognised) for notice in told.notices)
    if unread:
        UNRECOGNISED.add(connection, amount=unread)
    return told.acknowledgement


async def _read(connection: str, arrived: Arrived) -> Told | Acknowledgement:
    """What it says; only an acknowledgement when it is in quarantine."""
    try:
        return systems().by_name(connection).messages.read(arrived)
    except NoConnection:
        raise NotFound("connection") from None
    except Forged as error:
        REFUSED.add(connection, type(error).__name__)
        raise
    except Undecodable as error:
        await quarantine.put(connection, arrived, error.detail)
        return error.acknowledgement or KEPT
