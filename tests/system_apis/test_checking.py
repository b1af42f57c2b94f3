"""Does every platform say in plain words what it lacks? (the practice platforms, with somebody in between)"""

import json
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import ClientSession, web
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from canonical.projections import CrmStanding, Risk, SupportStanding
from sandbox.kit.practice import Practice
from system_apis.catalog import PLATFORMS
from system_apis.connections import BadConnection, ConnectionSettings, check
from system_apis.findings import CREDENTIAL, Finding
from system_apis.reaching import CLOCK, HOST
from system_apis.salesforce import checking as salesforce
from system_apis.salesforce import mapping as for_crm
from system_apis.zendesk import checking as zendesk
from system_apis.zendesk import mapping as for_support
from tests.ports.town import STANDS, serving
from tests.system_apis.elsewhere import NOW, always, behaving

Town = tuple[Practice, dict[str, str]]
Change = Callable[[str, int, str], tuple[int, str]]
"""What is made of an answer: path, status and body before, status and body after."""

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def town() -> AsyncIterator[Town]:
    async with serving() as (practice, urls):
        yield practice, urls


def settings(town: Town, platform: str, **changed: Any) -> ConnectionSettings:
    practice, urls = town
    config = {"base_url": urls[platform], **STANDS[platform].reached(practice.keys), **changed}
    return ConnectionSettings(name=f"{platform}-eu", platform=platform, config=config)


async def lacking(town: Town, platform: str, **changed: Any) -> list[Finding]:
    found = await check(settings(town, platform, **changed), lambda: NOW)
    return [one for one in found if not one.good]


@asynccontextmanager
async def between(town: Town, platform: str, change: Change) -> AsyncIterator[str]:
    """The address of a platform whose answers are changed on their way."""
    async with ClientSession() as session:

        async def passed_on(request: web.Request) -> web.StreamResponse:
            headers = {name: value for name, value in request.headers.items() if name != "Host"}
            url = town[1][platform] + request.raw_path
            async with session.request(
                request.method, url, headers=headers, data=await request.read()
            ) as answer:
                plain = json.dumps(await answer.json(content_type=None))
                status, body = change(request.path, answer.status, plain)
                return web.Response(status=status, text=body, content_type="application/json")

        async with behaving(passed_on) as url:
            yield url


@pytest.mark.parametrize("platform", PLATFORMS)
async def test_a_platform_as_it_should_be_lacks_nothing(town: Town, platform: str) -> None:
    found = await check(settings(town, platform), lambda: NOW)
    assert [one for one in found if not one.good] == []
    assert {HOST, CLOCK, CREDENTIAL} <= {one.subject for one in found}


WRONG: dict[str, dict[str, Any]] = {
    "salesforce": {"client_secret": "wr0ng-secret"},
    "stripe": {"api_key": "sk_test_wr0ngsecret"},
    "zendesk": {"client_secret": "wr0ng-secret"},
    "netsuite": {"certificate_id": "wr0ng-certificate"},
}


@pytest.mark.parametrize("platform", PLATFORMS)
async def test_a_wrong_credential_is_told_once_and_not_repeated(town: Town, platform: str) -> None:
    (missing,) = await lacking(town, platform, **WRONG[platform])
    assert missing.subject == CREDENTIAL
    assert "check" in missing.said
    assert "wr0ng" not in missing.said


async def test_a_private_key_of_another_certificate_is_a_wrong_credential(town: Town) -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=3072)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    (missing,) = await lacking(town, "netsuite", private_key=pem)
    assert missing.subject == CREDENTIAL


async def test_a_publishable_key_is_known_by_its_name(town: Town) -> None:
    (missing,) = await lacking(town, "stripe", api_key="pk_test_abc")
    assert (missing.subject, "publishable" in missing.said) == (CREDENTIAL, True)


FORBIDDEN = {
    "salesforce": ("/sobjects/Contract/describe", "Contract"),
    "stripe": ("/v1/disputes", "disputes"),
    "zendesk": ("/api/v2/organization_fields", "organization fields"),
}


@pytest.mark.parametrize("platform", FORBIDDEN)
async def test_a_permission_that_is_missing_is_named(town: Town, platform: str) -> None:
    path, subject = FORBIDDEN[platform]

    def forbidden(asked: str, status: int, body: str) -> tuple[int, str]:
        return (403, "{}") if asked.endswith(path) else (status, body)

    async with between(town, platform, forbidden) as url:
        (missing,) = await lacking(town, platform, base_url=url)
    assert missing.subject == subject
    assert missing.said.startswith("not allowed: ")


async def test_a_question_that_netsuite_does_not_answer_names_the_permission(town: Town) -> None:
    """Its tokens are made for one address, so nobody can stand in between."""
    refusals = [
        {"title": "Bad Request", "status": 400, "o:errorDetails": [{"o:errorCode": "INVALID_PARAMETER"}]}
    ]

    async def answer(request: web.Request) -> web.StreamResponse:
        if request.path.endswith("/token"):
            return web.json_response({"access_token": "t", "expires_in": "3600", "token_type": "bearer"})
        if refusals and request.path.endswith("/suiteql"):
            return web.json_response(refusals.pop(), status=400)
        page = {"items": [], "hasMore": False, "count": 0, "offset": 0, "totalResults": 0, "links": []}
        return web.json_response(page)

    async with behaving(answer) as url:
        (missing,) = await lacking(town, "netsuite", base_url=url)
    assert missing.subject == "customers"
    assert "Lists: Customers" in missing.said


