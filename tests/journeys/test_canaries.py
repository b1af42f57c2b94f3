"""Does anything of a caller, of a customer or of a secret stand where it does not belong?

A gateway beside the demo's writes as much as it can: every line, every span, all metrics. It is asked with
canaries in every place that a request has, and the platforms answer with canaries too, in errors and in what
cannot be read. Then it is ended, and everything it wrote is searched.
"""

import asyncio
import json
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Final

import httpx
import msgspec
import pytest
from aiohttp import ClientSession, web

from tests.journeys.conftest import Demo, free_port

CANARIES: Final = {
    "name": "Wilhelmina Kanarienvogel",
    "mail": "wilhelmina.canary@private.example",
    "card": "4929 1234 5678 9013",
    "phone": "+49 171 5550199",
    "token": "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJjYW5hcnkifQ.Y2FuYXJ5LXNpZ25hdHVyZQ",
    "key": "tlk_deadbeef_CanaryKeyCanaryKeyCanaryKey",
    "stripe": "sk_live_CanaryCanaryCanary",
    "word": "canarybird77",
}
ALL: Final = " | ".join(CANARIES.values())
TRACES: Final = "canary-traces.jsonl"
DATABASE: Final = "canary.sqlite"


class Between:
    """Stands between the gateway and a platform: passes on what is said, or answers itself when told to."""

    def __init__(self, session: ClientSession, platform: str) -> None:
        self._session = session
        self._platform = platform
        self.says: tuple[int, bytes] | None = None

    async def __call__(self, request: web.BaseRequest) -> web.Response:
        if self.says:
            status, body = self.says
            return web.Response(status=status, body=body, headers={"X-Canary": ALL, "Retry-After": "0"})
        headers = {
            name: value
            for name, value in request.headers.items()
            if name.lower() not in {"host", "content-length"}
        }
        url = self._platform + request.raw_path
        async with self._session.request(
            request.method, url, headers=headers, data=await request.read(), allow_redirects=False
        ) as answer:
            kept = {
                name: value
                for name, value in answer.headers.items()
                if name.lower() not in {"content-length", "content-encoding", "transfer-encoding"}
            }
            return web.Response(status=answer.status, body=await answer.read(), headers=kept)


@pytest.fixture
async def between(demo: Demo) -> AsyncIterator[dict[str, tuple[Between, str]]]:
    """By platform, who stands before it and where."""
    found: dict[str, tuple[Between, str]] = {}
    runners: list[web.ServerRunner] = []
    async with ClientSession() as session:
        for name, platform in demo.known["platforms"].items():
            one, port = Between(session, platform["base_url"]), free_port()
            runner = web.ServerRunner(web.Server(one))
            await runner.setup()
            await web.TCPSite(runner, "127.0.0.1", port).start()
            runners.append(runner)
            found[name] = one, f"http://127.0.0.1:{port}"
        yield found
        for runner in runners:
            await runner.cleanup()


class Talkative:
    """A gateway that writes all it can, and where it writes."""

    def __init__(self, process: subprocess.Popen[bytes], data: Path, port: int, metrics: int) -> None:
        self.process = process
        self.url = f"http://127.0.0.1:{port}"
        self.metrics = f"http://127.0.0.1:{metrics}/metrics"
        self._data = data
        self.log = data / "canary.log"

    def written(self) -> dict[str, str]:
        """Everything it wrote, by where."""
        files = [self.log, self._data / TRACES, *self._data.glob(f"{DATABASE}*")]
        return {file.name: file.read_bytes().decode(errors="replace") for file in files}


@pytest.fixture
async def talkative(demo: Demo, between: dict[str, tuple[Between, str]]) -> AsyncIterator[Talkative]:
    port, metrics = free_port(), free_port()
    settings: dict[str, Any] = msgspec.toml.decode((demo.data / "tieline.toml").read_bytes())
    settings |= {"port": port, "base_url": f"http://127.0.0.1:{port}", "database": f"sqlite:///{DATABASE}"}
    settings["telemetry"] = {
        "sample": 1.0,
        "traces": TRACES,
        "access_log": True,
        "log": "debug",
        "metrics": f"127.0.0.1:{metrics}",
    }
    for connection in settings["connections"]:
        connection["config"]["base_url"] = between[connection["name"]][1]
    file = demo.data / "canary.toml"
    file.write_bytes(msgspec.toml.encode(settings))
    command = [sys.executable, "-m", "gateway", "serve", "--config", str(file)]
    with (demo.data / "canary.log").open("wb") as log:
        process = await asyncio.to_thread(subprocess.Popen, command, stdout=log, stderr=subprocess.STDOUT)
    one = Talkative(process, demo.data, port, metrics)
    try:
        await ready(one)
        yield one
    finally:
        process.kill()
        process.wait()


