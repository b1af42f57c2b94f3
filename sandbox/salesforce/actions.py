"""What can be made to happen in the org? (its control routes)"""

from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from sandbox.kit.control import asked_of
from sandbox.kit.errors import ControlError
from sandbox.kit.practice import Practice
from sandbox.salesforce import writing
from sandbox.salesforce.errors import Refused
from sandbox.salesforce.exchange import Answer
from sandbox.salesforce.locks import Commits
from sandbox.salesforce.org import Org
from sandbox.salesforce.row import Row
from sandbox.salesforce.schema import OBJECTS
from sandbox.salesforce.wording import day
from sandbox.salesforce.work import Work

Write = Callable[[Callable[[Work], Answer]], Awaitable[Answer]]


class Actions:
    """`write` does it as the org does every write: kept, seen in the call log, told by messages."""

    def __init__(self, practice: Practice, org: Callable[[], Org], write: Write) -> None:
        self._practice = practice
        self._org = org
        self._write = write

    def routes(self) -> list[web.RouteDef]:
        return [web.post("/win-opportunity", self.win), web.post("/commits", self.commits)]

    async def win(self, request: web.Request) -> web.Response:
        """A deal is won today: this one, or an open one of a customer without any trouble."""
        asked = await asked_of(request, "opportunity")
        deal = self._asked_deal(asked["opportunity"]) if asked.get("opportunity") else self._some_deal()
        kind, today = OBJECTS["Opportunity"], day(self._practice.clock.now())

        def won(work: Work) -> Answer:
            values = {"StageName": "Closed Won", "CloseDate": min(deal["CloseDate"], today)}
            return Answer(writing.change(work, kind, deal, values))

        try:
            await self._write(won)
        except Refused as refused:
            raise ControlError(refused.message) from refused
        return web.json_response({"opportunity": deal["Id"], "account": deal["AccountId"]})

    async def commits(self, request: web.Request) -> web.Response:
        """How long writes hold their rows from now on, and how long others wait for them."""
        asked = await asked_of(request, "seconds", "patience")
        commits = self._practice.memory("salesforce commits", Commits)
        for name, value in asked.items():
            if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 60:
                raise ControlError(f"{name} must be a number of seconds from 0 to 60")
            setattr(commits, name, float(value))
        self._practice.remember()
        return web.json_response({"seconds": commits.seconds, "patience": commits.patience})

    def _asked_deal(self, id: Any) -> Row:
        row = self._org().row("Opportunity", id) if isinstance(id, str) else None
        if row is None:
            raise ControlError(f"no such opportunity: {id}")
        if row["IsClosed"]:
            raise ControlError(f"{id} is closed: {row['StageName']}")
        return row

    def _some_deal(self) -> Row:
        org, keys = self._org(), self._practice.world.accounts
        troubled = {keys[one.account].key for one in self._practice.world.trouble if one.account in keys}
        for row in org.rows("Opportunity"):
            account = org.row("Account", row["AccountId"]) if row["AccountId"] else None
            clean = account is not None and account["Global_Customer_Id__c"] not in troubled
            if not row["IsClosed"] and clean and row["HasOpportunityLineItem"]:
                return row
        raise ControlError("no open deal of a customer without trouble is left")
