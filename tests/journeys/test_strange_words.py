"""What happens to words, ids and bodies that nobody sensible sends?"""

import socket
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from tests.journeys.conftest import Demo

SEARCH = "/agent/v1/accounts"
CHECKS = "/process/entitlement/v1/checks"
NOBODY = "acc_00000000000000000000"

# what somebody may paste, who knows how platforms are asked -> nobody has it in a name, an id or a number
INJECTED = [
    "zz' OR Name LIKE '%",
    "zz\\' OR Id != null OR Name='",
    "zz' OR '1'='1",
    "zz' UNION SELECT id FROM customer--",
    "zz'; DROP TABLE account_record;--",
    'zz" OR email:"',
    'zz" type:organization "',
    "zz*) OR (created>2000-01-01",
    "{zz} IN ALL FIELDS RETURNING Account",
    "zz%",
    "zz_",
    "%25%25zz",
    "\u202ezz",
    "zz\U0001f600",
]
NOTHING = ["%%", "__", "''", '""', "\\'", "((", "**", "..", "/*", "\t\n", "\x00\x00", "!%"]
IDS = [
    "..",
    "%2e%2e",
    ".%2f..",
    "%00",
    "a%00b",
    "x" * 4_000,
    "%F0%9F%98%80",
    "%ff%fe",
    "'%20or%201=1--",
    "%25",
    NOBODY,
]


@pytest.mark.parametrize("words", INJECTED)
def test_words_that_would_be_a_query_find_nobody_in_any_system(demo: Demo, words: str) -> None:
    answer = demo.ask("agent", SEARCH, params={"query": words})
    assert answer.status_code == 200
    assert (answer.json()["data"], answer.json()["unanswered"]) == ([], [])


@pytest.mark.parametrize("words", NOTHING)
def test_words_without_a_letter_are_nothing_to_search_for(demo: Demo, words: str) -> None:
    answer = demo.ask("agent", SEARCH, params={"query": words})
    assert (answer.status_code, answer.json()["code"]) == (422, "nothing_to_search")


@pytest.mark.parametrize("around", ["\t{}\n", "\x00{}", "{}\r\n"])
def test_what_was_pasted_along_with_a_name_does_not_keep_it_from_being_found(demo: Demo, around: str) -> None:
    account = demo.account("portal_small")
    name = demo.ask("agent", f"{SEARCH}/{account}").json()["parts"]["profile"]["data"]["name"]
    found = demo.ask("agent", SEARCH, params={"query": around.format(name)}).json()
    assert account in [one["account"] for one in found["data"]]
    assert found["unanswered"] == []


def test_a_company_may_be_called_null(demo: Demo) -> None:
    assert demo.ask("agent", f"{SEARCH}?query=null").status_code == 200


@pytest.mark.parametrize("id", IDS)
@pytest.mark.parametrize(
    ("who", "path"),
    [
        ("agent", "/agent/v1/accounts/{}"),
        ("agent", "/agent/v1/accounts/{}/timeline"),
        ("agent", "/agent/v1/accounts/{}/entitlements/sso"),
        ("agent", "/agent/v1/orders/{}"),
        ("portal_parent", "/portal/v2/invoices/{}"),
        ("portal_parent", "/portal/v2/cases/{}"),
        ("portal_parent", "/portal/v2/invoices?account={}"),
        ("portal_parent", "/portal/v2/invoices?cursor={}"),
        ("internal", "/process/account-360/v1/accounts/{}"),
        ("internal", "/system/crm/v1/salesforce/accounts/{}"),
        ("internal", "/system/billing/v1/stripe/invoices/{}"),
        ("internal", "/system/support/v1/zendesk/cases/{}"),
        ("internal", "/system/erp/v1/netsuite/orders/{}"),
    ],
)
def test_a_strange_id_is_a_problem_of_the_callers(demo: Demo, who: str, path: str, id: str) -> None:
    # httpx would tidy the path; a request made by hand goes out as it is written.
    url = httpx.URL(demo.http.base_url).copy_with(raw_path=path.format(id).encode())
    answer = demo.http.send(httpx.Request("GET", url, headers=demo.proof(who)))
    assert answer.status_code in (400, 404, 422)
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["trace_id"] in answer.headers["traceparent"]


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "TRACE", "PUT", "DELETE", "FOO"])
@pytest.mark.parametrize("path", [SEARCH, CHECKS, "/livez", "/docs", "/", "/nowhere", "/agent/v1"])
def test_every_method_on_every_path_has_an_answer(demo: Demo, method: str, path: str) -> None:
    answer = demo.http.request(method, path, headers=demo.proof("agent"))
    assert answer.status_code < 500
    assert answer.headers["request-id"]
    assert method != "HEAD" or answer.content == b""


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=101", "limit=2&limit=3", "limit=%20", "cursor=", "cursor=null", "x=1", "%ff"]
)
def test_a_question_that_could_be_misread_is_refused(demo: Demo, query: str) -> None:
    answer = demo.ask("portal_parent", f"/portal/v2/invoices?{query}")
    assert answer.status_code in (400, 422)


