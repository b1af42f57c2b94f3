"""Are the numbers we tell those of what truly happened? (a real server, read as Prometheus reads it)"""

import asyncio
import importlib
import re
from collections import Counter as Tally
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import msgspec
import pytest
from prometheus_client.parser import text_string_to_metric_families

from gateway.api import Api, Deprecation
from gateway.issuer import EmbeddedIssuer, Minted
from gateway.measuring import Requests
from gateway.metrics import Metrics
from gateway.telemetry import Options
from gateway.watching import connection_gauges
from system_apis.connections import Connections
from system_apis.metrics import MOST, OTHER, Counter, Gauge, Histogram, Labels, forget, gauge, known
from tests.gateway.things import ACCOUNT, ANNA, THINGS, Serve, Visit

Row = tuple[str, frozenset[tuple[str, str]]]
Numbers = dict[Row, float]
Look = Callable[[], Awaitable[Numbers]]


@pytest.fixture
def metrics() -> Iterator[Metrics]:
    metrics = Metrics()
    yield metrics
    metrics.close()


@pytest.fixture
async def look(metrics: Metrics, serve: Serve) -> AsyncIterator[Look]:
    """What Prometheus would read now."""
    url = await serve(metrics.app())
    async with httpx.AsyncClient(trust_env=False) as prometheus:

        async def read() -> Numbers:
            answer = await prometheus.get(f"{url}/metrics")
            assert answer.status_code == 200
            return {
                (sample.name, frozenset(sample.labels.items())): sample.value
                for family in text_string_to_metric_families(answer.text)
                for sample in family.samples
            }

        yield read


def summed(numbers: Numbers, name: str, **labels: str) -> float:
    """The sum of all rows of a metric that have these labels."""
    return sum(
        value for (one, has), value in numbers.items() if one == name and labels.items() <= dict(has).items()
    )


