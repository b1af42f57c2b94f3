"""Is a plan what was written, or refused with what to change?"""

import pytest

from canonical.caller import AccountScope, Caller
from gateway.errors import TooManyRequests
from gateway.limits import Limits
from gateway.policies import PlanSettings, Said, plan_of, plans_of

CALLER = Caller(subject="a", client="c", scopes=frozenset(), plan="default", scope=AccountScope())


async def told(limits: Limits, weight: int = 1) -> dict[bytes, bytes]:
    """The headers of one more call, let in or refused."""
    try:
        return dict(await limits.spend(CALLER, weight))
    except TooManyRequests as refused:
        return dict(refused.headers)


async def test_every_visible_limit_is_told_by_name_the_shortest_first() -> None:
    limits = Limits({"default": ["1000/month", "20/10 second", "5/second"]})
    headers = await told(limits)
    assert (
        headers[b"ratelimit-policy"] == b'"second";q=5;w=1, "10-second";q=20;w=10, "month";q=1000;w=2592000'
    )
    assert headers[b"ratelimit"] == b'"second";r=4;t=1, "10-second";r=19;t=10, "month";r=999;t=2592000'


async def test_a_hidden_limit_is_kept_and_never_told() -> None:
    limits = Limits({"default": PlanSettings(limits=("100/minute",), hidden=("2/hour",))})
    for left in (99, 98, 98):
        headers = await told(limits)
        assert headers[b"ratelimit-policy"] == b'"default";q=100;w=60'
        assert headers[b"ratelimit"].startswith(b'"default";r=%d;' % left)
    assert 3590 < int(headers[b"retry-after"]) <= 3600
    with pytest.raises(TooManyRequests) as refused:
        await limits.spend(CALLER)
    assert "hour" not in f"{refused.value.headers} {refused.value.detail}"


async def test_the_longest_wait_of_several_is_told() -> None:
    limits = Limits({"default": ["2/second", "2/minute"]})
    for _ in range(2):
        await told(limits)
    headers = await told(limits)
    assert 55 < int(headers[b"retry-after"]) <= 60


async def test_a_call_that_one_limit_refuses_costs_nothing_of_the_others() -> None:
    limits = Limits({"default": ["3/minute", "10/hour"]})
    for _ in range(8):
        headers = await told(limits)
    assert headers[b"ratelimit"].split(b",")[1].startswith(b' "hour";r=7;')


async def test_a_heavy_call_that_does_not_fit_leaves_room_for_light_ones() -> None:
    limits = Limits({"default": ["5/minute", "100/hour"]})
    await told(limits, weight=3)
    assert b"retry-after" in await told(limits, weight=3)
    assert b"retry-after" not in await told(limits, weight=2)


async def test_a_call_heavier_than_a_limit_gets_in_when_nobody_else_does() -> None:
    limits = Limits({"default": ["2/minute", "100/hour"]})
    headers = await told(limits, weight=10)
    assert headers[b"ratelimit"] == b'"minute";r=0;t=60, "hour";r=90;t=3600'


@pytest.mark.parametrize(
    ("said", "named"),
    [
        ("often", "'often' is no limit; write one such as 6000/minute"),
        ("0/minute", "lets nobody in"),
        ([], "at least one"),
        (["5/minute", "9/minute"], "one for each length"),
        (PlanSettings(limits=("5/minute",), hidden=("9/minute",)), "one for each length"),
        (PlanSettings(limits=(), hidden=("9/minute",)), "at least one"),
    ],
)
def test_a_plan_that_cannot_be_meant_is_refused_by_name(said: Said, named: str) -> None:
    with pytest.raises(ValueError, match=f"plans: odd: .*{named}"):
        plans_of({"default": "5/minute", "odd": said})


def test_there_is_a_plan_for_callers_of_unknown_plans() -> None:
    with pytest.raises(ValueError, match="default"):
        plans_of({"small": "5/minute"})


def test_the_store_away_is_answered_as_the_plan_says() -> None:
    assert plan_of(PlanSettings(limits=("5/minute",), store_away="closed")).closed
    assert not plan_of("5/minute").closed