def check(account: str, feature: str = "sso") -> dict[str, str]:
    return {"account": account, "feature": feature}


def post(demo: Demo, body: Any) -> httpx.Response:
    options: dict[str, Any] = {"content": body} if isinstance(body, bytes) else {"json": body}
    headers = {"content-type": "application/json", **demo.proof("internal")}
    return demo.http.post(CHECKS, headers=headers, **options)


@pytest.mark.parametrize(("count", "status"), [(0, 422), (1, 200), (100, 200), (101, 422)])
def test_one_to_a_hundred_checks_are_answered_at_once(demo: Demo, count: int, status: int) -> None:
    answer = post(demo, {"checks": [check(demo.account("portal_parent"))] * count})
    assert answer.status_code == status
    assert status != 200 or len(answer.json()["data"]) == count


def test_a_missing_account_among_others_is_said_in_its_place(demo: Demo) -> None:
    account = demo.account("portal_parent")
    told = post(demo, {"checks": [check(account), check(NOBODY), check(account)]}).json()["data"]
    assert [(one["account"], one["found"]) for one in told] == [
        (account, True),
        (NOBODY, False),
        (account, True),
    ]


BODIES: dict[str, bytes] = {
    "nothing": b"",
    "half": b'{"checks": [',
    "an array": b"[]",
    "a word": b'"x"',
    "nested arrays": b'{"checks":' + b"[" * 200_000 + b"]" * 200_000 + b"}",
    "nested objects": b'{"checks":' + b'{"a":' * 100_000 + b"1" + b"}" * 100_000 + b"}",
    "nested in what is unknown": b'{"checks":[],"x":' + b"[" * 200_000 + b"]" * 200_000 + b"}",
    "an unknown field": b'{"checks":[],"x":1}',
    "half a character": b'{"checks":[{"account":"\xff"}]}',
    "half a pair": b'{"checks":[{"account":"\\ud800","feature":"sso"}]}',
    "a number without end": b'{"checks":[{"account":1e99999,"feature":"sso"}]}',
    "utf-16": '{"checks":[]}'.encode("utf-16"),
    "a megabyte of mistakes": b'{"checks":[' + b'{"a":1},' * 125_000 + b"{}]}",
    "too much": b'{"checks":["' + b"x" * 2_000_000 + b'"]}',
}


@pytest.mark.parametrize("body", list(BODIES))
def test_a_body_that_is_wrong_is_told_of_soon_and_briefly(demo: Demo, body: str) -> None:
    answer = post(demo, BODIES[body])
    assert answer.status_code in (400, 413, 422)
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.elapsed.total_seconds() < 2.0
    assert len(answer.content) < 50_000


@pytest.mark.parametrize(
    "path",
    ["subscriptions?limit=1", "invoices?limit=2", "payments?limit=2", "cases?limit=1", "accounts?limit=1"],
)
def test_a_page_that_has_not_changed_is_not_sent_again(demo: Demo, path: str) -> None:
    first = demo.ask("portal_parent", f"/portal/v2/{path}")
    again = demo.ask(
        "portal_parent", f"/portal/v2/{path}", headers={"If-None-Match": f'"x", W/{first.headers["etag"]}'}
    )
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers.get("link") == first.headers.get("link")


def test_an_id_is_never_more_than_itself(demo: Demo) -> None:
    account = demo.account("portal_parent")
    for wider in (account[:-1], f"{account}%", quote(f"{account} "), account.upper()):
        assert demo.ask("agent", f"{SEARCH}/{wider}").status_code in (404, 422)


def test_nobody_is_spoken_to_in_http_2_without_tls(demo: Demo) -> None:
    """What stands before us speaks HTTP/1.1 to us, and limits, sizes and times are for that."""
    url = demo.http.base_url
    with socket.create_connection((url.host, url.port or 80), timeout=5) as raw:
        raw.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + b"\x00\x00\x00\x04\x00\x00\x00\x00\x00")
        said = raw.recv(1024)
    assert said == b"" or said.startswith(b"HTTP/1.1 400")
