"""What does this process write about itself?

One JSON line for each thing that somebody should know, with the trace it belongs to. What happens to a
platform or to one request is told elsewhere: in the answer, in a span, in the access line, in `/readyz`.

No line holds a secret or anything of a person. Our own messages are written so; of an error that is not ours
only its type and where it happened are told, as its text may quote what it met; and what still looks like an
address, a credential or a card is crossed out.
"""

import asyncio
import logging
import re
import sys
import threading
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from traceback import StackSummary, walk_tb
from types import TracebackType
from typing import Any, Final, Literal, TextIO

import msgspec
from opentelemetry import trace

Level = Literal["warning", "info", "debug"]
"""How much our own rooms say; of libraries only warnings are ever written."""

_OURS: Final = ("canonical", "system_apis", "process_apis", "experience_apis", "gateway", "tieline")
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
# What SQLAlchemy and Postgres add to an error: the statement with its values, the row that it is about.
_VALUES: Final = re.compile(r"\s*(?:\[SQL:|\[parameters:|\bDETAIL:|\bCONTEXT:).*", re.DOTALL)
_FRAMES: Final = 30
_CAUSES: Final = 5
_ROOT: Final = Path(__file__).resolve().parents[1]
_HIDDEN: Final = re.compile(
    r"(?P<credential>\b(?:Bearer|Basic)\s+\S+|\beyJ[\w-]+\.[\w-]+\.[\w-]*|\b(?:tlk|sk|rk|pk|whsec)_\w[\w-]{7,})"
    r"|(?P<address>[^\s@<>()\[\],;:\"/=]+@[\w-]+\.[\w.-]+)"
    r"|(?P<number>\b(?:\d[ -]?){12,18}\d\b)"
    r"|(?P<password>(?<=://)[^\s/@]+:[^\s/@]+(?=@))",
    re.IGNORECASE,
)


def write_to(out: TextIO = sys.stderr, level: Level = "warning") -> None:
    """From now on what this process has to say is lines there, and nothing else is."""
    lines = logging.StreamHandler(out)
    lines.setFormatter(Line())
    logging.basicConfig(handlers=[lines], force=True)
    ours = logging.getLevelNamesMapping()[level.upper()]
    for name, least in (*_LEVELS.items(), *((name, ours) for name in _OURS)):
        logging.getLogger(name).setLevel(least)
    logging.captureWarnings(capture=True)


def hear(loop: asyncio.AbstractEventLoop) -> None:
    """Bugs of tasks that nobody waits for, of threads, and the one that ends the process, are lines, too.

    What Python writes by itself repeats the error's text.
    """
    log = logging.getLogger("tieline.background")
    loop.set_exception_handler(lambda _, met: log.error(met["message"], exc_info=met.get("exception")))
    threading.excepthook = lambda met: log.error("a thread ended by a bug", exc_info=met.exc_value)
    sys.excepthook = lambda _, error, __: log.critical("ended by a bug", exc_info=error)


class Line(logging.Formatter):
    """`{"at": ..., "level": ..., "from": ..., "said": ..., "trace_id": ..., "error": ...}`."""

    def format(self, record: logging.LogRecord) -> str:
        told: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC),
            "level": record.levelname.lower(),
            "from": record.name,
            "said": crossed_out(record.getMessage()),
        }
        context = trace.get_current_span().get_span_context()
        if trace_id := getattr(record, "trace_id", f"{context.trace_id:032x}" if context.is_valid else None):
            told["trace_id"] = trace_id
        if record.exc_info and record.exc_info[1]:
            told["error"] = _error(record.exc_info[1])
        return msgspec.json.encode(told).decode()


def crossed_out(text: str) -> str:
    """The text without a database's values, and without what looks like an address, a credential, a card."""
    return _HIDDEN.sub(lambda found: f"({found.lastgroup})", _VALUES.sub("", text))


def _error(error: BaseException, depth: int = 0) -> Mapping[str, Any]:
    told: dict[str, Any] = {"type": type(error).__qualname__, "where": list(_where(error.__traceback__))}
    if type(error).__module__.partition(".")[0] in _OURS:
        told["text"] = crossed_out(str(error))
    if depth == _CAUSES:
        return told
    if isinstance(error, BaseExceptionGroup):
        told["among"] = [_error(one, depth + 1) for one in error.exceptions[:_CAUSES]]
    if cause := error.__cause__ or (None if error.__suppress_context__ else error.__context__):
        told["because"] = _error(cause, depth + 1)
    return told


def _where(met: TracebackType | None) -> Iterator[str]:
    """From the outermost call to the innermost, without values."""
    for frame in StackSummary.extract(walk_tb(met), lookup_lines=False)[-_FRAMES:]:
        yield f"{_shown(frame.filename)}:{frame.lineno} {frame.name}"


def _shown(filename: str) -> str:
    """A file by its place in the house, or in the library that it belongs to."""
    _, found, library = filename.rpartition("site-packages/")
    if found:
        return library
    path = Path(filename)
    return str(path.relative_to(_ROOT)) if path.is_relative_to(_ROOT) else path.name
