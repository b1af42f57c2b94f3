"""Is a collector told what it was promised? (a real one, as far as receiving goes)"""

import asyncio
import gzip
import time
from typing import Any

import pytest
from litestar.enums import ScopeType
from litestar.types import ASGIApp, Receive, Scope, Send
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from gateway.metrics import Metrics
from gateway.telemetry import Options, Telemetry
from tests.gateway.things import Serve, Visit


class Collector:
    """Takes what is exported to it."""

    def __init__(self) -> None:
        self.metrics: list[ExportMetricsServiceRequest] = []
        self.traces: list[ExportTraceServiceRequest] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            return
        body, more = b"", True
        while more:
            message: Any = await receive()
            body, more = body + message.get("body", b""), message.get("more_body", False)
        if dict(scope["headers"]).get(b"content-encoding") == b"gzip":
            body = gzip.decompress(body)
        if scope["path"] == "/v1/metrics":
            self.metrics.append(ExportMetricsServiceRequest.FromString(body))
        if scope["path"] == "/v1/traces":
            self.traces.append(ExportTraceServiceRequest.FromString(body))
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"", "more_body": False})


@pytest.fixture
def collector() -> Collector:
    return Collector()


async def test_a_collector_is_told_of_metrics(collector: Collector, serve: Serve, visit: Visit) -> None:
    app: ASGIApp = collector
    metrics = Metrics(otlp=await serve(app), every=0.1)
    door = await visit(telemetry=Options(metrics=metrics.include))
    for _ in range(3):
        await door.get("/things/v1/things/x")
    while not (counted := _requests(collector)) or counted[-1] < 3:
        await door.get("/livez")  # anything that lets the collector answer
    await _closed(metrics)
    assert max(counted) == 3
    told = collector.metrics[-1].resource_metrics[-1].resource.attributes
    assert {one.key: one.value.string_value for one in told}["service.name"] == "tieline"


async def test_a_collector_is_told_of_traces(collector: Collector, serve: Serve) -> None:
    app: ASGIApp = collector
    telemetry = Telemetry(Options(otlp=await serve(app)))
    telemetry.tracer.start_span("work").end()
    await _closed(telemetry)
    (request,) = collector.traces
    assert [span.name for span in request.resource_spans[0].scope_spans[0].spans] == ["work"]


async def test_a_collector_that_is_away_keeps_nobody_for_long(
    unused_tcp_port: int, caplog: pytest.LogCaptureFixture
) -> None:
    away = f"http://127.0.0.1:{unused_tcp_port}"
    metrics, telemetry = Metrics(otlp=away), Telemetry(Options(otlp=away))
    telemetry.tracer.start_span("work").end()
    began = time.monotonic()
    await _closed(metrics)
    await _closed(telemetry)
    assert time.monotonic() - began < 8
    assert caplog.records


def _requests(collector: Collector) -> list[int]:
    """How often ShowThing was counted, by each that was told."""
    return [
        point.as_int
        for told in collector.metrics
        for resource in told.resource_metrics
        for scope in resource.scope_metrics
        for metric in scope.metrics
        for point in metric.sum.data_points
        if metric.name == "tieline.requests"
        and any(one.value.string_value == "ShowThing" for one in point.attributes)
    ]


async def _closed(one: Metrics | Telemetry) -> None:
    """It tells a last time, and waits for the answer of a server in this very loop."""
    await asyncio.to_thread(one.close)
