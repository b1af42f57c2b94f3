"""Does what must hold for every answer hold, for a 404 and a 500 too?"""

import asyncio
import re
from collections.abc import AsyncIterator

import httpx
import pytest

from gateway.sizes import Sizes
from tests.gateway.things import Visit

TRACE = "0af7651916cd43dd8448eb211c80319c"
EVERY_KIND = (
    "/things/v1/things/x",
    "/nowhere",
    "/things/v1/things/bug",
    "/things/v1/secret",
    "/livez",
    "/docs",
)


async def test_a_known_caller_gets_an_answer(visit: Visit) -> None:
    answer = await (await visit()).get("/things/v1/things/x")
    assert (answer.status_code, answer.json()) == (200, {"name": "x", "of": "anna"})


@pytest.mark.parametrize("path", EVERY_KIND)
async def test_every_answer_is_named_and_safe_to_look_at(visit: Visit, path: str) -> None:
    answer = await (await visit()).get(path)
    assert re.fullmatch(r"req_[0-9a-f]{24}", answer.headers["request-id"])
    assert re.fullmatch(r"00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]", answer.headers["traceparent"])
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == ("no-store" if answer.is_error else "private, no-cache")


@pytest.mark.parametrize("path", EVERY_KIND)
async def test_every_answer_to_a_known_caller_says_what_is_left(visit: Visit, path: str) -> None:
    answer = await (await visit()).get(path)
    assert answer.headers["ratelimit-policy"] == '"default";q=1000;w=60'
    assert answer.headers["ratelimit"] == '"default";r=999;t=60'


async def test_a_plain_request_id_is_kept(visit: Visit) -> None:
    answer = await (await visit()).get("/nowhere", headers={"request-id": "Order-17.a_b"})
    assert answer.headers["request-id"] == "Order-17.a_b"


@pytest.mark.parametrize("given", ["", "a b", "x" * 65, '{"a":1}', "-leading", "a;b=c"])
async def test_any_other_request_id_is_replaced(visit: Visit, given: str) -> None:
    answer = await (await visit()).get("/livez", headers={"request-id": given})
    assert answer.headers["request-id"].startswith("req_")


async def test_the_callers_trace_is_continued(visit: Visit) -> None:
    parent = f"00-{TRACE}-b7ad6b7169203331-01"
    answer = await (await visit()).get("/nowhere", headers={"traceparent": parent})
    assert answer.headers["traceparent"].split("-")[1] == answer.json()["trace_id"] == TRACE


@pytest.mark.parametrize(
    "given",
    [
        f"ff-{TRACE}-b7ad6b7169203331-01",
        f"00-{'0' * 32}-b7ad6b7169203331-01",
        f"00-{TRACE}-{'0' * 16}-01",
        f"00-{TRACE}-b7ad6b7169203331-01-more",
        f"00-{TRACE.upper()}-b7ad6b7169203331-01",
        "nonsense",
    ],
)
async def test_a_trace_header_that_is_none_starts_a_new_trace(visit: Visit, given: str) -> None:
    answer = await (await visit()).get("/nowhere", headers={"traceparent": given})
    assert answer.json()["trace_id"] not in (TRACE, "0" * 32)


async def test_a_later_version_of_the_trace_header_is_understood(visit: Visit) -> None:
    later = f"01-{TRACE}-b7ad6b7169203331-01-more"
    answer = await (await visit()).get("/nowhere", headers={"traceparent": later})
    assert answer.json()["trace_id"] == TRACE


@pytest.mark.parametrize("path", ["/things/v1/things", "/things/v1/things/gone", "/nowhere", "/livez"])
async def test_head_is_get_without_its_body(visit: Visit, path: str) -> None:
    door = await visit()
    whole, head = await door.get(path), await door.head(path)
    same = ("content-type", "content-length", "etag", "link", "cache-control")
    assert head.content == b""
    assert head.status_code == whole.status_code
    assert [head.headers.get(name) for name in same] == [whole.headers.get(name) for name in same]


