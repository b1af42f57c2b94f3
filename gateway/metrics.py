"""Where do metrics go?

To whoever asks at an internal address (Prometheus), and to a collector that is told (OTLP). What is counted
in plain dictionaries is put beside what the OpenTelemetry SDK counted, in its words, whenever it is read.
"""

import asyncio
import time
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from http import HTTPStatus
from typing import Any, Final, cast

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Receive, Scope, Send
from opentelemetry import metrics as api
from opentelemetry.exporter.prometheus import PrometheusMetricReader
from opentelemetry.sdk.metrics import AlwaysOffExemplarFilter, MeterProvider
from opentelemetry.sdk.metrics.export import (
    AggregationTemporality,
    HistogramDataPoint,
    MetricReader,
    MetricsData,
    NumberDataPoint,
    PeriodicExportingMetricReader,
    ResourceMetrics,
    ScopeMetrics,
    Sum,
)
from opentelemetry.sdk.metrics.export import Gauge as Gauges
from opentelemetry.sdk.metrics.export import Histogram as Histograms
from opentelemetry.sdk.metrics.export import Metric as Exported
from opentelemetry.sdk.util.instrumentation import InstrumentationScope
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest

from gateway.telemetry import PATIENCE, resource
from system_apis.metrics import BOUNDS, Counter, Gauge, Histogram, Labels, Metric, known

Read = Callable[[], Iterable[Metric]]

_BEGAN: Final = time.time_ns()
_NANOSECONDS: Final = 1_000_000_000
_MILLISECONDS: Final = 1_000
_SCOPE: Final = InstrumentationScope("tieline")
_CUMULATIVE: Final = AggregationTemporality.CUMULATIVE


class Metrics:
    """The metrics of one house with those of its process, until it is closed.

    `otlp` is the address of a collector, such as `http://localhost:4318`; it is told every so many seconds.
    """

    def __init__(self, *, otlp: str | None = None, every: float = 15.0) -> None:
        self._own: list[Read] = []
        self._registry = CollectorRegistry()
        self._readers: list[MetricReader] = [_Pulled(self.read, self._registry)]
        if otlp:
            self._readers.append(_pushed(self.read, otlp, every))
        for reader in self._readers:
            _provider().add_metric_reader(reader)

    def include(self, own: Read) -> None:
        """These are the house's own."""
        self._own.append(own)

    def read(self) -> list[Metric]:
        """All that is counted in plain dictionaries, by whomever."""
        return [*known(), *(metric for own in self._own for metric in own())]

    def app(self) -> ASGIApp:
        """Answers Prometheus, at any path. To be served where only the operators' own programs come."""
        one_at_a_time = asyncio.Lock()

        async def answer(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] != ScopeType.HTTP:
                return
            async with one_at_a_time:  # the exporter's reader keeps what it read in one place
                text = await asyncio.to_thread(generate_latest, self._registry)
            headers = [(b"content-type", CONTENT_TYPE_LATEST.encode())]
            await send({"type": "http.response.start", "status": HTTPStatus.OK, "headers": headers})
            await send({"type": "http.response.body", "body": text, "more_body": False})

        return answer

    def close(self) -> None:
        """Tell the collector a last time, and let go."""
        for reader in self._readers:
            _provider().remove_metric_reader(reader)


@lru_cache(maxsize=1)
def _provider() -> MeterProvider:
    """The process's meter provider: houses and their readers come and go."""
    provider = MeterProvider(
        resource=resource(), exemplar_filter=AlwaysOffExemplarFilter(), shutdown_on_exit=False
    )
    # Something must be there always: the SDK shows no reader a process without any instrument.
    provider.get_meter("tieline").create_observable_gauge(
        "tieline.started",
        [lambda _: [api.Observation(_BEGAN / _NANOSECONDS)]],
        unit="s",
        description="When this process began, in seconds since 1970.",
    )
    api.set_meter_provider(provider)
    return provider


class _Completed(MetricReader):
    """A reader that gets what stands in plain dictionaries, too."""

    _ours: Read

    def _receive_metrics(
        self, metrics_data: MetricsData, timeout_millis: float = 10_000, **kwargs: Any
    ) -> None:
        ours = ResourceMetrics(
            resource=metrics_data.resource_metrics[0].resource,
            scope_metrics=[ScopeMetrics(scope=_SCOPE, metrics=list(_exported(self._ours())), schema_url="")],
            schema_url="",
        )
        both = MetricsData(resource_metrics=[*metrics_data.resource_metrics, ours])
        super()._receive_metrics(both, timeout_millis, **kwargs)  # type: ignore[safe-super]


class _Pulled(_Completed, PrometheusMetricReader):
    def __init__(self, ours: Read, registry: CollectorRegistry) -> None:
        self._ours = ours
        super().__init__(scope_info_enabled=False, registry=registry)


class _Pushed(_Completed, PeriodicExportingMetricReader):
    def __init__(self, ours: Read, exporter: Any, every: float) -> None:
        self._ours = ours
        super().__init__(exporter, export_interval_millis=every * _MILLISECONDS)


def _pushed(ours: Read, otlp: str, every: float) -> MetricReader:
    # Few need it, and it brings another HTTP client.
    from opentelemetry.exporter.otlp.proto.http.metric_exporter import (  # noqa: PLC0415
        OTLPMetricExporter,
    )

    return _Pushed(
        ours, OTLPMetricExporter(endpoint=f"{otlp.rstrip('/')}/v1/metrics", timeout=PATIENCE), every
    )


def _exported(ours: Iterable[Metric]) -> Iterator[Exported]:
    """Ours, in the SDK's words."""
    now = time.time_ns()
    for metric in ours:
        name = f"tieline.{metric.name}"
        if isinstance(metric, Histogram):
            durations = [_durations(metric, *row, now) for row in metric.rows().items()]
            yield Exported(name, metric.told, "s", Histograms(durations, _CUMULATIVE))
        if isinstance(metric, Counter):
            counts = [_number(metric, *row, now) for row in metric.rows().items()]
            yield Exported(name, metric.told, "", Sum(counts, _CUMULATIVE, is_monotonic=True))
        if isinstance(metric, Gauge):
            values = [_number(metric, *row, now) for row in metric.rows().items()]
            yield Exported(name, metric.told, "", Gauges(values))


def _number(metric: Metric, labels: Labels, value: float, now: int) -> NumberDataPoint:
    return NumberDataPoint(dict(zip(metric.labels, labels, strict=True)), _BEGAN, now, value)


def _durations(metric: Metric, labels: Labels, row: tuple[list[int], float], now: int) -> HistogramDataPoint:
    counts, seconds = row
    return HistogramDataPoint(
        attributes=dict(zip(metric.labels, labels, strict=True)),
        start_time_unix_nano=_BEGAN,
        time_unix_nano=now,
        count=sum(counts),
        sum=seconds,
        bucket_counts=counts,
        explicit_bounds=BOUNDS,
        # The smallest and the largest are not kept; OTLP has none then, and Prometheus knows none.
        min=cast("float", None),
        max=cast("float", None),
    )
