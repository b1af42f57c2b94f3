"""What does this process write about itself?

One line for each thing that somebody should know, with the trace it belongs to. What happens to a platform or
to one request is told elsewhere: in the answer, in a span, in `/readyz`.
"""

import logging
import sys
from datetime import UTC, datetime
from typing import Final, TextIO

from opentelemetry import trace

_LEVELS: Final = {
    "": logging.WARNING,
    # Writes whole URLs at INFO, and those hold what was searched for: e-mail addresses, say.
    "httpx": logging.WARNING,
    "httpcore": logging.WARNING,
    # A line for every second try. How it ended is what counts, and the breaker keeps count of that.
    "stamina": logging.ERROR,
    # A `tracestate` that cannot be read is the caller's doing, and costs the caller only.
    "opentelemetry": logging.ERROR,
    # Says again, for each of its connections, what the call that wanted one says once.
    "psycopg.pool": logging.ERROR,
}


def write_to(out: TextIO = sys.stderr) -> None:
    """From now on warnings and errors of the whole process are lines there, and nothing else is."""
    lines = logging.StreamHandler(out)
    lines.setFormatter(_Line())
    logging.basicConfig(handlers=[lines], force=True)
    for name, level in _LEVELS.items():
        logging.getLogger(name).setLevel(level)
    logging.captureWarnings(capture=True)


class _Line(logging.Formatter):
    """`2026-11-23T19:50:13Z WARNING process_apis.links: what happened trace_id=...`, below it a traceback."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:  # noqa: N802
        return f"{datetime.fromtimestamp(record.created, UTC):{datefmt or '%Y-%m-%dT%H:%M:%SZ'}}"

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802
        line = " ".join(super().formatMessage(record).splitlines())
        context = trace.get_current_span().get_span_context()
        named = not context.is_valid or "trace_id=" in line
        return line if named else f"{line} trace_id={context.trace_id:032x}"
