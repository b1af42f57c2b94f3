"""What is a call made of that changes something, and what is its answer?"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sandbox.ids import zendesk_id
from sandbox.zendesk.desk import Desk
from sandbox.zendesk.errors import no_record
from sandbox.zendesk.organizations import stamp
from sandbox.zendesk.rendering import INTEGRATION

Json = dict[str, Any]

# Numbers from here on belong to records that were made in Zendesk itself.
OWN = 1_000_000


@dataclass(frozen=True)
class Happening:
    """Something that webhooks tell of: an event type such as `ticket.created`, its record, what changed."""

    type: str
    record: Json
    event: Json


@dataclass
class Errand:
    """One call: `names` are the placeholders of its path, `actor` the id of the user who makes it.

    `now` is business time. `next_number` gives a number that no record of a kind ever had. What it changed is
    in the desk at once; `happened` is what is to be told of.
    """

    desk: Desk
    now: datetime
    next_number: Callable[[str], int]
    names: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    body: Any = None
    actor: int = zendesk_id("agent", INTEGRATION)
    happened: list[Happening] = field(default_factory=list)
    did_write: bool = False

    @property
    def stamp(self) -> str:
        """This moment as Zendesk writes it: to the second, so that many records share it."""
        return stamp(self.now)

    def put(self, kind: str, record: Json) -> Json:
        """Let a record be there, in the place of the one with its id."""
        self.desk.put(kind, record)
        self.did_write = True
        return record

    def tell(self, type: str, record: Json, **event: Any) -> None:
        """Have it told of."""
        self.happened.append(Happening(type, record, event))

    def existing(self, kind: str) -> Json:
        """The record of the path's id. Raises `Refusal` (404) without one."""
        found = self.desk.find(kind, self.names["id"])
        if found is None:
            raise no_record()
        return found


@dataclass(frozen=True)
class Reply:
    """Status, JSON body (none: no body at all) and headers of its own."""

    body: Json | None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


def made(name: str, record: Json, **more: Any) -> Reply:
    """201 for a new record, with its address."""
    return Reply({name: record, **more}, 201, {"Location": record["url"]})
