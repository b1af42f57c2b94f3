"""Which platform tells us of things in the tests of events?"""

import hashlib
import hmac
import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from canonical.events import InvoicePaid, Notice, Unrecognised
from canonical.identity import Kind
from process_apis import clock
from system_apis.connections import Connection, Connections
from system_apis.errors import Forged, Stale, Unavailable, Undecodable
from system_apis.health import Health, State
from system_apis.messages import Acknowledgement, Arrived, Changes, Told
from tests.builders import NOW, invoice, ref

SECRET = b"whsec_canary"
THANKS = Acknowledgement(status=200, media_type="text/plain", body=b"thanks")
TOLERANCE = timedelta(minutes=5)


def notice(id: str, at: datetime = NOW, customer: str = "cus_1") -> Notice:
    """An invoice of this name was paid."""
    return Notice(
        source_id=id,
        at=at,
        customer=ref(customer, Kind.BILLING),
        data=InvoicePaid(invoice=invoice(id, customer)),
    )


@dataclass
class Platform:
    """Signs its messages, and keeps a list of what happened that is read in pages."""

    name: str = "stripe"
    happened: list[Notice] = field(default_factory=list)
    page: int = 3
    down: bool = False
    state: State = State.OK
    asked: list[str | None] = field(default_factory=list)
    since: list[datetime] = field(default_factory=list)
    reads: bool = True
    """Whether it reads its own messages: a new kind of message is one that it does not read yet."""

    def connections(self) -> Connections:
        """We are connected to this one."""
        one = Connection(
            name=self.name,
            kind=Kind.BILLING,
            platform="fake",
            legal_entities=(),
            port=self,  # type: ignore[arg-type] # nobody asks it for anything here
            messages=self,
            health=lambda: Health(state=self.state),
        )
        return Connections([one])

    def message(self, *ids: str, at: datetime | None = None, customer: str = "cus_1") -> Arrived:
        """A message of it, as it arrives."""
        moment = (at or clock.now()).isoformat()
        body = json.dumps({"ids": ids, "customer": customer, "at": moment}).encode()
        return Arrived(headers={"signature": _signed(body)}, body=body, at=clock.now())

    def read(self, arrived: Arrived) -> Told:
        if not hmac.compare_digest(arrived.headers.get("signature", ""), _signed(arrived.body)):
            raise Forged(self.name, "no signature of ours")
        said: dict[str, Any] = json.loads(arrived.body)
        if abs(arrived.at - datetime.fromisoformat(said["at"])) > TOLERANCE:
            raise Stale(self.name, "signed too long ago")
        if not self.reads:
            raise Undecodable(self.name, "a new kind of message")
        return Told(
            notices=tuple(_noticed(id, said["customer"]) for id in said["ids"]), acknowledgement=THANKS
        )

    async def changes(self, cursor: str | None, since: datetime) -> Changes:
        self.asked.append(cursor)
        self.since.append(since)
        if self.down:
            raise Unavailable(self.name, "down")
        # By moment and id: many have the same moment, and the cursor stands between two of them.
        all_of_them = sorted(self.happened, key=lambda one: (one.at, one.source_id))
        if cursor:
            after = tuple(json.loads(cursor))
            left = [one for one in all_of_them if (one.at.isoformat(), one.source_id) > after]
        else:
            left = [one for one in all_of_them if one.at >= since]
        shown = left[: self.page]
        last = (shown[-1].at.isoformat(), shown[-1].source_id) if shown else None
        return Changes(
            notices=tuple(shown),
            cursor=json.dumps(last) if last else cursor or json.dumps([since.isoformat(), ""]),
            more=len(left) > len(shown),
        )


def _noticed(id: str, customer: str) -> Notice:
    if id.startswith("unknown"):
        return Notice(
            source_id=id, at=NOW, customer=None, data=Unrecognised(name=id.split(".", maxsplit=1)[0])
        )
    return notice(id, customer=customer)


def _signed(body: bytes) -> str:
    return hmac.new(SECRET, body, hashlib.sha256).hexdigest()
