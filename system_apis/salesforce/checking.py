"""What must an org have, and let us do?"""

from collections.abc import Iterable
from typing import Final

from msgspec import Struct

from system_apis.findings import Finding, Need, fields, looked_at
from system_apis.salesforce import soql
from system_apis.salesforce.wire import AccountRow, ContactRow, ContractRow, LineRow, OpportunityRow
from system_apis.transport import Transport

_CREDENTIAL: Final = (
    "check client_id and client_secret, that the app allows the client credentials flow, and that base_url is"
    " the org's My Domain"
)
READ: Final[dict[str, type[Struct]]] = {
    "Account": AccountRow,
    "Contact": ContactRow,
    "Contract": ContractRow,
    "Opportunity": OpportunityRow,
    "OpportunityLineItem": LineRow,
}
WRITTEN: Final[dict[str, tuple[str, ...]]] = {
    "Account": (
        "Risk_Flag__c",
        "Risk_Reason__c",
        "Risk_Since__c",
        "Subscription_Status__c",
        "Support_Tier__c",
        "Entitlement_Until__c",
    ),
    "Task": ("Tieline_Key__c", "WhatId", "OwnerId", "Subject", "Status"),
}
EXTERNAL: Final = {"Account": "Global_Customer_Id__c", "Task": "Tieline_Key__c"}
"""Fields by which records are found: unique external ids, text of 36."""


class _Field(Struct, rename="camel"):
    name: str
    updateable: bool = False
    external_id: bool = False


class _Described(Struct):
    """Only the fields that our user may see are in it (REST API guide, "sObject Describe")."""

    fields: tuple[_Field, ...]


class Checking:
    """Looks at one org with the means of a reader."""

    def __init__(self, transport: Transport, *, version: str, currency: str | None) -> None:
        self._transport = transport
        self._path = f"/services/data/v{version}"
        self._version = version
        self._without = {"CurrencyIsoCode"} if currency else set()
        self._described: dict[str, _Described] = {}

    async def findings(self) -> list[Finding]:
        """The credential, the version, and each object with the fields that we read and write."""
        needs = [
            Need("API version", self._versions, f"the org does not offer v{self._version}: set api_version"),
            *(self._need(name) for name in (*READ, "Task")),
        ]
        found = await looked_at(needs, _CREDENTIAL)
        for name, described in self._described.items():
            found += self._fields(name, described)
        return found

    async def _versions(self) -> None:
        await self._transport.call("GET", self._path, returns=dict[str, object])

    def _need(self, name: str) -> Need:
        async def describe() -> None:
            answer = await self._transport.call(
                "GET", self._path + "/sobjects/{object}/describe", ids={"object": name}, returns=_Described
            )
            self._described[name] = answer.value

        return Need(name, describe, f"give the integration's user read access to {name}")

    def _fields(self, name: str, described: _Described) -> Iterable[Finding]:
        there = {one.name: one for one in described.fields}
        if name in READ:
            yield from fields(
                f"{name}: fields read",
                _columns(READ[name], self._without),
                there,
                lambda field: f"there is none that we may see: {_make(field)}",
            )
        writable = {field for field, one in there.items() if one.updateable}
        if name in WRITTEN:
            yield from fields(
                f"{name}: fields written",
                WRITTEN[name],
                writable,
                lambda field: f"not ours to write: {_make(field)}",
            )
        if name in EXTERNAL:
            external = {field for field, one in there.items() if one.external_id}
            yield from fields(
                f"{name}: external id",
                (EXTERNAL[name],),
                external,
                lambda field: f"{field} must be a field of type Text(36), marked Unique and External ID",
            )


def _columns(row: type[Struct], without: set[str]) -> list[str]:
    """The columns of the object itself; those of related rows are theirs."""
    return [name for name in soql.columns(row, without=without).split(", ") if "." not in name]


def _make(field: str) -> str:
    if field == "CurrencyIsoCode":
        return "the org has a single currency: set currency"
    if field.endswith("__c"):
        return "add the custom field, and let the integration's user see and edit it"
    return "let the integration's user see and edit it (field-level security)"
