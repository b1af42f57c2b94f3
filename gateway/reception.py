"""Who is at the door, and may they ask now?"""

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Final, NamedTuple, TypeVar

from canonical.caller import Caller
from gateway.callers import Callers, Credential, Proven, presented
from gateway.errors import BadCredentials, Header, IssuerAway, TwoCredentials
from gateway.exchange import PATH as EXCHANGE
from gateway.limits import Limits
from gateway.spending import Purse
from system_apis.metrics import counter

K = TypeVar("K")
V = TypeVar("V")

_KNOWN: Final = counter("credentials", "Credentials that were remembered, proven anew, or refused.", ("how",))

KNOCKING: Final = "/webhooks/"
"""Where platforms tell us things: the message proves itself, and its headers are the platform's own."""
Weigh = Callable[[str, str], int]
"""As how many calls a request of this method and path counts."""


def alike(method: str, path: str) -> int:
    """Every request counts as one."""
    return 1


REMEMBERED: Final = 10_000
_AUTHORIZATION: Final = b"authorization"


class Pass(NamedTuple):
    """Who comes with a token, what they spend from, and until when (wall time) that is believed."""

    caller: Caller
    purse: Purse
    until: float


class Reception:
    """Identity, then the limit of that identity: once per request, before the router.

    A proven token is remembered by the bytes of its header until it ends, at most a minute. They are found
    by a hash with a key of this process, and compared only when all of it is equal: the time it takes tells
    nobody how much of a token they guessed.

    Who was proven here once is looked at again however many liars share their address, until their credential
    is refused. Only a hash of it is kept, because a key is good for years; whatever else has the same hash is
    looked at too, and refused.
    """

    def __init__(self, callers: Callers, limits: Limits, weigh: Weigh = alike) -> None:
        self._callers = callers
        self._limits = limits
        self._weigh = weigh
        self._passes: dict[bytes, Pass] = {}
        self._proven: dict[int, None] = {}

    def remembered(self, headers: Mapping[bytes, bytes]) -> Pass | None:
        """The pass of a token proven a moment ago; `headers` are all there are, each once."""
        known = self._passes.get(headers.get(_AUTHORIZATION, b""))
        if known is None or b"x-api-key" in headers or time.time() >= known.until:
            return None
        return known

    async def admit_again(self, known: Pass, stamps: list[Header], weight: int) -> Caller:
        """Let in somebody with a pass. Raises TooManyRequests, LimitsAway."""
        _KNOWN.add("remembered")
        caller, purse, _ = known
        if self._limits.alone:
            stamps += self._limits.spend_here(caller, purse, weight)
        else:
            stamps += await self._limits.spend(caller, weight, purse)
        return caller

    async def admit(
        self,
        headers: Sequence[Header],
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
        weight = self._weigh(method, path)
        if credential.token and (known := self.remembered(dict(headers))) is not None:
            return await self.admit_again(known, stamps, weight)
        proven = await self._prove(credential, address)
        purse = self._limits.purse_of(proven.caller)
        self._remember(headers, Pass(proven.caller, purse, proven.until))
        stamps += await self._limits.spend(proven.caller, weight, purse)
        return proven.caller

    def _remember(self, headers: Sequence[Header], known: Pass) -> None:
        if known.until:
            _put(self._passes, dict(headers)[_AUTHORIZATION], known)

    async def _prove(self, credential: Credential, address: str) -> Proven:
        known = hash(credential)
        if known not in self._proven:
            self._limits.doubt(address)
        try:
            proven = await self._callers.prove(credential)
        except BadCredentials:
            _KNOWN.add("refused")
            self._proven.pop(known, None)
            self._limits.distrust(address)
            raise
        except IssuerAway:
            self._limits.greet(address)  # nobody is known by it, and it costs more than most
            raise
        _KNOWN.add("proven")
        _put(self._proven, known, None)
        return proven


def _put(remembered: dict[K, V], key: K, value: V) -> None:
    """Remember this last, in place of what was remembered first when there are too many."""
    remembered.pop(key, None)
    if len(remembered) >= REMEMBERED:
        del remembered[next(iter(remembered))]
    remembered[key] = value