async def ready(one: Talkative) -> None:
    async with asyncio.timeout(60), httpx.AsyncClient(trust_env=False) as http:
        while True:
            assert one.process.poll() is None, one.log.read_text()
            try:
                if (await http.get(f"{one.url}/readyz")).status_code == 200:
                    return
            except httpx.TransportError:
                await asyncio.sleep(0.05)  # nobody listens yet


def hostile(demo: Demo) -> list[tuple[str, str, dict[str, Any]]]:
    """Requests that carry canaries wherever a request can carry something."""
    account = demo.account("portal_parent")
    agent, operator, partner = (demo.proof(name) for name in ("agent", "operator", "partner"))
    loud = {"User-Agent": ALL, "Cookie": f"session={CANARIES['token']}", "X-Customer": ALL, "Referer": ALL}
    loud |= {
        "tracestate": f"canary={CANARIES['word']}",
        "traceparent": f"00-{CANARIES['word']}",
        "Request-Id": ALL,
    }
    requests: list[tuple[str, str, dict[str, Any]]] = [
        ("GET", "/agent/v1/accounts", {"headers": agent | loud, "params": {"query": words}})
        for words in (*CANARIES.values(), ALL)
    ]
    requests += [
        ("GET", f"/agent/v1/accounts/{account}", {"headers": agent | loud}),
        ("GET", f"/agent/v1/accounts/{account}", {"headers": agent, "params": CANARIES}),
        ("GET", f"/agent/v1/accounts/{account}/timeline", {"headers": agent, "params": {"cursor": ALL}}),
        ("GET", f"/agent/v1/accounts/{account}/entitlements/{CANARIES['word']}", {"headers": agent}),
        ("GET", f"/agent/v1/accounts/{CANARIES['mail']}", {"headers": agent}),
        ("GET", f"/{CANARIES['word']}/{CANARIES['mail']}", {}),
        (CANARIES["word"].upper(), "/agent/v1/accounts", {"headers": agent}),
        ("GET", "/portal/v2/account", {"headers": {"Authorization": f"Bearer {CANARIES['token']}"}}),
        ("GET", "/portal/v2/account", {"headers": {"Authorization": f"Basic {CANARIES['token']}"}}),
        ("GET", "/portal/v2/account", {"headers": {"X-API-Key": CANARIES["key"]}}),
        ("POST", "/partners/v1/entitlement-checks", {"headers": partner, "json": {"checks": [CANARIES]}}),
        ("POST", "/partners/v1/entitlement-checks", {"headers": partner, "content": ALL.encode()}),
        ("POST", "/partners/v1/entitlement-checks", {"headers": partner, "json": {CANARIES["word"]: ALL}}),
        (
            "POST",
            "/operations/v1/clients",
            {"headers": operator, "json": {"name": 5, "plan": CANARIES["word"]}},
        ),
        (
            "POST",
            "/oauth/token",
            {"data": {"grant_type": "client_credentials", "client_secret": CANARIES["key"]}},
        ),
        ("POST", "/oauth/token", {"auth": (CANARIES["mail"], CANARIES["key"]), "data": CANARIES}),
    ]
    requests += [
        ("POST", f"/webhooks/{place}", {"headers": {**loud, signature: ALL}, "content": ALL.encode()})
        for place, signature in (
            ("stripe", "Stripe-Signature"),
            ("zendesk", "X-Zendesk-Webhook-Signature"),
            ("netsuite", "X-Tieline-Signature"),
            (f"salesforce/{CANARIES['word']}{CANARIES['word']}", "X-Nothing"),
        )
    ]
    return requests


