"""Who is at the door, and may they ask now?"""

from collections.abc import Callable, Iterable
from typing import Final

from canonical.caller import Caller
from gateway.callers import Callers, Credential, presented
from gateway.errors import BadCredentials, Header, TwoCredentials
from gateway.exchange import PATH as EXCHANGE
from gateway.limits import Limits
from system_apis.metrics import counter

_KNOWN: Final = counter(
    "tieline.credentials", "Credentials that were remembered, proven anew, or refused.", ("how",)
)

KNOCKING: Final = "/webhooks/"
"""Where platforms tell us things: the message proves itself, and its headers are the platform's own."""
Weigh = Callable[[str, str], int]
"""As how many calls a request of this method and path counts."""


def alike(method: str, path: str) -> int:
    """Every request counts as one."""
    return 1


class Reception:
    """Identity, then the limit of that identity: once per request, before the router."""

    def __init__(self, callers: Callers, limits: Limits, weigh: Weigh = alike) -> None:
        self._callers = callers
        self._limits = limits
        self._weigh = weigh

    async def admit(
        self,
        headers: Iterable[Header],
        address: str,
        stamps: list[Header],
        *,
        method: str = "",
        path: str = "",
    ) -> Caller | None:
        """Who calls, None for nobody; what is left of their plan is added to `stamps`.

        Raises BadCredentials, TwoCredentials, TooManyRequests, LimitsAway, IssuerAway.
        """
        if path.startswith(KNOCKING):
            self._limits.knock(address)
            return None
        if path == EXCHANGE:  # the credential there is what is asked about, not who asks
            self._limits.greet(address)
            return None
        try:
            credential = presented(headers)
        except (BadCredentials, TwoCredentials):
            self._limits.greet(address)
            raise
        if credential is None:
            self._limits.greet(address)
            return None
        if (caller := self._callers.remembered(credential)) is not None:
            _KNOWN.add("remembered")
        else:
            caller = await self._prove(credential, address)
        stamps += await self._limits.spend(caller, self._weigh(method, path))
        return caller

    async def _prove(self, credential: Credential, address: str) -> Caller:
        self._limits.doubt(address)
        try:
            caller = await self._callers.prove(credential)
        except BadCredentials:
            _KNOWN.add("refused")
            self._limits.distrust(address)
            raise
        _KNOWN.add("proven")
        return caller
