"""Do the metrics say how many runs are open, and how those that ended did?"""

import pytest

from process_apis import durable
from process_apis.durable import measuring
from process_apis.errors import NeedsPerson
from system_apis import metrics
from system_apis.errors import Unauthorised
from tests.process_apis.durable import shop
from tests.process_apis.durable.house import fresh
from tests.process_apis.durable.shop import fails

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.usefixtures("house")]


def told(name: str, flow: str, state: str) -> float:
    """What a metric of this name says."""
    (metric,) = (one for one in metrics.known() if one.name == name)
    return metric.rows().get((flow, state), 0)  # type: ignore[attr-defined, no-any-return]


async def test_a_run_that_needs_a_person_is_seen_until_it_ended() -> None:
    await measuring.measure()
    before = told("runs.open", "shop-sale", "needs_person")
    order, done = fresh("order"), told("runs.ended", "shop-sale", "done")
    fails("ship", Unauthorised("carrier", "expired"))
    with pytest.raises(NeedsPerson):
        await durable.run(shop.sale, order, 10, id=f"sale:{order}")
    await measuring.measure()
    assert told("runs.open", "shop-sale", "needs_person") == before + 1
    assert told("runs.open_seconds", "shop-sale", "needs_person") >= 0
    assert told("runs.ended", "shop-sale", "done") == done

    await durable.run(shop.sale, (other := fresh("order")), 10, id=f"sale:{other}")
    assert told("runs.ended", "shop-sale", "done") == done + 1
