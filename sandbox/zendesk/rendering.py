"""How does the whole world read in Zendesk's words?

Pure: a world in, every record out. Contacts of customers are end users; whoever else writes in a case is an
agent, and so is the integration that calls the API.
"""

from collections.abc import Iterable
from typing import Any, Final

from sandbox.ids import zendesk_id
from sandbox.world import Account, Case, World
from sandbox.zendesk import organizations, tickets, users

Json = dict[str, Any]

INTEGRATION: Final = 1_000
"""The number of the agent as whom our integration signs in."""
INTEGRATION_EMAIL: Final = "integration@tieline.example"


def rendered(world: World) -> dict[str, list[Json]]:
    """The records of every kind as the facts say them."""
    supported = [one for one in world.accounts.values() if "support" in one.systems]
    people = _people(world)
    authors = _by_email(people)
    since = organizations.stamp(world.anchor)
    return {
        "organizations": [record for one in supported for record in _organizations(world, one)],
        "users": people,
        "tickets": [tickets.ticket(case, _answering(case, authors)) for case in _cases(world)],
        "organization_fields": [
            organizations.organization_field(world, key, place)
            for place, key in enumerate(organizations.FIELDS)
        ],
        "ticket_fields": tickets.ticket_fields(since),
    }


def comments(world: World, people: Iterable[Json]) -> dict[int, list[Json]]:
    """What was said in each ticket."""
    authors = _by_email(people)
    return {
        zendesk_id("ticket", case.number): [
            tickets.comment(said, authors[said.author]["id"]) for said in case.comments
        ]
        for case in _cases(world)
    }


def _organizations(world: World, account: Account) -> list[Json]:
    """The organization once, or twice when support holds it twice."""
    found = [organizations.organization(world, account)]
    if "support" in account.copies:
        found.append(organizations.organization(world, account, copy=True))
    return found


def _people(world: World) -> list[Json]:
    found = [
        users.end_user(person, world.accounts[person.account])
        for person in world.people.values()
        if "support" in world.accounts[person.account].systems
    ]
    writers = {said.author for case in world.cases.values() for said in case.comments}
    agents = sorted(writers - {person.email for person in world.people.values()})
    found += [users.agent(world, number, email) for number, email in enumerate(agents, start=1)]
    return [*found, users.agent(world, INTEGRATION, INTEGRATION_EMAIL)]


def _cases(world: World) -> list[Case]:
    return [one for one in world.cases.values() if "support" in world.accounts[one.account].systems]


def _by_email(people: Iterable[Json]) -> dict[str, Json]:
    return {one["email"]: one for one in people}


def _answering(case: Case, authors: dict[str, Json]) -> int | None:
    """The agent who wrote last in a case."""
    agents = [authors[said.author] for said in case.comments if authors[said.author]["role"] == "agent"]
    return int(agents[-1]["id"]) if agents else None
