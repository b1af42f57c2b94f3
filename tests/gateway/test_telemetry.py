"""Is a request recorded as it should be, and never more than that?"""

import asyncio
import io
import json
from pathlib import Path

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter  # noqa: TID251

from gateway.telemetry import Options, Telemetry
from gateway.tracing import begin, parent_of
from tests.gateway.things import Visit

TRACE = "0af7651916cd43dd8448eb211c80319c"
PARENT = f"00-{TRACE}-b7ad6b7169203331"


class Lines(io.StringIO):
    """Says when so many lines have come."""

    def __init__(self, expected: int) -> None:
        super().__init__()
        self.complete = asyncio.Event()
        self._expected = expected

    def flush(self) -> None:
        if self.getvalue().count("\n") >= self._expected:
            self.complete.set()


async def test_a_request_is_one_span_under_its_caller(visit: Visit) -> None:
    spans = InMemorySpanExporter()
    door = await visit(telemetry=Options(exporter=spans))
    answer = await door.get("/things/v1/things/x", headers={"traceparent": f"{PARENT}-01"})
    (span,) = spans.get_finished_spans()
    assert span.name == "GET /things/v1/things/{thing_id}"
    assert span.parent is not None
    assert f"{span.parent.span_id:016x}" == "b7ad6b7169203331"
    assert answer.headers["traceparent"] == f"00-{TRACE}-{span.context.span_id:016x}-01"
    assert dict(span.attributes or {})["http.response.status_code"] == 200


async def test_a_bug_marks_its_span(visit: Visit) -> None:
    spans = InMemorySpanExporter()
    await (await visit(telemetry=Options(exporter=spans))).get("/things/v1/things/bug")
    assert not spans.get_finished_spans()[0].status.is_ok


async def test_what_the_caller_does_not_record_is_not_recorded_here(visit: Visit) -> None:
    spans = InMemorySpanExporter()
    door = await visit(telemetry=Options(exporter=spans))
    answer = await door.get("/nowhere", headers={"traceparent": f"{PARENT}-00"})
    assert spans.get_finished_spans() == ()
    assert answer.headers["traceparent"] == f"{PARENT}-00"


async def test_nothing_is_recorded_at_a_ratio_of_zero_yet_a_trace_is_named(visit: Visit) -> None:
    spans = InMemorySpanExporter()
    answer = await (await visit(telemetry=Options(exporter=spans, ratio=0))).get("/nowhere")
    assert spans.get_finished_spans() == ()
    assert int(answer.json()["trace_id"], 16) > 0


async def test_a_house_that_is_closed_records_no_more() -> None:
    spans = InMemorySpanExporter()
    telemetry = Telemetry(Options(exporter=spans))
    telemetry.tracer.start_span("before").end()
    telemetry.close()
    telemetry.tracer.start_span("after").end()
    assert [span.name for span in spans.get_finished_spans()] == ["before"]


def test_a_span_that_is_not_recorded_still_belongs_to_the_callers_trace() -> None:
    span = begin(trace.NoOpTracer(), parent_of(f"{PARENT}-01".encode(), b"vendor=1"), 0, "GET")
    context = span.get_span_context()
    assert (f"{context.trace_id:032x}", context.trace_state.get("vendor")) == (TRACE, "1")


def test_spans_are_lines_in_a_file_of_bounded_size(tmp_path: Path) -> None:
    file = tmp_path / "spans.jsonl"
    for _ in range(5):
        telemetry = Telemetry(Options(spans=file, spans_bytes=200))
        telemetry.tracer.start_span("work", attributes={"route": "/x"}).end()
        telemetry.close()
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    assert lines[-1]["name"] == "work"
    assert lines[-1]["attributes"] == {"route": "/x"}
    assert sorted(one.name for one in tmp_path.iterdir()) == ["spans.jsonl", "spans.old.jsonl"]
    assert file.stat().st_mode & 0o077 == 0


async def test_a_request_is_one_line_without_query_or_person(visit: Visit) -> None:
    out = Lines(3)
    door = await visit(telemetry=Options(access=out))
    await door.get("/things/v1/things?limit=3")
    await door.get("/things/v1/things/personal-name")
    await door.get("/no-such-personal-path")
    await asyncio.wait_for(out.complete.wait(), 5)
    lines = [json.loads(line) for line in out.getvalue().splitlines()]
    assert [line["route"] for line in lines] == ["/things/v1/things", "/things/v1/things/{thing_id}", ""]
    assert [line["status"] for line in lines] == [200, 200, 404]
    assert lines[0]["client"] == "portal"
    assert lines[0].keys() == {"at", "method", "route", "status", "ms", "client", "trace_id"}
    assert "personal" not in out.getvalue()
    assert "anna" not in out.getvalue()


async def test_no_line_is_written_when_nobody_asked_for_it(
    visit: Visit, capfd: pytest.CaptureFixture[str]
) -> None:
    await (await visit()).get("/things/v1/things")
    assert capfd.readouterr() == ("", "")