FIELDS = [
    ("salesforce", "/Account/describe", '"Global_Customer_Id__c"', '"Other__c"', "Account: external id"),
    (
        "salesforce",
        "/Account/describe",
        '"Risk_Flag__c"',
        '"Other__c"',
        "Account: fields written Risk_Flag__c",
    ),
    ("salesforce", "/Account/describe", '"Tax_Id__c"', '"Other__c"', "Account: fields read Tax_Id__c"),
    ("salesforce", "/Task/describe", '"Tieline_Key__c"', '"Other__c"', "Task: external id Tieline_Key__c"),
    ("salesforce", "/OpportunityLineItem/describe", '"CurrencyIsoCode"', '"No"', "CurrencyIsoCode"),
    ("zendesk", "/organization_fields", '"support_tier"', '"other"', "organization field support_tier"),
    (
        "zendesk",
        "/organization_fields",
        '"active": true',
        '"active": false',
        "organization field support_tier",
    ),
]


@pytest.mark.parametrize(("platform", "path", "was", "instead", "subject"), FIELDS)
async def test_a_field_that_is_missing_is_named(
    town: Town, platform: str, path: str, was: str, instead: str, subject: str
) -> None:
    changed = []

    def without(asked: str, status: int, body: str) -> tuple[int, str]:
        if not asked.endswith(path):
            return status, body
        changed.append(was in body)
        return status, body.replace(was, instead)

    async with between(town, platform, without) as url:
        missing = await lacking(town, platform, base_url=url)
    assert any(changed)
    assert [one for one in missing if subject in one.subject]


async def test_an_external_id_field_that_is_none_is_named(town: Town) -> None:
    def plain(asked: str, status: int, body: str) -> tuple[int, str]:
        return status, body.replace('"externalId": true', '"externalId": false')

    async with between(town, "salesforce", plain) as url:
        missing = await lacking(town, "salesforce", base_url=url)
    assert {one.subject for one in missing} == {
        "Account: external id Global_Customer_Id__c",
        "Task: external id Tieline_Key__c",
    }
    assert all("External ID" in one.said for one in missing)


async def test_a_version_that_is_not_offered_is_named(town: Town) -> None:
    missing = await lacking(town, "salesforce", api_version="99.0")
    assert missing[0].subject == "API version"
    assert "v99.0" in missing[0].said


async def test_the_fields_looked_for_are_those_that_are_written() -> None:
    risk = Risk(flagged=True, reason="late", since=NOW)
    crm = CrmStanding(risk=risk, subscription_status=None, tier="gold", entitled_until=NOW)
    assert set(salesforce.WRITTEN["Account"]) == for_crm.standing_fields(crm).keys()
    support = SupportStanding(risk=risk, subscription_status=None, tier="gold", entitled_until=NOW)
    assert set(zendesk.FIELDS) == for_support.standing_fields(support).keys()


async def test_a_host_that_there_is_not_is_named(town: Town) -> None:
    (missing,) = await lacking(town, "stripe", base_url="http://stripe.invalid")
    assert (missing.subject, "no host called stripe.invalid" in missing.said) == (HOST, True)


async def test_a_port_where_nobody_listens_is_named(town: Town, unused_tcp_port: int) -> None:
    (missing,) = await lacking(town, "zendesk", base_url=f"http://127.0.0.1:{unused_tcp_port}")
    assert missing.said.startswith(f"nobody listens at 127.0.0.1:{unused_tcp_port}")


async def test_a_certificate_that_nobody_knows_is_named(town: Town, tmp_path: Path) -> None:
    app = web.Application()
    app.router.add_get("/", always())
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=self_signed(tmp_path))
    await site.start()
    try:
        (missing,) = await lacking(town, "salesforce", base_url=f"https://127.0.0.1:{runner.addresses[0][1]}")
    finally:
        await runner.cleanup()
    assert (missing.subject, "self-signed certificate" in missing.said) == (HOST, True)


def self_signed(place: Path) -> ssl.SSLContext:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    file = place / "server.pem"
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    file.write_bytes(pem + certificate.public_bytes(Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context


@pytest.mark.parametrize(("seconds", "said"), [(300, "300 s behind"), (-7200, "7200 s ahead of")])
async def test_clocks_that_differ_are_told(town: Town, seconds: int, said: str) -> None:
    date = format_datetime(datetime.now(UTC) + timedelta(seconds=seconds), usegmt=True)
    async with behaving(always(401, {}, {"Date": date})) as url:
        missing = await lacking(town, "stripe", base_url=url)
    assert [one.subject for one in missing] == [CLOCK, CREDENTIAL]
    number, word = said.split(" ", 1)
    assert word in missing[0].said
    told = int(missing[0].said.partition("clock is ")[2].partition(" ")[0])
    assert abs(told - int(number)) <= 2


async def test_a_platform_that_is_down_is_told_once(town: Town) -> None:
    async with behaving(always(503, {})) as url:
        (missing,) = await lacking(town, "stripe", base_url=url)
    assert missing.subject == "answer"


async def test_settings_that_cannot_be_used_are_said_so(town: Town) -> None:
    with pytest.raises(BadConnection, match=r"x: .*base_url"):
        await check(ConnectionSettings(name="x", platform="salesforce", config={}), lambda: NOW)
