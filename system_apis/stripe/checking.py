"""What must a key be, and be allowed?"""

from typing import Final

from system_apis.findings import CREDENTIAL, Finding, Need, looked_at
from system_apis.transport import Transport

_CREDENTIAL: Final = "check api_key, and account when it is reached through a platform's key"
_LISTS: Final = (
    "customers",
    "subscriptions",
    "invoices",
    "payment_intents",
    "invoice_payments",
    "credit_notes",
    "refunds",
    "disputes",
    "payouts",
    "events",
)
_SEARCHES: Final = {"customers": "email:'nobody@example.com'", "invoices": "number:'none'"}
# docs.stripe.com/keys: what a key may do stands in the beginning of its name.
_KINDS: Final = {
    "pk": "is a publishable key, which may read nothing: take a secret or restricted one",
    "whsec": "is the secret of a webhook: take a secret or restricted key",
}
_LEAST: Final = {
    "sk": "a secret key, which may do everything: a restricted one is enough",
    "rk": "a restricted key",
}


class Checking:
    """Looks at one account with the means of a reader."""

    def __init__(self, transport: Transport, key: str) -> None:
        self._transport = transport
        self._kind, _, rest = key.partition("_")
        self._mode = rest.partition("_")[0]

    async def findings(self) -> list[Finding]:
        """What kind of key it is, and whether it may read each list that we read."""
        if said := _KINDS.get(self._kind):
            return [Finding(subject=CREDENTIAL, good=False, said=f"api_key {said}")]
        kind = Finding(
            subject="key", good=True, said=f"{self._mode} mode, {_LEAST.get(self._kind, 'of a new kind')}"
        )
        needs = [*(self._list(name) for name in _LISTS), *(self._search(name) for name in _SEARCHES)]
        return [kind, *await looked_at(needs, _CREDENTIAL)]

    def _list(self, name: str) -> Need:
        async def first() -> None:
            await self._transport.call("GET", f"/v1/{name}", params={"limit": 1}, returns=dict[str, object])

        return Need(name, first, f"give the restricted key Read on {name.replace('_', ' ')}")

    def _search(self, name: str) -> Need:
        async def first() -> None:
            params: dict[str, str | int | list[str]] = {"query": _SEARCHES[name], "limit": 1}
            await self._transport.call("GET", f"/v1/{name}/search", params=params, returns=dict[str, object])

        return Need(f"search of {name}", first, f"give the restricted key Read on {name}")
