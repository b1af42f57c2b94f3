"""What can customers and agents be made to do? (the control routes of this platform)"""

from collections.abc import Callable
from typing import Any

from aiohttp import web

from sandbox.kit.control import asked_of
from sandbox.kit.errors import ControlError
from sandbox.kit.practice import Practice
from sandbox.zendesk import ticketing
from sandbox.zendesk.desk import Desk
from sandbox.zendesk.errand import Errand
from sandbox.zendesk.errors import Refusal
from sandbox.zendesk.fields import PRIORITIES

Json = dict[str, Any]
COMPLAINT = "Nobody of us can sign in since this morning"


class Actions:
    """`do` does it as the desk does every write: kept, told by webhooks."""

    def __init__(self, practice: Practice, desk: Callable[[], Desk], do: Callable[..., Any]) -> None:
        self._practice = practice
        self._desk = desk
        self._do = do

    def routes(self) -> list[web.RouteDef]:
        return [web.post("/open-case", self.open), web.post("/solve-case", self.solve)]

    async def open(self, request: web.Request) -> web.Response:
        """A customer writes: one of this organization, or of one without any trouble."""
        asked = await asked_of(request, "organization", "subject", "priority")
        person = self._person(asked.get("organization"))
        subject, priority = asked.get("subject") or COMPLAINT, asked.get("priority")
        if not isinstance(subject, str) or priority not in (None, *PRIORITIES):
            raise ControlError(f"subject must be a text, and priority one of {', '.join(PRIORITIES)}")

        def opened(errand: Errand) -> Json:
            given = {"subject": subject, "priority": priority, "comment": {"body": subject}}
            return ticketing.open_ticket(errand, {**given, "requester_id": person["id"]})[0]

        ticket = self._do(opened, person["id"])
        return web.json_response({"ticket": ticket["id"], "organization": ticket["organization_id"]})

    async def solve(self, request: web.Request) -> web.Response:
        """An agent solves it."""
        asked = await asked_of(request, "ticket")
        ticket = self._desk().find("tickets", asked.get("ticket"))
        if ticket is None:
            raise ControlError(f"no such ticket: {asked.get('ticket')}")
        agent = ticket["assignee_id"] or self._agent()["id"]

        def solved(errand: Errand) -> Json:
            given = {"status": "solved", "comment": {"body": "This is solved. Thank you for telling us."}}
            return ticketing.change_ticket(errand, ticket, {**given, "assignee_id": agent})[0]

        try:
            done = self._do(solved, agent)
        except Refusal as refusal:
            raise ControlError(str(refusal.body)) from refusal
        return web.json_response({"ticket": done["id"], "status": done["status"]})

    def _person(self, organization: Any) -> Json:
        """A user of this organization, or of the first whose account has no trouble."""
        desk = self._desk()
        if organization is not None:
            if desk.find("organizations", organization) is None:
                raise ControlError(f"no such organization: {organization}")
            people = desk.of("users", "organization_id", int(organization))
        else:
            clean = self._clean_organizations()
            people = [one for one in desk.all("users") if one["organization_id"] in clean]
        if not people:
            raise ControlError("nobody works there")
        return people[0]

    def _clean_organizations(self) -> set[int]:
        world = self._practice.world
        keys = {world.accounts[one.account].key for one in world.trouble if one.account in world.accounts}
        return {one["id"] for one in self._desk().all("organizations") if one["external_id"] not in keys}

    def _agent(self) -> Json:
        return next(one for one in self._desk().all("users") if one["role"] == "agent")
