"""To which trace does this request belong?"""

import random
import re

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.trace import NonRecordingSpan, Span, SpanContext, SpanKind, TraceFlags, Tracer, TraceState

# W3C Trace Context level 1, section 3.2; what a later version appends is not read.
_PARENT = re.compile(r"(?!ff)[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(?:-.*)?")
_LENGTH, _LONGEST = 55, 512
_LOWER = (1 << 64) - 1
_NEVER_ZERO = (1 << 64) | 1
"""One bit of either id: none of zeros is an id."""


def parent_of(traceparent: bytes | None, tracestate: bytes | None = None) -> SpanContext | None:
    """The caller's span, when the header is one; anything else starts a new trace."""
    if traceparent is None or not (given := _PARENT.fullmatch(traceparent[:_LONGEST].decode("latin-1"))):
        return None
    parent = SpanContext(
        trace_id=int(given[1], 16),
        span_id=int(given[2], 16),
        is_remote=True,
        trace_flags=TraceFlags(int(given[3], 16) & TraceFlags.SAMPLED),
        trace_state=_state(tracestate),
    )
    return parent if parent.is_valid and _fits(traceparent) else None


def _fits(traceparent: bytes) -> bool:
    """Version 00 has nothing after its flags."""
    return len(traceparent) == _LENGTH or not traceparent.startswith(b"00-")


def _state(tracestate: bytes | None) -> TraceState | None:
    return TraceState.from_header([tracestate.decode("latin-1")]) if tracestate else None


class Unrecorded(NonRecordingSpan):
    """A span of a new trace that is not recorded: two random ids, most often for the caller only."""

    def __init__(self) -> None:
        bits = random.getrandbits(192) | _NEVER_ZERO  # ids need to differ, not to be secret
        self.header = b"00-%032x-%016x-00" % (bits >> 64, bits & _LOWER)

        self._made: SpanContext | None = None

    def get_span_context(self) -> SpanContext:
        """The ids, for whoever takes the trace further."""
        if self._made is None:
            ids = int(self.header[3:35], 16), int(self.header[36:52], 16)
            self._made = SpanContext(*ids, is_remote=False)
        return self._made


def begin(tracer: Tracer, parent: SpanContext | None, ratio: float, method: str) -> Span:
    """The server span of a request. Whether to record is decided first: what is not, costs ids only."""
    recorded = ratio > 0 and (parent.trace_flags.sampled if parent else random.random() < ratio)  # noqa: S311
    if not recorded:
        return NonRecordingSpan(parent) if parent else Unrecorded()
    context = trace.set_span_in_context(NonRecordingSpan(parent), Context()) if parent else Context()
    return tracer.start_span(method, context, kind=SpanKind.SERVER)


def traceparent(span: Span) -> bytes:
    """The header that names this span."""
    if isinstance(span, Unrecorded):
        return span.header
    context = span.get_span_context()
    return b"00-%032x-%016x-%02x" % (context.trace_id, context.span_id, context.trace_flags)


def trace_id_of(span: Span) -> str:
    """The id of the trace, as it is told in problems and logs."""
    return traceparent(span)[3:35].decode()
