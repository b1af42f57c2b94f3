"""To which trace does an event belong?"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.trace import Span, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

_tracer = trace.get_tracer("tieline.events")
_PROPAGATOR: Final = TraceContextTextMapPropagator()


def present() -> str | None:
    """The traceparent of the present span, None outside a trace."""
    context = trace.get_current_span().get_span_context()
    if not context.is_valid:
        return None
    return f"00-{context.trace_id:032x}-{context.span_id:016x}-{context.trace_flags:02x}"


@contextmanager
def handing_on(subscriber: str, event: str, type: str, parent: str | None) -> Iterator[None]:
    """A span of the event's trace, while a subscriber has it."""
    context = _PROPAGATOR.extract({"traceparent": parent}, Context()) if parent else Context()
    with _tracer.start_as_current_span(
        f"{type} to {subscriber}",
        context,
        attributes={"tieline.event": event, "tieline.subscriber": subscriber},
        record_exception=False,  # its text may hold anything
        set_status_on_exception=False,
    ) as span:
        try:
            yield
        except Exception as error:
            _failed(span, error)
            raise


def _failed(span: Span, error: Exception) -> None:
    span.set_status(StatusCode.ERROR, type(error).__name__)
    span.set_attribute("error.type", type(error).__name__)
