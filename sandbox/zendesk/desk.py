"""What does this Zendesk account hold right now?

The whole world rendered once per version of it, each kind by id and in the order of ids, which is the order
of Zendesk's lists. Readers get the same dicts again and again and must not change them.
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sandbox.ids import zendesk_id
from sandbox.world import Account, Case, World
from sandbox.zendesk import organizations, tickets, users

Json = dict[str, Any]
# Longer than any id, and short enough to be counted with.
NUMBER = re.compile(r"[0-9]{1,18}")


class Desk:
    """`kinds` by plural name and id; `comments` by ticket; `changed` by kind and id, for the search index."""

    def __init__(self, world: World) -> None:
        self.kinds: defaultdict[str, dict[int, Json]] = defaultdict(dict)
        self.comments: dict[int, list[Json]] = {}
        self.changed: dict[tuple[str, int], datetime] = {}
        self._world = world
        supported = [one for one in world.accounts.values() if "support" in one.systems]
        self._keep("organizations", (record for one in supported for record in self._records(one)))
        self._people()
        self._cases()
        self._fields()

    def all(self, kind: str) -> list[Json]:
        return list(self.kinds[kind].values())

    def find(self, kind: str, id: str) -> Json | None:
        """The record of this id, as it stands in a path; none for what cannot be an id."""
        return self.kinds[kind].get(int(id)) if NUMBER.fullmatch(id) else None

    def of(self, kind: str, field: str, value: object) -> list[Json]:
        return [one for one in self.kinds[kind].values() if one[field] == value]

    def _keep(self, kind: str, records: Iterable[Json]) -> None:
        self.kinds[kind] = {one["id"]: one for one in sorted(records, key=lambda one: int(one["id"]))}

    def _records(self, account: Account) -> list[Json]:
        """The organization once, or twice when support holds it twice."""
        records = [organizations.organization(self._world, account)]
        if "support" in account.copies:
            records.append(organizations.organization(self._world, account, copy=True))
        for record in records:
            self.changed["organizations", record["id"]] = account.changed
        return records

    def _people(self) -> None:
        world = self._world
        found = []
        for person in world.people.values():
            account = world.accounts[person.account]
            if "support" in account.systems:
                found.append(users.end_user(person, account))
                self.changed["users", found[-1]["id"]] = account.changed
        writers = {said.author for case in world.cases.values() for said in case.comments}
        agents = sorted(writers - {person.email for person in world.people.values()})
        for place, email in enumerate(agents):
            found.append(users.agent(world, place, email))
            self.changed["users", found[-1]["id"]] = world.anchor
        self._keep("users", found)

    def _cases(self) -> None:
        authors = {one["email"]: one for one in self.all("users")}
        cases = [one for one in self._world.cases.values() if self._is_supported(one)]
        for case in cases:
            id = zendesk_id("ticket", case.number)
            self.changed["tickets", id] = case.changed
            self.comments[id] = [tickets.comment(said, authors[said.author]["id"]) for said in case.comments]
        self._keep("tickets", (tickets.ticket(case, answering(case, authors)) for case in cases))

    def _is_supported(self, case: Case) -> bool:
        return "support" in self._world.accounts[case.account].systems

    def _fields(self) -> None:
        since = organizations.stamp(self._world.anchor)
        of_organizations = enumerate(organizations.FIELDS)
        self._keep(
            "organization_fields",
            (organizations.organization_field(self._world, key, place) for place, key in of_organizations),
        )
        of_tickets = enumerate(tickets.SYSTEM_FIELDS)
        self._keep("ticket_fields", (tickets.ticket_field(name, place, since) for place, name in of_tickets))


def answering(case: Case, authors: dict[str, Json]) -> int | None:
    """The agent who wrote last in a case."""
    agents = [authors[said.author] for said in case.comments if authors[said.author]["role"] == "agent"]
    return int(agents[-1]["id"]) if agents else None
