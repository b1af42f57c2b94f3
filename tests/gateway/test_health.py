"""Does the process say how it is, to each what is theirs to know?"""

import msgspec
import pytest

from gateway.health import Readiness
from tests.gateway.things import ANNA, Visit

OPERATOR = msgspec.structs.replace(ANNA, scopes=("operations:read",))


def found(**facts: object) -> object:
    async def readiness() -> Readiness:
        return msgspec.convert(facts, Readiness)

    return readiness


async def test_a_process_that_runs_is_alive_even_when_it_is_not_ready(visit: Visit) -> None:
    answer = await (await visit(None, readiness=found(ready=False))).get("/livez")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


async def test_a_process_without_its_own_state_is_not_ready(visit: Visit) -> None:
    answer = await (await visit(None, readiness=found(ready=False))).get("/readyz")
    assert (answer.status_code, answer.json()["code"]) == (503, "not_ready")
    assert int(answer.headers["retry-after"]) >= 1


async def test_a_platform_that_is_down_makes_us_degraded_not_unready(visit: Visit) -> None:
    down = found(ready=True, degraded=True, details={"crm-eu": "down"})
    answer = await (await visit(None, readiness=down)).get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"status": "degraded"})


@pytest.mark.parametrize(("who", "told"), [(OPERATOR, True), (ANNA, False), (None, False)])
async def test_only_operators_are_told_what_is_not_well(visit: Visit, who: object, told: bool) -> None:
    down = found(ready=True, degraded=True, details={"crm-eu": "down"})
    answer = await (await visit(who, readiness=down)).get("/readyz")
    assert (answer.json().get("details") == {"crm-eu": "down"}) is told