ERROR: Final = {"error": {"message": ALL, "code": ALL}, "errorCode": ALL, "description": ALL, "title": ALL}
ROWS: Final = {"records": [{"Id": ALL, "Name": CANARIES["name"]}], "data": [ALL], "items": ALL}
ANSWERS: Final = [
    *((status, json.dumps(ERROR).encode()) for status in (400, 401, 403, 404, 409, 422, 429, 500, 503)),
    (200, ALL.encode()),
    (200, json.dumps(ROWS).encode()),
    (302, ALL.encode()),
]


async def test_no_canary_is_found_in_anything_that_is_written(
    demo: Demo, talkative: Talkative, between: dict[str, tuple[Between, str]]
) -> None:
    calls = 0
    account = demo.account("portal_parent")
    async with httpx.AsyncClient(base_url=talkative.url, trust_env=False, timeout=20) as http:
        picture = await http.get(f"/agent/v1/accounts/{account}", headers=demo.proof("agent"))
        made = await http.post(
            "/operations/v1/clients",
            headers=demo.proof("operator"),
            json={"name": "canary test", "scopes": ["partner:read"], "accounts": [account]},
        )
        calls += 2
        assert (picture.status_code, made.status_code) == (200, 201), made.text
        for method, path, options in hostile(demo):
            await http.request(method, path, **options)
            calls += 1
        for says in ANSWERS:
            for one, _ in between.values():
                one.says = says
            for path in ("", "/timeline", "/entitlements/sso"):
                await http.get(f"/agent/v1/accounts/{account}{path}", headers=demo.proof("agent"))
            params = {"query": CANARIES["name"]}
            await http.get("/agent/v1/accounts", headers=demo.proof("agent"), params=params)
            calls += 4
        told = (await http.get(talkative.metrics)).text
    talkative.process.terminate()
    assert await asyncio.to_thread(talkative.process.wait, 20) in (0, -15)

    written = {**talkative.written(), "metrics": told}
    lines = [json.loads(line) for line in written["canary.log"].splitlines() if line.startswith("{")]
    assert sum("route" in line for line in lines) >= calls  # they are there, and so are the readiness probes'
    assert written[TRACES].count('"kind":"server"') >= calls
    assert "tieline_requests_total" in told
    found = {
        (where, what)
        for where, text in written.items()
        for what, canary in {**CANARIES, **secrets(demo), "the new client's key": made.json()["key"]}.items()
        if canary.lower() in text.lower()
    }
    assert found == set()
    # People of the customers are known to our database; that is its work. They are nowhere else.
    people = {
        words for one in picture.json()["parts"]["contacts"]["data"] for words in (one["name"], one["email"])
    }
    assert people
    assert not {
        (where, words)
        for where, text in written.items()
        if not where.startswith(DATABASE)
        for words in people
        if words.lower() in text.lower()
    }


def secrets(demo: Demo) -> dict[str, str]:
    """Everything that opens a door: of people, of programs, of platforms, of ourselves."""
    files = {file.name: file.read_text().strip() for file in (demo.data / "secrets").iterdir()}
    people = {
        f"{name}'s {kind}": person[kind]
        for name, person in demo.known["people"].items()
        for kind in ("token", "api_key")
        if kind in person
    }
    public = {"netsuite_account", "salesforce_client_id", "zendesk_client_id", "zendesk_email"}
    return {**{name: value for name, value in files.items() if name not in public}, **people}


async def test_a_call_that_went_well_is_one_line_unless_more_is_asked_for(
    demo: Demo, talkative: Talkative, between: dict[str, tuple[Between, str]]
) -> None:
    trace = "5ca1ab1e" * 4
    headers = demo.proof("agent") | {"traceparent": f"00-{trace}-00f067aa0ba902b7-01"}
    async with httpx.AsyncClient(base_url=talkative.url, trust_env=False, timeout=20) as http:
        await http.get(f"/agent/v1/accounts/{demo.account('portal_small')}", headers=headers)
        await http.get("/agent/v1/accounts?query=sable-ceramics.example", headers=headers)
    talkative.process.terminate()
    await asyncio.to_thread(talkative.process.wait, 20)
    lines = [json.loads(line) for line in talkative.log.read_text().splitlines() if trace in line]
    assert len([line for line in lines if line.get("level") not in {"info", "debug"}]) == 2
