"""How do an event, its runs and their steps become one trace?"""

from collections.abc import Iterator
from contextlib import contextmanager

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.trace import Span, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

_tracer = trace.get_tracer("tieline.durable")
_propagator = TraceContextTextMapPropagator()


def present() -> str | None:
    """The traceparent of the present span, None outside a trace."""
    carrier: dict[str, str] = {}
    _propagator.inject(carrier)
    return carrier.get("traceparent")


# What an error says may hold anything, so no span records it by itself: see `failed`.


@contextmanager
def of_run(flow: str, run: str, parent: str | None) -> Iterator[Span]:
    """A span for one life of a run, below what began it, however long ago."""
    with _below(f"flow {flow}", parent, {"tieline.run": run, "tieline.flow": flow}) as span:
        yield span


@contextmanager
def of_wake(kind: str, key: str, parent: str | None) -> Iterator[None]:
    """A span for waking somebody, below what wrote down the wait."""
    with _below(f"wake {kind}", parent, {"tieline.key": key}) as span:
        try:
            yield
        except Exception as error:
            failed(span, type(error).__name__)
            raise


@contextmanager
def _below(name: str, parent: str | None, attributes: dict[str, str]) -> Iterator[Span]:
    context = _propagator.extract({"traceparent": parent}, Context()) if parent else Context()
    with _tracer.start_as_current_span(
        name, context, attributes=attributes, record_exception=False, set_status_on_exception=False
    ) as span:
        yield span


@contextmanager
def of_step(flow: str, step: str, number: int) -> Iterator[Span]:
    """A span for a step that is asked now; what was finished in an earlier life has none."""
    with _tracer.start_as_current_span(
        f"{flow}/{step}",
        attributes={"tieline.step": step, "tieline.number": number},
        record_exception=False,
        set_status_on_exception=False,
    ) as span:
        yield span


def failed(span: Span, error: str) -> None:
    """Say on a span that its step did not end well; only the error's class, its text may hold anything."""
    span.set_status(StatusCode.ERROR, error)
    span.set_attribute("error.type", error)
