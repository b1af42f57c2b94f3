"""Where do traces and access logs go? (metrics: `metrics`)"""

import asyncio
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, TextIO

import msgspec
from msgspec import Struct
from opentelemetry import trace
from opentelemetry.context import Context

# This file and `metrics` are the only users of the SDK.
from opentelemetry.sdk.resources import Resource  # noqa: TID251
from opentelemetry.sdk.trace import ReadableSpan, Span, SpanProcessor, TracerProvider  # noqa: TID251
from opentelemetry.sdk.trace.export import (  # noqa: TID251
    BatchSpanProcessor,
    SimpleSpanProcessor,
    SpanExporter,
    SpanExportResult,
)
from opentelemetry.sdk.trace.sampling import ALWAYS_ON, ParentBased  # noqa: TID251

from gateway.measuring import Operations, Requests
from system_apis.metrics import Metric

PATIENCE = 2.0
"""Seconds a collector may take, at the end of the house too."""
_FLUSH_AFTER = 0.2


class Options(Struct, frozen=True, kw_only=True):
    """What is recorded, and where to.

    `ratio` of the requests that come without a trace is recorded, and each that comes with a recorded one,
    when there is somewhere to record to: `spans`, a file of JSON lines that starts anew at `spans_bytes`
    (one older file is kept), `otlp`, the address of a collector such as `http://localhost:4318`, or
    `exporter`, which gets each span as it ends. `access` takes one line per request. `metrics` is given where
    to read what every request was and took.
    """

    ratio: float = 1.0
    spans: Path | None = None
    spans_bytes: int = 64_000_000
    exporter: SpanExporter | None = None
    access: TextIO | None = None
    otlp: str | None = None
    metrics: Callable[[Callable[[], Iterable[Metric]]], None] | None = None


class Telemetry:
    """What one house records, until it is closed."""

    def __init__(self, options: Options) -> None:
        self.requests: Requests | None = None
        self._metrics = options.metrics
        self._outlets = list(_outlets(options))
        self.ratio = options.ratio if self._outlets else 0.0
        self.access = AccessLog(options.access) if options.access else None
        self.tracer = _provider().get_tracer("tieline.gateway")
        _OUTLETS.open += self._outlets

    def measure(self, operations: Operations) -> None:
        """From now on count requests to these, if somebody wants to know."""
        if self._metrics:
            self.requests = Requests(operations)
            self._metrics(self.requests.metrics)

    def close(self) -> None:
        """Write what is still held."""
        for outlet in self._outlets:
            _OUTLETS.open.remove(outlet)
            outlet.shutdown()
        if self.access:
            self.access.flush()


class AccessLog:
    """One JSON line per request, written a few times a second rather than once per request."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._lines: list[bytes] = []

    def line(self, **facts: Any) -> None:
        """Keep a line. It has no query and no personal data: the caller gives none."""
        if not self._lines:
            asyncio.get_running_loop().call_later(_FLUSH_AFTER, self.flush)
        self._lines.append(msgspec.json.encode(facts))

    def flush(self) -> None:
        """Write the lines that are kept."""
        lines, self._lines = self._lines, []
        if lines:
            self._out.write(b"\n".join([*lines, b""]).decode())
            self._out.flush()


class _Outlets(SpanProcessor):
    """Spans go to whatever is open: a process has one tracer provider for life, and houses come and go."""

    def __init__(self) -> None:
        self.open: list[SpanProcessor] = []

    def on_start(self, span: Span, parent_context: Context | None = None) -> None:
        """Nothing is written before a span ends."""

    def on_end(self, span: ReadableSpan) -> None:
        for outlet in self.open:
            outlet.on_end(span)


_OUTLETS = _Outlets()


@lru_cache(maxsize=1)
def _provider() -> TracerProvider:
    """The process's tracer provider. Whether a request is recorded was decided at the edge."""
    provider = TracerProvider(sampler=ParentBased(ALWAYS_ON), resource=resource(), shutdown_on_exit=False)
    provider.add_span_processor(_OUTLETS)
    trace.set_tracer_provider(provider)
    return provider


def resource() -> Resource:
    """Who tells: `service.name` and `service.version`, and what `OTEL_RESOURCE_ATTRIBUTES` adds."""
    return Resource.create({"service.name": "tieline", "service.version": version("tieline")})


def _outlets(options: Options) -> Iterator[SpanProcessor]:
    if options.exporter:
        yield SimpleSpanProcessor(options.exporter)
    if options.spans:
        yield BatchSpanProcessor(SpanFile(options.spans, options.spans_bytes))
    if options.otlp:
        # Few need it, and it brings another HTTP client.
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import (  # noqa: PLC0415
            OTLPSpanExporter,
        )

        yield BatchSpanProcessor(
            OTLPSpanExporter(endpoint=f"{options.otlp.rstrip('/')}/v1/traces", timeout=PATIENCE)
        )


class SpanFile(SpanExporter):
    """Spans as JSON lines in a file of bounded size."""

    def __init__(self, path: Path, most: int) -> None:
        self._path = path
        self._most = most

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        if self._path.exists() and self._path.stat().st_size > self._most:
            self._path.replace(self._path.with_suffix(".old" + self._path.suffix))
        with open(self._path, "ab", opener=_for_its_owner) as file:
            file.write(b"".join(msgspec.json.encode(_plain(span)) + b"\n" for span in spans))
        return SpanExportResult.SUCCESS


def _for_its_owner(path: str, flags: int) -> int:
    """What our callers do is for whoever runs the house."""
    return os.open(path, flags, 0o600)


def _plain(span: ReadableSpan) -> dict[str, Any]:
    context = span.get_span_context()
    return {
        "trace_id": f"{context.trace_id:032x}" if context else None,
        "span_id": f"{context.span_id:016x}" if context else None,
        "parent_id": f"{span.parent.span_id:016x}" if span.parent else None,
        "name": span.name,
        "kind": span.kind.name.lower(),
        "start_ns": span.start_time,
        "end_ns": span.end_time,
        "error": not span.status.is_ok,
        "attributes": dict(span.attributes or {}),
    }
