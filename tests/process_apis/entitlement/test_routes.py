"""Do the entitlement's own addresses answer programs of ours?"""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from litestar import Litestar
from litestar.di import Provide
from litestar.testing import AsyncTestClient

from canonical.caller import AccountScope, Caller
from canonical.identity import Kind
from process_apis import entitlement, links
from process_apis.entitlement.routes import router
from process_apis.records import Store
from tests.builders import PLANS, TIERS, account_id, record, subscription
from tests.fakes import World

A, B = account_id("A"), account_id("B")


async def caller() -> Caller:
    return Caller(
        subject="program",
        client="program",
        scopes=frozenset({"process:entitlement:read"}),
        plan="internal",
        scope=AccountScope(accounts=frozenset({A})),
    )


@pytest.fixture
async def client(store: Store, world: World) -> AsyncIterator[AsyncTestClient[Litestar]]:
    world.knows(record("A"), record("B"))
    world.knows(record("cus_A", Kind.BILLING, key=A))
    world.billing.sold = [subscription("sub_A", "cus_A", "GOLD")]
    entitlement.configure(PLANS, TIERS)
    await links.sweep()
    await entitlement.fill()
    app = Litestar([router], dependencies={"caller": Provide(caller)}, logging_config=None)
    async with AsyncTestClient(app) as client:
        yield client


async def test_one_entitlement_is_shown_with_its_facts(client: AsyncTestClient[Litestar]) -> None:
    answer = await client.get(f"/process/entitlement/v1/accounts/{A}/entitlements/sso")
    assert answer.status_code == 200
    decision: dict[str, Any] = answer.json()
    assert set(decision) == {
        "account", "feature", "decision", "reason", "tier", "sla", "valid_until", "fallback", "facts",
    }  # fmt: skip
    assert (decision["decision"], decision["sla"]["tier"]) == ("granted", "gold")
    assert set(decision["facts"][0]) == {"name", "source", "observed_at", "state"}
    assert "sub_A" not in answer.text, "a platform's own id is not shown"


async def test_several_checks_are_answered_in_their_order(client: AsyncTestClient[Litestar]) -> None:
    checks = [{"account": A, "feature": "sso"}, {"account": B, "feature": "sso"}]
    answer = await client.post("/process/entitlement/v1/checks", json={"checks": checks})
    assert answer.status_code == 200
    assert [item["found"] for item in answer.json()["data"]] == [True, False]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"checks": []},
        {"checks": [{"account": A, "feature": "sso"}] * 101},
        {"checks": [{"account": "acc_1", "feature": "sso"}]},
        {"checks": [{"account": A, "feature": ""}]},
        {"checks": [{"account": A, "feature": "sso", "more": 1}]},
    ],
)
async def test_a_question_of_another_shape_is_refused(client: AsyncTestClient[Litestar], body: Any) -> None:
    assert (await client.post("/process/entitlement/v1/checks", json=body)).status_code == 400