def ageing() -> Api:
    since, sunset = datetime(2026, 11, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
    deprecation = Deprecation(since=since, sunset=sunset, successor="things.v1")
    return msgspec.structs.replace(THINGS, deprecation=deprecation)


def person(client: str, plan: str = "default") -> Minted:
    return Minted(subject="somebody", client=client, scopes=("portal:read",), accounts=(ACCOUNT,), plan=plan)


ASKED = [
    ("GET", "/things/v1/things/x", "ShowThing"),
    ("HEAD", "/things/v1/things/x", "ShowThing"),
    ("GET", "/things/v1/things/gone", "ShowThing"),
    ("GET", "/things/v1/things/bug", "ShowThing"),
    ("GET", "/things/v1/things?limit=2", "ListThings"),
    ("GET", "/things/v1/things?limit=0", "ListThings"),
    ("GET", "/things/v1/secret", "ShowSecret"),
    ("POST", "/things/v1/checks", "CheckThings"),
    ("GET", "/nowhere", None),
    ("GET", "/livez", None),
]


async def test_every_request_is_counted_once_for_what_it_was(
    visit: Visit, metrics: Metrics, look: Look, issuer: EmbeddedIssuer
) -> None:
    door = await visit(None, apis=(ageing(),), telemetry=Options(metrics=metrics.include))
    tokens = {name: issuer.mint(person(name)) for name in ("portal", "mobile")}
    truth: Tally[tuple[str, str | None, str]] = Tally()

    async def ask(who: str, method: str, path: str, operation: str | None) -> None:
        body: object = {"checks": []} if method == "POST" else None
        headers = {"authorization": f"Bearer {tokens[who]}"}
        answer = await door.request(method, path, headers=headers, json=body)
        truth[who, operation, f"{answer.status_code // 100}xx"] += 1

    await asyncio.gather(
        *(ask(who, *one) for _ in range(7) for who in tokens for one in ASKED), return_exceptions=False
    )
    numbers = await look()
    for (who, operation, status), count in truth.items():
        if operation:
            said = {"api": "things", "version": "v1", "operation": operation, "layer": "experience"}
            assert summed(numbers, "tieline_requests_total", client=who, status=status, **said) == count
    assert summed(numbers, "tieline_requests_total") == truth.total()
    assert summed(numbers, "tieline_requests_total", operation="(unrouted)", layer="gateway") == 14
    assert summed(numbers, "tieline_requests_total", operation="GET /livez", layer="gateway") == 14
    assert summed(numbers, "tieline_request_duration_seconds_count") == truth.total()
    assert summed(numbers, "tieline_request_duration_seconds_count", operation="ShowThing") == 4 * 14
    # What a caller may not use is no use of it.
    uses = sum(count for (_, operation, _), count in truth.items() if operation)
    assert summed(numbers, "tieline_requests_deprecated_total") == uses - 14
    assert summed(numbers, "tieline_requests_under_way") == 0


async def test_what_is_under_way_is_told(visit: Visit, metrics: Metrics, look: Look) -> None:
    door = await visit(telemetry=Options(metrics=metrics.include))
    arrived = asyncio.Event()

    async def slowly() -> AsyncIterator[bytes]:
        yield b'{"checks": '
        arrived.set()
        await go_on.wait()
        yield b"[]}"

    go_on = asyncio.Event()
    headers = {"content-type": "application/json"}
    asking = asyncio.create_task(door.post("/things/v1/checks", content=slowly(), headers=headers))
    await arrived.wait()
    while (await look()).get(("tieline_requests_under_way", frozenset()), 0) != 1:
        pass
    go_on.set()
    assert (await asking).status_code == 200
    assert summed(await look(), "tieline_requests_under_way") == 0


async def test_who_is_refused_for_a_used_up_plan_is_counted_by_name(
    visit: Visit, metrics: Metrics, look: Look
) -> None:
    door = await visit(person("greedy", "tiny"), telemetry=Options(metrics=metrics.include))
    before = await look()
    answers = [(await door.get("/things/v1/things/x")).status_code for _ in range(9)]
    after = await look()
    refused = answers.count(429)
    assert refused > 0
    named = {"plan": "tiny", "client": "greedy"}
    name = "tieline_limits_refused_total"
    assert summed(after, name, **named) - summed(before, name, **named) == refused
    assert summed(after, "tieline_requests_total", client="greedy", status="4xx") == refused
    assert summed(after, "tieline_requests_total", client="greedy", status="2xx") == answers.count(200)


async def test_how_callers_were_known_is_counted(visit: Visit, metrics: Metrics, look: Look) -> None:
    door = await visit(ANNA, telemetry=Options(metrics=metrics.include))
    before = await look()
    for _ in range(5):
        await door.get("/things/v1/things/x")
    for _ in range(3):
        await door.get("/things/v1/things/x", headers={"authorization": "Bearer nonsense"})
    after = await look()
    name = "tieline_credentials_total"
    grown = {
        how: summed(after, name, how=how) - summed(before, name, how=how)
        for how in ("proven", "remembered", "refused")
    }
    assert grown == {"proven": 1, "remembered": 4, "refused": 3}


async def test_strangers_cannot_make_new_rows(visit: Visit, metrics: Metrics, look: Look) -> None:
    door = await visit(None, telemetry=Options(metrics=metrics.include))
    before = await look()
    for number in range(20):
        await door.request(f"M{number}", f"/path-{number}", headers={"x-number": str(number)})
    after = await look()
    assert {row for row in after.keys() - before.keys() if row[0] == "tieline_requests_total"} == {
        (
            "tieline_requests_total",
            frozenset(
                {
                    ("layer", "gateway"),
                    ("api", ""),
                    ("version", ""),
                    ("operation", "(unrouted)"),
                    ("client", "(nobody)"),
                    ("status", "4xx"),
                }
            ),
        )
    }


async def test_what_others_register_is_told_until_it_is_forgotten(look: Look) -> None:
    waiting: dict[Labels, float] = {("billing-to-ledger",): 3.0}
    one = gauge("test.lag", "Events not yet delivered.", ("subscriber",), lambda: waiting)
    assert summed(await look(), "tieline_test_lag", subscriber="billing-to-ledger") == 3
    waiting["billing-to-ledger",] = 0.0
    assert summed(await look(), "tieline_test_lag", subscriber="billing-to-ledger") == 0
    forget(one)
    assert not [name for name, _ in await look() if name == "tieline_test_lag"]


async def test_metrics_are_not_where_strangers_come(visit: Visit, metrics: Metrics) -> None:
    door = await visit(telemetry=Options(metrics=metrics.include))
    assert (await door.get("/metrics")).status_code == 404


def test_clients_beyond_the_first_are_counted_together() -> None:
    requests = Requests({}, clients=2)
    for client in ("a", "b", "c", "d", "a"):
        requests.begun()
        requests.done("GET", "/x", client, 200, 0.1)
    answered, *_ = requests.metrics()
    rows = answered.rows()  # type: ignore[attr-defined]
    assert {labels[4]: count for labels, count in rows.items()} == {"a": 2, "b": 1, OTHER: 2}


def test_rows_beyond_the_most_are_counted_without_their_client() -> None:
    requests = Requests({}, rows=2)
    for status in (200, 201, 202, 203):
        requests.begun()
        requests.done("GET", "/x", "a", status, 0.1)
    answered, *_ = requests.metrics()
    assert sum(answered.rows().values()) == 4  # type: ignore[attr-defined]


def test_a_counter_has_a_bounded_number_of_rows_and_loses_nothing() -> None:
    counter = Counter("c", "", ("who",))
    for number in range(MOST + 500):
        counter.add(str(number))
    rows = counter.rows()
    assert len(rows) == MOST + 1
    assert rows[OTHER,] == 500
    assert sum(rows.values()) == MOST + 500


def test_durations_fall_under_the_bound_they_do_not_exceed() -> None:
    histogram = Histogram("h", "", ())
    for seconds in (0.0, 0.001, 0.0011, 0.05, 10.0, 10.1):
        histogram.took(seconds)
    ((counts, total),) = histogram.rows().values()
    assert counts == [2, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 1]
    assert total == pytest.approx(20.1521)


async def test_every_metric_stands_in_its_page_and_no_other() -> None:
    importlib.import_module("gateway.serving")
    counted = [*known(), *Requests({}).metrics(), *connection_gauges(Connections(()))]
    suffix = {Counter: "_total", Histogram: "_seconds", Gauge: ""}
    names = {f"tieline_{one.name.replace('.', '_')}{suffix[type(one)]}" for one in counted}
    names |= {"tieline_started_seconds", "tieline_limits_uncounted_total"}  # the SDK's own
    page = Path(__file__).parents[2] / "docs" / "observability.md"
    rows = re.findall(r"^\| `(tieline_\w+)` \| ?([^|]*?) ?\|", page.read_text(), re.MULTILINE)
    assert {name for name, _ in rows} == names
    labels = {
        f"tieline_{one.name.replace('.', '_')}{suffix[type(one)]}": ", ".join(one.labels) for one in counted
    }
    assert {name: said for name, said in rows if name in labels} == labels
