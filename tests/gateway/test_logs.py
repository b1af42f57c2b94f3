"""Is what we write about ourselves readable, findable, and silent about people?"""

import io
import logging
import re
from collections.abc import Iterator

import httpx
import pytest
import stamina
from opentelemetry import trace
from opentelemetry.context import attach, detach

from gateway import logs
from gateway.tracing import begin, parent_of

TRACE = "0af7651916cd43dd8448eb211c80319c"


@pytest.fixture
def out() -> Iterator[io.StringIO]:
    """What is written from now on; afterwards everything is logged as before."""
    root = logging.getLogger()
    before = root.handlers[:], root.level
    lines = io.StringIO()
    logs.write_to(lines)
    yield lines
    root.handlers[:], root.level = before
    logging.captureWarnings(capture=False)


def test_a_warning_is_one_line_with_its_time_and_place(out: io.StringIO) -> None:
    logging.getLogger("process_apis.entitlement").warning("not read again:\n%s", "two\nlines")
    assert re.fullmatch(
        r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ WARNING process_apis\.entitlement: not read again: two lines\n",
        out.getvalue(),
    )


def test_a_warning_about_a_request_names_its_trace(out: io.StringIO) -> None:
    parent = parent_of(f"00-{TRACE}-b7ad6b7169203331-01".encode())
    token = attach(trace.set_span_in_context(begin(trace.NoOpTracer(), parent, 0, "GET")))
    logging.getLogger("tieline").error("trouble")
    detach(token)
    assert out.getvalue().endswith(f"ERROR tieline: trouble trace_id={TRACE}\n")


def test_what_happens_all_day_is_not_written(out: io.StringIO) -> None:
    for name in ("process_apis.account_360.asking", "httpx", "httpcore", "aiohttp.access"):
        logging.getLogger(name).info("GET https://crm.example/?email=ann@example.com")
    assert out.getvalue() == ""


async def test_a_call_says_nothing_of_its_url(out: io.StringIO) -> None:
    async with httpx.AsyncClient(
        transport=httpx.MockTransport(lambda request: httpx.Response(200)), trust_env=False
    ) as client:
        await client.get("https://crm.example/?email=ann@example.com")
    assert out.getvalue() == ""


async def test_a_second_try_is_not_written(out: io.StringIO) -> None:
    async for attempt in stamina.retry_context(on=LookupError, attempts=3, wait_initial=0.001):
        with attempt:
            if attempt.num < 3:
                raise LookupError
    assert out.getvalue() == ""


def test_a_tracestate_that_cannot_be_read_is_not_our_trouble(out: io.StringIO) -> None:
    parent_of(f"00-{TRACE}-b7ad6b7169203331-01".encode(), b",,=,a=b,\xff=1")
    assert out.getvalue() == ""
