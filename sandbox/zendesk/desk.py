"""What does this Zendesk account hold right now?

As the facts say it, and over that what was written since. Each kind is in the order of ids, which is the
order of Zendesk's lists. Readers get the same dicts again and again and must not change them: a change puts a
new record in the place of the old one.
"""

import re
from collections import defaultdict
from typing import Any

from sandbox.world import World
from sandbox.zendesk.rendering import comments, rendered

Json = dict[str, Any]
# Longer than any id, and short enough to be counted with.
NUMBER = re.compile(r"[0-9]{1,18}")
GONE = "deleted"


class Desk:
    """`kinds` by plural name and id; `comments` by ticket; `gone` are tickets that were deleted."""

    def __init__(self, world: World) -> None:
        found = rendered(world)
        self.kinds: defaultdict[str, dict[int, Json]] = defaultdict(dict)
        self.comments = comments(world, found["users"])
        self.gone: dict[int, Json] = {}
        self._written = world.support
        self._external: defaultdict[tuple[str, str], dict[int, None]] = defaultdict(dict)
        for kind, records in found.items():
            for record in sorted(records, key=lambda one: int(one["id"])):
                self._show(kind, record)
        self._take_up()

    def all(self, kind: str) -> list[Json]:
        return list(self.kinds[kind].values())

    def find(self, kind: str, id: object) -> Json | None:
        """The record of this id, as it stands in a path or a body; none for what cannot be an id."""
        return self.kinds[kind].get(int(str(id))) if NUMBER.fullmatch(str(id)) else None

    def of(self, kind: str, field: str, value: object) -> list[Json]:
        return [one for one in self.kinds[kind].values() if one[field] == value]

    def external(self, kind: str, id: str) -> list[Json]:
        """The records with this external id, whose case does not matter, in the order of their ids."""
        return [self.kinds[kind][one] for one in sorted(self._external[kind, id.lower()])]

    def user_of(self, email: str) -> Json | None:
        """Whose address this is, in any case."""
        return next((one for one in self.all("users") if (one["email"] or "").lower() == email.lower()), None)

    def put(self, kind: str, record: Json) -> None:
        """A new record, or what became of the one with this id; it outlives this rendering."""
        self._show(kind, record)
        self._written.keep(kind, str(record["id"]), record)

    def say(self, ticket: int, comment: Json) -> None:
        """One more comment in a ticket."""
        self.comments.setdefault(ticket, []).append(comment)
        self._written.keep("comments", str(comment["id"]), {"ticket": ticket, "comment": comment})

    def remove(self, kind: str, record: Json) -> None:
        """A record is deleted: a ticket is still seen by the incremental export."""
        self._hide(kind, record)
        self._written.keep(kind, str(record["id"]), {**record, GONE: True})

    def _take_up(self) -> None:
        """What was written in an earlier life of this rendering."""
        for kind, records in self._written.records.items():
            for record in records.values():
                if kind == "comments":
                    self.comments.setdefault(record["ticket"], []).append(record["comment"])
                elif GONE in record:
                    self._hide(kind, {name: value for name, value in record.items() if name != GONE})
                else:
                    self._show(kind, record)

    def _show(self, kind: str, record: Json) -> None:
        kept, id = self.kinds[kind], record["id"]
        before = kept.get(id)
        if before is not None:
            self._external[kind, _external_id(before)].pop(id, None)
        is_last = before is not None or not kept or id > next(reversed(kept))
        kept[id] = record
        self._external[kind, _external_id(record)][id] = None
        if not is_last:
            self.kinds[kind] = dict(sorted(kept.items()))

    def _hide(self, kind: str, record: Json) -> None:
        before = self.kinds[kind].pop(record["id"], None)
        if before is not None:
            self._external[kind, _external_id(before)].pop(record["id"], None)
        if kind == "tickets":
            self.gone[record["id"]] = record


def _external_id(record: Json) -> str:
    return str(record.get("external_id") or "").lower()