async def test_options_tells_the_methods_of_a_path(visit: Visit) -> None:
    door = await visit()
    read, ask = await door.options("/things/v1/things"), await door.options("/things/v1/checks")
    assert (read.status_code, read.content, read.headers["allow"]) == (204, b"", "GET, HEAD, OPTIONS")
    assert ask.headers["allow"] == "OPTIONS, POST"
    assert (await door.options("/nowhere")).status_code == 404


@pytest.mark.parametrize("method", ["DELETE", "PUT", "TRACE", "INVENTED"])
async def test_a_method_a_path_does_not_have_is_refused_with_those_it_has(visit: Visit, method: str) -> None:
    answer = await (await visit()).request(method, "/things/v1/things")
    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")
    assert answer.headers["allow"] == "GET, HEAD, OPTIONS"


async def test_what_the_caller_has_already_is_not_sent_again(visit: Visit) -> None:
    door = await visit()
    first = await door.get("/things/v1/things/x")
    for known in (
        first.headers["etag"],
        f'"other", {first.headers["etag"]}',
        f"W/{first.headers['etag']}",
        "*",
    ):
        again = await door.get("/things/v1/things/x", headers={"if-none-match": known})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == first.headers["etag"]
        assert "content-type" not in again.headers
    assert (
        await door.get("/things/v1/things/y", headers={"if-none-match": first.headers["etag"]})
    ).is_success


async def test_a_body_that_says_it_is_too_large_is_not_read(visit: Visit) -> None:
    door = await visit(sizes=Sizes(body=1000))
    answer = await door.post("/things/v1/checks", json={"checks": [], "more": "x" * 2000})
    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")


async def test_a_body_that_turns_out_too_large_is_not_read_on(visit: Visit) -> None:
    door = await visit(sizes=Sizes(body=1000))

    async def endless() -> AsyncIterator[bytes]:
        for _ in range(20):
            yield b" " * 100

    answer = await door.post(
        "/things/v1/checks", content=endless(), headers={"content-type": "application/json"}
    )
    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")


async def test_a_refusal_before_a_body_was_read_costs_nobody_the_next_request(visit: Visit) -> None:
    """RFC 9112, 9.6: who does not read the rest of a body closes, and says so."""
    door = await visit()
    for _ in range(20):
        refused = await door.post("/nowhere", content=b"x" * 60_000)
        assert (refused.status_code, refused.headers.get("connection")) == (404, "close")
        assert (await door.get("/things/v1/things/x")).status_code == 200


async def test_too_many_or_too_large_headers_are_refused(visit: Visit) -> None:
    door = await visit()
    many = await door.get("/livez", headers=[(f"x-{number}", "1") for number in range(120)])
    large = await door.get("/things/v1/things", headers={"x-large": "x" * 40_000})
    long = await door.get("/things/v1/things/" + "x" * 9_000)
    assert {many.status_code, large.status_code, long.status_code} == {431}
    assert large.json()["code"] == "headers_too_large"


@pytest.mark.parametrize(
    "query", ["unknown=1", "limit=1&limit=2", "limit=", "cursor=null", "limit=1&x", "%ff=1"]
)
async def test_a_query_that_would_be_misread_is_refused(visit: Visit, query: str) -> None:
    answer = await (await visit()).get(f"/things/v1/things?{query}")
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_parameters")


@pytest.mark.parametrize(
    "media_type", ["text/xml", "application/x-www-form-urlencoded", "", "text/plain; a=application/json"]
)
async def test_a_body_of_another_type_is_refused(visit: Visit, media_type: str) -> None:
    answer = await (await visit()).post(
        "/things/v1/checks", content=b'{"checks":[]}', headers={"content-type": media_type}
    )
    assert (answer.status_code, answer.headers["accept-post"]) == (415, "application/json")


async def test_a_body_of_the_right_type_is_read(visit: Visit) -> None:
    plain = {"content-type": "Application/JSON; charset=utf-8"}
    answer = await (await visit()).post("/things/v1/checks", content=b'{"checks":[]}', headers=plain)
    assert answer.status_code == 200


