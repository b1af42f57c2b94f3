"""How is what a CRM is to show or to do told to an org?

Accounts are changed by their id, tasks are upserted by `Tieline_Key__c`, an external id field: doing it again
is doing it once. (REST API guide, "Insert or Update (Upsert) a Record Using an External ID")
"""

from typing import Final

from canonical.identity import ExternalRef, Kind
from canonical.projections import CrmStanding
from canonical.requests import FollowUp
from system_apis.errors import Missing
from system_apis.salesforce import mapping, soql
from system_apis.salesforce.reading import Reading
from system_apis.salesforce.wire import OwnedRow, Rows, Saved
from system_apis.sending import Nothing, Sending
from system_apis.writes import Written

KEY: Final = "Tieline_Key__c"


class Writing:
    """Writes to one org."""

    def __init__(self, sending: Sending, reading: Reading, *, version: str) -> None:
        self._sending = sending
        self._reading = reading
        self._rows = f"/services/data/v{version}/sobjects"

    async def aclose(self) -> None:
        await self._sending.aclose()

    async def put_standing(self, account: str, standing: CrmStanding) -> Written:
        """The account's custom fields."""
        await self._sending.send(
            "PATCH",
            self._rows + "/Account/{id}",
            ids={"id": account},
            json=mapping.standing_fields(standing),
            returns=Nothing,
        )
        return Written(ref=self._ref("Account", account), created=False)

    async def put_follow_up(self, task: FollowUp, key: str) -> Written:
        """A task for the account's owner: one without an owner would be our integration's own."""
        owner = await self._owner(task.account)
        fields = {**mapping.task_fields(task), "OwnerId": owner}
        done = await self._sending.send(
            "PATCH",
            f"{self._rows}/Task/{KEY}/{{key}}",
            ids={"key": key},
            json=fields,
            returns=Saved,
        )
        # A row that was there is answered with 204 and no id before v46.
        return Written(ref=self._ref("Task", done.value.id or key), created=done.value.created)

    async def end_follow_up(self, key: str) -> Written | None:
        """The task of this key as completed; None when there is none."""
        try:
            done = await self._sending.send(
                "PATCH",
                f"{self._rows}/Task/{KEY}/{{key}}",
                ids={"key": key},
                params={"updateOnly": "true"},
                json={"Status": mapping.COMPLETED},
                returns=Saved,
            )
        except Missing:
            return None
        return Written(ref=self._ref("Task", done.value.id or key), created=False)

    async def _owner(self, account: str) -> str:
        question = soql.select("OwnerId", "Account", f"Id = {soql.text(account)}")
        rows, _ = await self._reading.rows(Rows[OwnedRow], question)
        if not rows:
            raise Missing(self._sending.connection, "no such account")
        return rows[0].owner_id

    def _ref(self, object: str, id: str) -> ExternalRef:
        return ExternalRef(kind=Kind.CRM, connection=self._sending.connection, object=object, id=id)
