"""Does a write to CRM or support make one thing, whatever goes wrong, however often it is tried?

Counted at the practice platform: what changed something there. To a CRM the same fields written again are a
change, too: of the same record, to the same values.
"""

import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
import pytest_asyncio

from canonical.billing import SubscriptionStatus
from canonical.identity import ExternalRef
from canonical.projections import CrmStanding, Risk, SupportCustomer, SupportStanding
from canonical.requests import CaseChange, CaseDraft, FollowUp
from process_apis import landing, records
from process_apis.errors import ProcessError
from process_apis.landing import Write
from process_apis.records import open_store
from system_apis.errors import PlatformError
from system_apis.writes import Written
from tests.ports.conftest import Town
from tests.ports.town import Standing
from tests.ports.trouble import Trouble, begin, matrix

Attempt = Callable[[Standing, str], Awaitable[Any]]
ACCOUNT = 7
LATE = Risk(flagged=True, since=datetime(2026, 3, 1, tzinfo=UTC), reason="late")
TRIES = 60
AT_ONCE = timedelta(0)
"""What is cut here never arrives later: nothing needs to settle."""


def _of(shop: Standing) -> str:
    return shop.id("account", ACCOUNT)


async def show_in_crm(shop: Standing, key: str) -> Written:
    standing = CrmStanding(risk=LATE, subscription_status=SubscriptionStatus.ACTIVE, tier=key)
    written: Written = await shop.port.put_standing(_of(shop), standing, key=key)
    return written


async def give_task(shop: Standing, key: str) -> Written:
    task = FollowUp(account=_of(shop), subject="Call", description="Now", due_on=date(2026, 3, 2))
    written: Written = await shop.port.put_follow_up(task, key=key)
    return written


async def show_in_support(shop: Standing, key: str) -> Written:
    written: Written = await shop.port.put_standing(_of(shop), SupportStanding(tier=key), key=key)
    return written


async def make_known(shop: Standing, key: str) -> Written:
    customer = SupportCustomer(account=f"acc_{key}", name=f"Known {key}")
    written: Written = await shop.port.put_customer(customer, key=key)
    return written


async def open_case(shop: Standing, key: str) -> Written:
    draft = CaseDraft(organization=_of(shop), subject="Late", body="Ask them.", tags=("payment_failed",))

    async def look() -> ExternalRef | None:
        found = await shop.port.case_by_key(key)
        return found.origin.ref if found else None

    return await landing.land(
        Write(
            connection=shop.platform,
            key=key,
            what="a case",
            send=lambda: shop.port.open_case(draft, key=key),
            look=look,
            settles=AT_ONCE,
        )
    )


async def say_in_case(shop: Standing, key: str) -> Written:
    case = (await open_case(shop, key)).ref
    words = f"Said once: {key}"

    async def look() -> ExternalRef | None:
        page = await shop.port.comments(case.id)
        return case if any(one.body == words for one in page.items) else None

    change = CaseChange(comment=words, solved=True)
    return await landing.land(
        Write(
            connection=shop.platform,
            key=f"{key}-said",
            what="a comment",
            send=lambda: shop.port.change_case(case.id, change, key=f"{key}-said"),
            look=look,
            settles=AT_ONCE,
        )
    )


# Each write, and how many changes it makes on the platform.
WRITES: dict[str, list[tuple[Attempt, int]]] = {
    "salesforce": [(show_in_crm, 1), (give_task, 1)],
    "zendesk": [(show_in_support, 1), (make_known, 1), (open_case, 1), (say_in_case, 2)],
}
AGAIN = {show_in_crm, give_task}
CALLS = {"salesforce": ("/sobjects/", "/query"), "zendesk": ("/api/v2/", "GET /api/v2/tickets")}
CASES = [
    pytest.param(platform, attempt, effects, trouble, id=f"{attempt.__name__}-{name}")
    for platform, attempts in WRITES.items()
    for attempt, effects in attempts
    for name, trouble in matrix(*CALLS[platform]).items()
    if not any(fault["fault"] == "closed_period" for fault in trouble)  # neither has accounting periods
]


@pytest_asyncio.fixture(loop_scope="session", scope="module", autouse=True)
async def ledger(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[None]:
    """Where it is noted that we are about to write."""
    folder: Path = tmp_path_factory.mktemp("landing")
    async with open_store(f"sqlite:///{folder / 'tieline.sqlite'}") as store:
        records.use(store)
        yield
    records.use(None)


@pytest.mark.parametrize(("shop", "attempt", "effects", "trouble"), CASES, indirect=["shop"])
async def test_whatever_goes_wrong_a_write_has_one_effect(
    quick: Standing, attempt: Attempt, effects: int, trouble: Trouble
) -> None:
    calls, key = quick.practice.calls[quick.platform], f"k{uuid4().hex[:12]}"
    before = len(list(calls.since(None)))
    begin(quick, trouble)
    await until_it_is_done(attempt, quick, key, lambda: begin(quick, trouble, later=True))
    made = [call for call in list(calls.since(None))[before:] if call.effect]
    if attempt in AGAIN:
        assert len({(call.method, call.path) for call in made}) == effects
    else:
        assert len(made) == effects, [(call.method, call.path, call.status) for call in made]


@pytest.mark.parametrize("shop", ["salesforce"], indirect=True)
async def test_a_task_is_there_once_after_its_answer_was_lost(quick: Standing, workshop: Town) -> None:
    begin(quick, [{"fault": "commit_then_cut", "calls": 2}])
    key = f"k{uuid4().hex[:12]}"
    await until_it_is_done(give_task, quick, key, lambda: None)
    async with httpx.AsyncClient() as http:
        shown = (await http.get(f"{workshop[1]['salesforce']}/_sim/state/Task")).json()["data"]
    assert sum(one["Tieline_Key__c"] == key for one in shown) == 1


async def until_it_is_done(
    attempt: Attempt, shop: Standing, key: str, after_first: Callable[[], None]
) -> None:
    """As a step does it: until it is done."""
    for tries in range(1, TRIES + 1):
        with contextlib.suppress(PlatformError, ProcessError):
            await attempt(shop, key)
            return
        if tries == 1:
            after_first()
    raise AssertionError(f"not done after {TRIES} tries")