@pytest.mark.parametrize("count", ['"7"', "7.5", "true", "null"])
async def test_what_only_resembles_a_documented_type_is_refused(visit: Visit, count: str) -> None:
    body = f'{{"checks":[{{"account":"acc_0123456789abcdefghij","count":{count}}}]}}'
    plain = {"content-type": "application/json"}
    answer = await (await visit()).post("/things/v1/checks", content=body, headers=plain)
    assert (answer.status_code, answer.json()["code"]) == (422, "validation")
    assert [error["pointer"] for error in answer.json()["errors"]] == ["#/checks/0/count"]


@pytest.mark.parametrize("opener", [b"[", b'{"a":'])
async def test_a_body_nested_without_end_is_the_callers_mistake(visit: Visit, opener: bytes) -> None:
    answer = await (await visit()).post(
        "/things/v1/checks", content=opener * 100_000, headers={"content-type": "application/json"}
    )
    assert answer.status_code in (400, 422)


async def test_a_list_links_to_its_next_page(visit: Visit) -> None:
    door = await visit()
    first = await door.get("/things/v1/things?limit=3")
    assert first.headers["link"] == '</things/v1/things?limit=3&cursor=n%26x>; rel="next"'
    assert "link" not in (await door.get(first.links["next"]["url"])).headers


async def test_many_callers_at_once_keep_their_own_answers(visit: Visit) -> None:
    door = await visit()
    answers = await asyncio.gather(*(door.get(f"/things/v1/things/t{number}") for number in range(50)))
    assert [answer.json()["name"] for answer in answers] == [f"t{number}" for number in range(50)]
    assert len({answer.headers["request-id"] for answer in answers}) == 50


async def raw(door: httpx.AsyncClient, head: str) -> int:
    """The status of the answer to a request written by hand."""
    reader, writer = await asyncio.open_connection(door.base_url.host, door.base_url.port)
    writer.write(head.replace("\n", "\r\n").encode() + b"\r\n\r\n")
    line = await reader.readline()
    writer.close()
    await writer.wait_closed()
    return int(line.split()[1])


@pytest.mark.parametrize(
    ("head", "status"),
    [
        ("GET /livez HTTP/1.1\nHost: house.example", 200),
        ("GET /livez HTTP/1.1\nHost: house.example\nHost: other.example", 400),
        ("GET /livez HTTP/1.1\nHost: house.example\nhost: house.example", 400),
        ("GET /things/v1/things HTTP/1.1\nHost: house.example\nHost: other.example", 400),
        ("GET /livez HTTP/1.1\nAccept: */*", 400),
        ("GET /livez HTTP/1.0\nAccept: */*", 200),
        ("GET /livez HTTP/1.1\nHost: house.example\nAccept: a/b\nAccept: */*", 200),
    ],
)
async def test_a_request_names_exactly_one_host(visit: Visit, head: str, status: int) -> None:
    assert await raw(await visit(None), head) == status


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("house.example", 200),
        ("house.example:8080", 200),
        ("192.0.2.1:", 200),
        ("[2001:db8::1]:8080", 200),
        ("caf%C3%A9_1.example", 200),
        ("a b", 400),
        ("evil<x>", 400),
        ("me@house.example", 400),
        ("house.example:eighty", 400),
        ("house.example:1:2", 400),
        ("house.example/docs", 400),
        ("[::1", 400),
        ("caf\u00e9.example", 400),
    ],
)
@pytest.mark.parametrize("path", ["/things/v1/things/x", "/docs"])
async def test_a_host_that_cannot_be_one_is_refused_straight_and_by_the_router(
    visit: Visit, path: str, host: str, status: int
) -> None:
    door = await visit()
    token = door.headers["authorization"]
    for version in ("1.1", "1.0"):
        head = f"GET {path} HTTP/{version}\nHost: {host}\nAuthorization: {token}"
        assert await raw(door, head) == status
