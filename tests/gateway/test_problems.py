"""Does every error look as promised, and tell nothing it should not?"""

import importlib
import logging
import pkgutil
import time
from collections.abc import Iterator

import pytest

import process_apis
import system_apis
from gateway.errors import GatewayError
from gateway.kinds import BUG, BY_CODE, KINDS, kind_of
from process_apis.errors import ProcessError
from process_apis.records import StoreUnavailable
from system_apis.errors import PlatformError
from tests.gateway.things import ACCOUNT, Visit

FAMILIES = (GatewayError, ProcessError, PlatformError)


def every(family: type[Exception]) -> Iterator[type[Exception]]:
    for one in family.__subclasses__():
        yield one
        yield from every(one)


@pytest.mark.parametrize("family", FAMILIES)
def test_every_error_of_every_floor_has_a_row(family: type[Exception]) -> None:
    for house in (process_apis, system_apis):
        for module in pkgutil.walk_packages(house.__path__, f"{house.__name__}."):
            if module.name.endswith(".errors"):
                importlib.import_module(module.name)
    classes = set(every(family))
    assert classes
    assert {one for one in classes if kind_of(one.__new__(one)) is BUG} == set()


def test_an_error_nobody_thought_of_is_a_bug() -> None:
    assert kind_of(ZeroDivisionError()) is BUG


def test_our_own_database_away_is_a_reason_to_wait_and_no_bug() -> None:
    assert kind_of(StoreUnavailable("connection refused")).status == 503


def test_a_code_means_one_thing() -> None:
    assert all(BY_CODE[kind.code] == kind for kind in KINDS.values())


async def test_a_bug_shows_its_trace_id_and_is_logged_once(
    visit: Visit, caplog: pytest.LogCaptureFixture
) -> None:
    answer = await (await visit()).get("/things/v1/things/bug")
    trace_id = answer.headers["traceparent"].split("-")[1]
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json() == {
        "type": "http://house.example/problems/internal",
        "title": "Internal error",
        "status": 500,
        "code": "internal",
        "instance": "/things/v1/things/bug",
        "trace_id": trace_id,
    }
    (record,) = [one for one in caplog.records if one.levelno >= logging.ERROR]
    assert vars(record)["trace_id"] == trace_id
    assert record.exc_info is not None
    assert "secret inner words" in str(record.exc_info[1])


async def test_what_is_missing_is_not_found(visit: Visit, caplog: pytest.LogCaptureFixture) -> None:
    answer = await (await visit()).get("/things/v1/things/gone")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert answer.json()["detail"] == "thing not found"
    assert not caplog.records


async def test_a_busy_platform_is_not_named_and_says_when_to_come_back(visit: Visit) -> None:
    answer = await (await visit()).get("/things/v1/things/busy")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "7")
    assert "secret upstream words" not in answer.text
    assert "crm-eu" not in answer.text


async def test_a_wrong_parameter_is_named_as_on_the_wire(visit: Visit) -> None:
    door = await visit()
    query = await door.get("/things/v1/things?limit=0")
    path = await door.get("/things/v1/things/" + "x" * 21)
    assert (query.status_code, query.json()["errors"][0]["parameter"]) == (422, "limit")
    assert (path.status_code, path.json()["errors"][0]["parameter"]) == (422, "thing_id")
    assert "?" not in query.json()["instance"]


async def test_everything_that_is_wrong_with_a_body_is_told_at_once(visit: Visit) -> None:
    wrong = {"checks": [{"account": "x", "count": 1}, {"account": ACCOUNT, "count": 0}, {}], "a/b": 1}
    answer = await (await visit()).post("/things/v1/checks", json=wrong)
    told = answer.json()["errors"]
    assert answer.status_code == 422
    assert {one["pointer"] for one in told} == {"#", "#/checks/0/account", "#/checks/1/count", "#/checks/2"}
    assert not any("parameter" in one for one in told)


async def test_a_body_that_is_no_json_is_a_bad_request(visit: Visit) -> None:
    answer = await (await visit()).post(
        "/things/v1/checks", content=b'{"checks"', headers={"content-type": "application/json"}
    )
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_request")
    assert answer.json()["detail"] == "Input data was truncated"


async def test_a_missing_body_is_a_mistake(visit: Visit) -> None:
    answer = await (await visit()).post("/things/v1/checks", headers={"content-type": "application/json"})
    assert (answer.status_code, answer.json()["detail"]) == (422, "A body is required.")


async def test_bytes_that_are_no_text_are_a_mistake_of_the_caller(visit: Visit) -> None:
    answer = await (await visit()).post(
        "/things/v1/checks", content=b'{"checks": ["\xff"]}', headers={"content-type": "application/json"}
    )
    assert (answer.status_code, answer.json()["detail"]) == (422, "The body is not UTF-8.")


async def test_a_megabyte_of_mistakes_is_told_of_its_first(visit: Visit) -> None:
    body = b'{"checks": [' + b'{"a":1},' * 125_000 + b"{}]}"
    began = time.monotonic()
    answer = await (await visit()).post(
        "/things/v1/checks", content=body, headers={"content-type": "application/json"}
    )
    assert time.monotonic() - began < 1.0
    assert (answer.status_code, len(answer.json()["errors"])) == (422, 1)


@pytest.mark.parametrize("code", sorted(BY_CODE))
async def test_the_type_of_a_problem_is_a_page_that_explains_it(visit: Visit, code: str) -> None:
    page = await (await visit(None)).get(f"/problems/{code}")
    assert page.headers["content-type"].startswith("text/html")
    assert code in page.text
    assert f"status {BY_CODE[code].status}" in page.text


async def test_a_problem_nobody_has_is_not_explained(visit: Visit) -> None:
    assert (await (await visit(None)).get("/problems/invented")).status_code == 404
