"""Are an event, its runs, their children and all their lives one trace?"""

from collections.abc import Iterator

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider  # noqa: TID251 - what a span says is tested
from opentelemetry.sdk.trace.export import SimpleSpanProcessor  # noqa: TID251
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter  # noqa: TID251

from process_apis import durable, runs
from process_apis.durable import About, tracing
from tests.process_apis.durable import shop
from tests.process_apis.durable.house import fresh
from tests.process_apis.durable.shop import down, fails

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.usefixtures("house")]

TRACE = "0af7651916cd43dd8448eb211c80319c"
PARENT = f"00-{TRACE}-b7ad6b7169203331-01"


@pytest.fixture
def spans(monkeypatch: pytest.MonkeyPatch) -> Iterator[InMemorySpanExporter]:
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(tracing, "_tracer", provider.get_tracer("test"))
    yield exporter
    provider.shutdown()


def names(spans: tuple[ReadableSpan, ...]) -> list[str]:
    return [span.name for span in sorted(spans, key=lambda span: span.start_time or 0)]


async def test_a_run_and_its_steps_are_below_what_began_it(spans: InMemorySpanExporter) -> None:
    order = fresh("order")
    fails("ship", *down(4))
    await durable.run(shop.sale, order, 10, id=f"sale:{order}", about=About(trace=PARENT))
    found = spans.get_finished_spans()
    assert {f"{span.context.trace_id:032x}" for span in found} == {TRACE}
    # Two lives, and in the second only the step that was not finished.
    assert names(found) == [
        "flow shop-sale",
        "shop-sale/reserve",
        "shop-sale/charge",
        "shop-sale/ship",
        "flow shop-sale",
        "shop-sale/ship",
    ]
    flows = [span for span in found if span.name == "flow shop-sale"]
    assert {f"{span.parent.span_id:016x}" for span in flows if span.parent} == {"b7ad6b7169203331"}
    ids = {span.context.span_id for span in flows}
    assert all(span.parent and span.parent.span_id in ids for span in found if "/" in span.name)
    failed = [span for span in found if not span.status.is_ok and span.status.description]
    assert {span.status.description for span in failed} == {"system_apis.errors.Unavailable"}


async def test_a_child_is_in_the_trace_of_its_parent(spans: InMemorySpanExporter) -> None:
    order = fresh("order")
    await durable.run(shop.fan_out, order, id=f"fan:{order}", about=About(trace=PARENT))
    found = spans.get_finished_spans()
    assert {f"{span.context.trace_id:032x}" for span in found} == {TRACE}
    assert {"shop-effect/ship", "shop-effect/release"} <= set(names(found))


async def test_the_present_trace_is_taken(spans: InMemorySpanExporter) -> None:
    order = fresh("order")
    with trace.use_span(trace.NonRecordingSpan(_context())):
        started = await durable.start(shop.sale, order, 10, id=f"sale:{order}")
    await started.outcome()
    assert (await runs.show(started.id)).run.trace == PARENT
    assert {f"{span.context.trace_id:032x}" for span in spans.get_finished_spans()} == {TRACE}


def _context() -> trace.SpanContext:
    return trace.SpanContext(
        int(TRACE, 16), int("b7ad6b7169203331", 16), is_remote=True, trace_flags=trace.TraceFlags(1)
    )
