"""How often may this caller ask?"""

from collections.abc import Mapping, Sequence
from typing import Final

from canonical.caller import Caller
from gateway.errors import Header, LimitsAway, TooManyRequests
from gateway.policies import DEFAULT, STRANGERS, Plan, Said, plan_of, plans_of
from gateway.shared_spending import AGAIN_AFTER, SharedSpending
from gateway.spending import Counted, Purse, Share, Spending, cost, purse_of, whole
from gateway.windows import MOST
from system_apis.metrics import counter

_PLATFORMS: Final = plan_of("60000/minute")
"""How often an address may send what a platform would; after an outage it is all at once."""
_STRANGERS: Final = ("(strangers)", "(nobody)")
_REFUSED: Final = counter(
    "limits.refused", "Requests refused because a plan was used up.", ("plan", "client")
)


class Limits:
    """Plans and what is left of them; `plans` has a `default`.

    With `redis`, an address of a Redis, callers are counted together with other processes. Strangers are
    counted in each process alone: who floods us does not reach what we share. Raises ValueError for plans or
    an address that cannot be meant.
    """

    def __init__(
        self,
        plans: Mapping[str, Said],
        anonymous: Said = STRANGERS,
        most: int = MOST,
        redis: str | None = None,
    ) -> None:
        self._plans = plans_of(plans)
        self._anonymous = plan_of(anonymous)
        # Apart, so that no number of strangers can push a caller's window out.
        self._callers, self._strangers = Spending(most), Spending(most)
        self._shared = SharedSpending(redis) if redis else None

    def purse_of(self, caller: Caller) -> Purse:
        """What this caller spends from."""
        name = self._name(caller)
        return purse_of(self._plans[name], f"{name}\n{caller.client}\n{caller.subject}")

    async def spend(self, caller: Caller, weight: int = 1, purse: Purse | None = None) -> list[Header]:
        """Count one request of a caller, and say what is left. `purse` is theirs, where it is at hand.

        Raises TooManyRequests, LimitsAway.
        """
        purse = purse or self.purse_of(caller)
        if self._shared is None:
            return self.spend_here(caller, purse, weight)
        counted = await self._shared.spend(purse.plan, purse.who, weight)
        if counted is None:
            if purse.plan.closed:
                raise LimitsAway(headers=[_retry_after(AGAIN_AFTER)])
            return self.spend_here(caller, purse, weight)
        return self._told(caller, purse, counted, weight)

    def spend_here(self, caller: Caller, purse: Purse, weight: int) -> list[Header]:
        """The same, counted in this process alone. Raises TooManyRequests."""
        return self._told(caller, purse, self._callers.spend(purse, weight), weight)

    @property
    def alone(self) -> bool:
        """Whether nothing is counted together with other processes."""
        return self._shared is None

    def _told(self, caller: Caller, purse: Purse, counted: Counted, weight: int) -> list[Header]:
        try:
            return _told(purse.plan, counted, weight)
        except TooManyRequests as error:
            error.caller = caller
            _REFUSED.add(self._name(caller), caller.client)
            raise

    def _name(self, caller: Caller) -> str:
        return caller.plan if caller.plan in self._plans else DEFAULT

    def greet(self, address: str) -> None:
        """Count one request that names no caller. Raises TooManyRequests."""
        try:
            _told(self._anonymous, self._strangers.spend(purse_of(self._anonymous, f"stranger {address}")), 1)
        except TooManyRequests:
            _REFUSED.add(*_STRANGERS)
            raise

    def knock(self, address: str) -> None:
        """Count one message of a platform, which may come in a flood. Raises TooManyRequests."""
        _told(_PLATFORMS, self._strangers.spend(purse_of(_PLATFORMS, f"platform {address}")), 1)

    def doubt(self, address: str) -> None:
        """Refuse to look at one more credential from where too many bad ones came. Raises TooManyRequests."""
        seconds = max(self._strangers.full(limit, f"liar {address}") for limit in self._anonymous.limits)
        if seconds > 0:
            _REFUSED.add(*_STRANGERS)
            raise TooManyRequests(headers=[_retry_after(seconds)])

    def distrust(self, address: str) -> None:
        """Count one bad credential."""
        self._strangers.spend(purse_of(self._anonymous, f"liar {address}"))

    @property
    def uncounted(self) -> int:
        """Calls that were decided while what is shared was away."""
        return self._shared.uncounted if self._shared else 0

    async def close(self) -> None:
        """Leave what is shared."""
        if self._shared:
            await self._shared.close()


def _told(plan: Plan, counted: Counted, weight: int) -> list[Header]:
    """What the caller is told: what is left of each visible limit, or that it is not enough."""
    stamps = [plan.policy, _left(plan, counted.shares)] if plan.policy else []
    if counted.allowed:
        return stamps
    wanting = [
        (limit, share)
        for limit, share in zip(plan.limits, counted.shares, strict=True)
        if share.left < cost(limit, weight)
    ]
    named = ", ".join(limit.name for limit, _ in wanting if limit.visible)
    seconds = max(share.seconds for _, share in wanting)
    raise TooManyRequests(f"Used up: {named}." if named else "", headers=[*stamps, _retry_after(seconds)])


def _left(plan: Plan, shares: Sequence[Share]) -> Header:
    """`RateLimit` as draft-ietf-httpapi-ratelimit-headers-11 writes it."""
    if len(shares) == 1:  # most plans have one limit
        return b"ratelimit", plan.limits[0].share % (shares[0].left, whole(shares[0].seconds))
    told = [
        limit.share % (share.left, whole(share.seconds))
        for limit, share in zip(plan.limits, shares, strict=True)
        if limit.visible
    ]
    return b"ratelimit", b", ".join(told)


def _retry_after(seconds: float) -> Header:
    return b"retry-after", b"%d" % whole(seconds)
