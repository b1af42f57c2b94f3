"""Is everything that one question causes found under one trace, and nobody named in it?"""

import json
import re
import secrets
import time
from typing import Any

import pytest

from tests.journeys.conftest import PLATFORMS, Demo

WRITTEN_WITHIN = 10.0
"""Seconds after which spans, which are written in batches, are in the file."""


class Trace:
    """A trace of ours, and what was recorded of it."""

    def __init__(self, demo: Demo) -> None:
        self.demo = demo
        self.id = secrets.token_hex(16)
        self.parent = secrets.token_hex(8)
        self.asked = 0

    def ask(self, path: str, **options: Any) -> None:
        headers = {"traceparent": f"00-{self.id}-{self.parent}-01"}
        self.asked += 1
        answer = self.demo.ask("agent", path, headers=headers, **options)
        assert answer.status_code == 200
        assert answer.headers["traceparent"].split("-")[1] == self.id

    def spans(self) -> list[dict[str, Any]]:
        """Its spans, once those of all requests, which end last, are there."""
        deadline = time.monotonic() + WRITTEN_WITHIN
        file = self.demo.data / "traces.jsonl"
        while True:
            lines = file.read_text().splitlines() if file.exists() else []
            found = [json.loads(line) for line in lines if self.id in line]
            if sum(span["kind"] == "server" for span in found) == self.asked:
                return found
            assert time.monotonic() < deadline
            time.sleep(0.2)


@pytest.fixture
def trace(demo: Demo) -> Trace:
    return Trace(demo)


def test_a_picture_is_one_trace_from_the_door_to_every_platform(trace: Trace) -> None:
    trace.ask(f"/agent/v1/accounts/{trace.demo.account('portal_small')}")
    spans = trace.spans()
    known = {span["span_id"] for span in spans} | {trace.parent}
    assert {span["parent_id"] for span in spans} <= known
    (server,) = [span for span in spans if span["kind"] == "server"]
    assert (server["parent_id"], server["name"]) == (trace.parent, "GET /agent/v1/accounts/{account_id}")
    asked = [span for span in spans if span["kind"] == "client"]
    assert {span["attributes"]["tieline.connection"] for span in asked} == set(PLATFORMS)


def test_the_platforms_are_told_the_trace_and_the_very_call(trace: Trace) -> None:
    trace.ask(f"/agent/v1/accounts/{trace.demo.account('portal_small')}")
    called = {span["span_id"] for span in trace.spans() if span["kind"] == "client"}
    for platform in PLATFORMS:
        told = [call["traceparent"] or "" for call in trace.demo.calls(platform)]
        heard = {one.split("-")[2] for one in told if trace.id in one}
        assert heard
        assert heard <= called


def test_a_call_that_failed_says_so_and_no_more(trace: Trace) -> None:
    trace.demo.fault("zendesk", "error_500")
    trace.ask(f"/agent/v1/accounts/{trace.demo.account('portal_small')}")
    failed = [span for span in trace.spans() if span["error"]]
    assert {span["attributes"]["tieline.connection"] for span in failed} == {"zendesk"}
    assert {span["attributes"]["error.type"] for span in failed} == {"Unavailable"}


def test_no_span_holds_a_secret_an_address_or_an_id(trace: Trace) -> None:
    demo = trace.demo
    account = demo.account("portal_small")
    told = demo.ask("agent", f"/agent/v1/accounts/{account}?provenance=full").json()
    records = [one["record"] for part in told["provenance"].values() for one in part if one["record"]]
    ids = {id for id in (record.split("/")[1] for record in records) if len(id) > 5}
    email = told["parts"]["contacts"]["data"][0]["email"]
    for platform in PLATFORMS:  # errors too must keep to themselves whom they are about
        demo.fault(platform, "error_500", calls=2)
    for words in (email, account, next(iter(ids)), told["parts"]["profile"]["data"]["name"]):
        trace.ask("/agent/v1/accounts", params={"query": words})
    trace.ask(f"/agent/v1/accounts/{account}")
    spans = trace.spans()
    text = json.dumps([[span["name"], span["attributes"]] for span in spans])
    assert not re.search(r"@|Bearer|tlk_|sk_test|acc_|eyJ", text)
    assert not [id for id in ids | {email} if id in text]
