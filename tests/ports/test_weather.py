"""Does every kind of trouble at every platform come back under its own name, and in time?"""

import time

import pytest

from system_apis.errors import Busy, PlatformError, Unauthorised, Unavailable, Unreadable
from system_apis.health import State
from tests.ports.town import Standing

DEADLINE = 1.5

TROUBLE = [
    ("down", Unavailable),
    ("slow", Unavailable),
    ("error_500", Unavailable),
    ("bad_body", Unreadable),
    ("redirect", Unreadable),
    ("rate_limited", Busy),
    ("expired_token", Unauthorised),
]


@pytest.mark.parametrize(("fault", "error"), TROUBLE)
async def test_trouble_has_its_name_inside_the_deadline(
    troubled: Standing, fault: str, error: type[PlatformError]
) -> None:
    troubled.practice.faults[troubled.platform].add({"fault": fault})
    began = time.monotonic()
    with pytest.raises(error) as caught:
        await troubled.port.account_records()
    assert time.monotonic() - began < DEADLINE + 0.5
    assert caught.value.connection == troubled.platform
    assert troubled.health().state is not State.OK


@pytest.mark.parametrize(("fault", "error"), TROUBLE)
async def test_trouble_that_comes_later_has_its_name_too(
    troubled: Standing, fault: str, error: type[PlatformError]
) -> None:
    id = troubled.id("account", next(iter(troubled.known())))
    await troubled.port.account_record(id)
    troubled.practice.faults[troubled.platform].add({"fault": fault})
    with pytest.raises(error):
        await troubled.port.account_record(id)


@pytest.mark.parametrize("fault", ["down", "error_500", "rate_limited"])
async def test_trouble_that_passes_at_once_is_not_noticed(troubled: Standing, fault: str) -> None:
    if fault == "rate_limited":
        troubled.needs("short waits")
    id = troubled.id("account", next(iter(troubled.known())))
    await troubled.port.account_record(id)
    troubled.practice.faults[troubled.platform].add({"fault": fault, "calls": 1})
    await troubled.port.account_record(id)
    assert troubled.health().state is State.OK


async def test_a_token_that_ended_early_is_replaced_without_anybody_noticing(troubled: Standing) -> None:
    troubled.needs("a token that is renewed")
    troubled.practice.faults[troubled.platform].add({"fault": "expired_token", "calls": 1})
    await troubled.port.account_records()
    assert troubled.health().state is State.OK


async def test_after_the_trouble_the_same_connection_answers(troubled: Standing) -> None:
    faults = troubled.practice.faults[troubled.platform]
    await troubled.port.account_records()
    for fault in ("error_500", "bad_body", "redirect"):
        faults.add({"fault": fault})
        with pytest.raises(PlatformError):
            await troubled.port.account_records()
        faults.clear()
        await troubled.port.account_records()


async def test_a_walk_that_is_cut_short_raises_and_does_not_end_early(troubled: Standing) -> None:
    first = await troubled.port.account_records()
    if first.next is None:
        pytest.skip("all customers of the practice company fit on one page here")
    troubled.practice.faults[troubled.platform].add({"fault": "error_500"})
    with pytest.raises(Unavailable):
        await troubled.port.account_records(first.next)


@pytest.mark.parametrize("fault", ["down", "error_500"])
async def test_a_platform_that_comes_back_before_the_first_token_answers_at_once(
    troubled: Standing, fault: str
) -> None:
    faults = troubled.practice.faults[troubled.platform]
    faults.add({"fault": fault})
    with pytest.raises(Unavailable):
        await troubled.port.account_records()
    faults.clear()
    await troubled.port.account_records()
