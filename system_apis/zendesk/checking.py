"""What must an account have, and let us do?"""

from typing import Final

from msgspec import Struct

from system_apis.findings import Finding, Need, fields, looked_at
from system_apis.transport import Transport

_CREDENTIAL: Final = (
    "check client_id and client_secret (or email and api_token), and that base_url is this account's"
)
_LISTS: Final = ("organizations", "users", "tickets")
FIELDS: Final = ("support_tier", "subscription_status", "entitlement_until")
"""Organization fields that we show a standing in; `external_id` is there in every account."""


class _Field(Struct):
    key: str
    active: bool = True


class _Fields(Struct):
    organization_fields: tuple[_Field, ...]


class Checking:
    """Looks at one account with the means of a reader."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._keys: tuple[str, ...] | None = None

    async def findings(self) -> list[Finding]:
        """The credential, what we may read, and the fields of organizations."""
        needs = [
            *(self._list(name) for name in _LISTS),
            Need("search", self._search, "the token's scope must have read"),
            Need("organization fields", self._fields, "an agent or admin must own the token"),
        ]
        found = await looked_at(needs, _CREDENTIAL)
        if self._keys is not None:
            found += fields(
                "organization field",
                FIELDS,
                self._keys,
                lambda key: f"there is none: add one with the key {key} in Admin Center, Organization fields",
            )
        return found

    def _list(self, name: str) -> Need:
        async def first() -> None:
            await self._transport.call(
                "GET", f"/api/v2/{name}", params={"page[size]": 1}, returns=dict[str, object]
            )

        return Need(
            name, first, f"the token's scope must have read or {name}:read, and its user see all {name}"
        )

    async def _search(self) -> None:
        await self._transport.call(
            "GET",
            "/api/v2/search",
            params={"query": "type:organization", "per_page": 1},
            returns=dict[str, object],
        )

    async def _fields(self) -> None:
        answer = await self._transport.call("GET", "/api/v2/organization_fields", returns=_Fields)
        self._keys = tuple(one.key for one in answer.value.organization_fields if one.active)
