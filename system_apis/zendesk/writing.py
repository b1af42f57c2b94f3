"""How is what a support system is to show or to do told to Zendesk?

Organizations are upserted by `external_id`. A ticket's `external_id` is not unique: that a ticket is opened
once is promised by whoever looks it up by its key before a second try: the `Idempotency-Key` makes it rarer.
"""

from typing import Final

from canonical.identity import ExternalRef, Kind
from canonical.projections import SupportCustomer, SupportStanding
from canonical.requests import CaseChange, CaseDraft
from system_apis.sending import Nothing, Sending
from system_apis.writes import Written
from system_apis.zendesk import mapping, wire

API: Final = "/api/v2"


class Writing:
    """Writes to one Zendesk account. Ids are numbers already."""

    def __init__(self, sending: Sending) -> None:
        self._sending = sending

    async def aclose(self) -> None:
        await self._sending.aclose()

    async def put_customer(self, customer: SupportCustomer) -> Written:
        """The organization of our account id."""
        done = await self._sending.send(
            "POST",
            f"{API}/organizations/create_or_update",
            json={"organization": {"external_id": customer.account, "name": customer.name}},
            returns=wire.OneOrganization,
        )
        return Written(ref=self._ref("organization", done.value.organization.id), created=done.status == 201)  # noqa: PLR2004

    async def put_standing(self, organization: str, standing: SupportStanding) -> Written:
        """The organization's fields, and the tag that says that money is late."""
        if fields := mapping.standing_fields(standing):
            await self._sending.send(
                "PUT",
                f"{API}/organizations/{{id}}",
                ids={"id": organization},
                json={"organization": {"organization_fields": fields}},
                returns=Nothing,
            )
        if (marked := mapping.risk_of(standing)) is not None:
            await self._tag("organizations", organization, "PUT" if marked else "DELETE", mapping.RISK)
        return Written(ref=self._ref("organization", organization), created=False)

    async def open_case(self, case: CaseDraft, key: str) -> Written:
        """A ticket that carries the key."""
        done = await self._sending.send(
            "POST",
            f"{API}/tickets",
            json={"ticket": {**mapping.ticket_fields(case), "external_id": key}},
            headers={"Idempotency-Key": key},
            returns=wire.OneTicket,
        )
        return Written(ref=self._ref("ticket", done.value.ticket.id), created=True)

    async def change_case(self, case: str, change: CaseChange) -> Written:
        """Comment, status and priority in one go; tags by the calls that leave the others alone."""
        if change.add_tags:
            await self._tag("tickets", case, "PUT", *change.add_tags)
        if change.remove_tags:
            await self._tag("tickets", case, "DELETE", *change.remove_tags)
        if fields := mapping.change_fields(change):
            await self._sending.send(
                "PUT",
                f"{API}/tickets/{{id}}",
                ids={"id": case},
                json={"ticket": fields},
                returns=Nothing,
            )
        return Written(ref=self._ref("ticket", case), created=False)

    async def _tag(self, of: str, id: str, method: str, *tags: str) -> None:
        await self._sending.send(
            method, f"{API}/{of}/{{id}}/tags", ids={"id": id}, json={"tags": list(tags)}, returns=Nothing
        )

    def _ref(self, object: str, id: str | int) -> ExternalRef:
        return ExternalRef(kind=Kind.SUPPORT, connection=self._sending.connection, object=object, id=str(id))
