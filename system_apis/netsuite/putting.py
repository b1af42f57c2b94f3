"""How is a record written under an external id of ours?

By `PUT .../eid:`, which makes it or changes it: a POST makes a second one when it is sent again.
"""

import re
from typing import Final

from canonical.identity import ExternalRef, Kind
from system_apis.errors import Refused
from system_apis.netsuite.shaping import Body
from system_apis.sending import Nothing, Sending
from system_apis.writes import Written

RECORDS: Final = "/services/rest/record/v1"
# Without it, what a record has no field for is passed over in silence.
STRICT: Final = {"X-NetSuite-PropertyNameValidation": "Error"}
_EXTERNAL_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,120}")
_LOCATION: Final = re.compile(r"/(\d+)/?$")


class Putting:
    """Records of one account."""

    def __init__(self, sending: Sending) -> None:
        self._sending = sending
        self.connection = sending.connection
        self.aclose = sending.aclose

    async def put(self, type: str, external_id: str, body: Body, replace: str = "") -> str | None:
        """Make it, or change what is there; its id, where the answer says it.

        `replace` names the sublists of which no other lines are to stay.
        """
        if not _EXTERNAL_ID.fullmatch(external_id):
            raise Refused(self.connection, f"{type}: what it is known by cannot be an external id")
        done = await self._sending.send(
            "PUT",
            f"{RECORDS}/{type}/eid:{{id}}",
            ids={"id": external_id},
            params={"replace": replace} if replace else None,
            json=body,
            headers=STRICT,
            returns=Nothing,
        )
        location = _LOCATION.search(done.headers.get("Location", ""))
        return location[1] if location else None

    async def change(self, type: str, id: str, body: Body) -> None:
        """Change some fields of a record."""
        await self._sending.send(
            "PATCH",
            f"{RECORDS}/{type}/{{id}}",
            ids={"id": id},
            json=body,
            headers=STRICT,
            returns=Nothing,
        )

    def written(self, type: str, id: str, *, created: bool | None) -> Written:
        """A record that was written."""
        ref = ExternalRef(kind=Kind.ERP, connection=self.connection, object=type, id=id)
        return Written(ref=ref, created=created)
