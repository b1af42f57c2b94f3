"""Is what we write about ourselves readable, findable, and silent about people?"""

import asyncio
import io
import json
import logging
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
import stamina
from opentelemetry import trace
from opentelemetry.context import attach, detach

from gateway import logs
from gateway.tracing import begin, parent_of
from system_apis.errors import Unavailable

TRACE = "0af7651916cd43dd8448eb211c80319c"


class Out(io.StringIO):
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.getvalue().splitlines()]

    def line(self) -> dict[str, Any]:
        (line,) = self.lines()
        return line


@pytest.fixture
def write() -> Iterator[Callable[[logs.Level], Out]]:
    """What is written from now on, at this level; afterwards everything is logged as before."""
    root = logging.getLogger()
    before = root.handlers[:], root.level
    hooks = sys.excepthook, threading.excepthook

    def begin_writing(level: logs.Level) -> Out:
        lines = Out()
        logs.write_to(lines, level)
        return lines

    yield begin_writing
    root.handlers[:], root.level = before
    for name in ("canonical", "system_apis", "process_apis", "experience_apis", "gateway", "tieline"):
        logging.getLogger(name).setLevel(logging.NOTSET)
    logging.captureWarnings(capture=False)
    sys.excepthook, threading.excepthook = hooks


@pytest.fixture
def out(write: Callable[[logs.Level], Out]) -> Out:
    return write("warning")


def test_a_warning_is_one_line_with_its_time_and_place(out: Out) -> None:
    logging.getLogger("process_apis.entitlement").warning("not read again:\n%s", "two\nlines")
    line = out.line()
    assert line.pop("at").endswith("Z")
    assert line == {
        "level": "warning",
        "from": "process_apis.entitlement",
        "said": "not read again:\ntwo\nlines",
    }


def test_a_warning_about_a_request_names_its_trace(out: Out) -> None:
    parent = parent_of(f"00-{TRACE}-b7ad6b7169203331-01".encode())
    token = attach(trace.set_span_in_context(begin(trace.NoOpTracer(), parent, 0, "GET")))
    logging.getLogger("tieline").error("trouble")
    detach(token)
    assert out.line()["trace_id"] == TRACE


def test_what_happens_all_day_is_not_written(out: Out) -> None:
    for name in ("process_apis.account_360.asking", "httpx", "httpcore", "aiohttp.access"):
        logging.getLogger(name).info("GET https://crm.example/?email=ann@example.com")
    assert out.getvalue() == ""


def test_only_our_own_rooms_say_more_when_told_to(write: Callable[[logs.Level], Out]) -> None:
    out = write("debug")
    for name in ("process_apis.account_360.asking", "httpx", "sqlalchemy.engine", "asyncio", "aiohttp"):
        logging.getLogger(name).info("something")
        logging.getLogger(name).debug("something")
    assert [line["from"] for line in out.lines()] == ["process_apis.account_360.asking"] * 2


async def test_a_call_says_nothing_of_its_url(write: Callable[[logs.Level], Out]) -> None:
    out = write("debug")
    async with httpx.AsyncClient(
        transport=httpx.MockTransport(lambda request: httpx.Response(200)), trust_env=False
    ) as client:
        await client.get("https://crm.example/?email=ann@example.com")
    assert out.getvalue() == ""


async def test_a_second_try_is_not_written(out: Out) -> None:
    async for attempt in stamina.retry_context(on=LookupError, attempts=3, wait_initial=0.001):
        with attempt:
            if attempt.num < 3:
                raise LookupError
    assert out.getvalue() == ""


def test_a_tracestate_that_cannot_be_read_is_not_our_trouble(out: Out) -> None:
    parent_of(f"00-{TRACE}-b7ad6b7169203331-01".encode(), b",,=,a=b,\xff=1")
    assert out.getvalue() == ""


def fail_for(name: str) -> None:
    try:
        raise KeyError(name)
    except KeyError as error:
        raise Unavailable("crm-eu", "GET /x: 503") from error


def test_of_an_error_that_is_not_ours_the_place_is_told_and_not_the_words(out: Out) -> None:
    try:
        fail_for("Ann Canary")
    except Unavailable as error:
        logging.getLogger("tieline").error("bug", exc_info=error)
    told = out.line()["error"]
    assert (told["type"], told["text"]) == ("Unavailable", "crm-eu: GET /x: 503")
    assert told["because"]["type"] == "KeyError"
    assert "text" not in told["because"]
    assert told["because"]["where"][-1].startswith("tests/gateway/test_logs.py:")
    assert told["because"]["where"][-1].endswith(" fail_for")
    assert "Canary" not in out.getvalue()


def test_each_of_several_errors_is_told(out: Out) -> None:
    try:
        raise ExceptionGroup("ann", [ValueError("ann"), TypeError("ann")])
    except ExceptionGroup as error:
        logging.getLogger("tieline").error("bug", exc_info=error)
    assert [one["type"] for one in out.line()["error"]["among"]] == ["ValueError", "TypeError"]
    assert "ann" not in out.getvalue()


async def test_a_task_that_nobody_waits_for_is_heard_without_its_words(out: Out) -> None:
    loop = asyncio.get_running_loop()
    logs.hear(loop)
    loop.call_exception_handler({"message": "never retrieved", "exception": ValueError("ann@example.com")})
    thread = threading.Thread(target=fail_for, args=("Ann",))
    thread.start()
    thread.join()
    sys.excepthook(ValueError, ValueError("Ann"), None)
    assert [line["said"] for line in out.lines()] == [
        "never retrieved",
        "a thread ended by a bug",
        "ended by a bug",
    ]
    assert "Ann" not in out.getvalue()
    assert "ann@" not in out.getvalue()


def test_a_warning_of_python_is_a_line(out: Out) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn("too old", stacklevel=1)
    assert "too old" in out.line()["said"]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("from ann.o'hara+x@mail.example.com now", "from (address) now"),
        ("Authorization: Bearer abc.def", "Authorization: (credential)"),
        ("eyJhbGciOi.eyJpc3Mi.c2lnbmF0dXJl", "(credential)"),
        ("key tlk_0a1b2c3d_secretsecret", "key (credential)"),
        ("sk_test_51Hxyzabcdef", "(credential)"),
        ("whsec_abcdefgh1234", "(credential)"),
        ("card 4242 4242 4242 4242!", "card (number)!"),
        ("card 4242424242424242", "card (number)"),
        ("postgresql://tieline:hunter2@db/tieline", "postgresql://(password)@db/tieline"),
        ("postgresql://tieline:hunter2@db.example/tieline", "postgresql://(password)@db.example/tieline"),
        (
            "failed: (psycopg.errors.X)\n[SQL: INSERT INTO t VALUES (%s)]\n[parameters: {'name': 'Ann'}]",
            "failed: (psycopg.errors.X)",
        ),
        ("duplicate key\nDETAIL:  Key (name)=(Ann) already exists.", "duplicate key"),
        ("run q2c:0061 took 12345 ms", "run q2c:0061 took 12345 ms"),
        (
            "acc_677lce7436kg2td2j5ft at 2026-11-25T10:00:00Z",
            "acc_677lce7436kg2td2j5ft at 2026-11-25T10:00:00Z",
        ),
    ],
)
def test_what_looks_like_a_secret_or_a_person_is_crossed_out(text: str, shown: str) -> None:
    assert logs.crossed_out(text) == shown
