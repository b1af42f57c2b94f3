"""Do the settings read as the sample shows, and does what is wrong in them say where it stands?"""

import re
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from canonical.support import Plan, ServiceTier
from gateway.blocks import ClientSettings, Issuer, Security, Sku, Telemetry, Tier
from gateway.policies import PlanSettings
from gateway.settings import BadSettings, Settings, load
from system_apis.catalog import PLATFORMS
from system_apis.connections import ConnectionSettings

SAMPLE = Path(__file__).parents[2] / "docs" / "tieline.sample.toml"
VARIABLES = sorted(set(re.findall(r'"env:([A-Z_]+)"', SAMPLE.read_text())))
FILES = sorted(set(re.findall(r'"file:\.demo/secrets/(\w+)"', SAMPLE.read_text())))
PEM = "netsuite_private_key_pem"
KEY = f"tlk_{'0' * 8}_{'k' * 43}"
STRUCTS = (
    Settings,
    Issuer,
    ClientSettings,
    ConnectionSettings,
    PlanSettings,
    Security,
    Sku,
    Telemetry,
    Tier,
)


@pytest.fixture(scope="session")
def pem() -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=3072)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


@pytest.fixture
def sample(tmp_path: Path, pem: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The sample in a folder of its own, with everything it refers to."""
    for name in VARIABLES:
        monkeypatch.setenv(name, KEY if name == "TIELINE_WAREHOUSE_KEY" else f"value of {name}")
    monkeypatch.delenv("TIELINE_DATABASE", raising=False)
    secrets = tmp_path / ".demo" / "secrets"
    secrets.mkdir(parents=True)
    for name in FILES:
        (secrets / name).write_text(pem if name == PEM else f"value of {name}\n")
    file = tmp_path / "tieline.toml"
    file.write_text(SAMPLE.read_text())
    return file


def changed(file: Path, old: str, new: str) -> Path:
    text = file.read_text()
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in the sample"
    file.write_text(text.replace(old, new))
    return file


def test_the_sample_is_understood_with_its_references_resolved(sample: Path, pem: str) -> None:
    settings = load(sample)
    configs = {one.platform: one.config for one in settings.connections}
    assert configs.keys() == PLATFORMS.keys()
    assert configs["salesforce"]["client_secret"] == "value of SALESFORCE_CLIENT_SECRET"
    assert configs["salesforce"]["base_url"] == "https://your-domain.my.salesforce.com"
    assert configs["stripe"]["api_key"] == "value of stripe_api_key"
    assert configs["netsuite"]["client_id"] == "value of netsuite_client_id"
    assert configs["netsuite"]["private_key"] == pem.strip()
    assert settings.clients[0].key == KEY
    assert settings.service_tiers[0] == ServiceTier(name="gold", rank=3, first_response_minutes=60)
    assert Plan(sku="TL-SSO", tier=None, features=frozenset({"sso"})) in settings.sold


def test_the_sample_names_every_setting_there_is() -> None:
    text = SAMPLE.read_text()
    names = {name for struct in STRUCTS for name in struct.__struct_fields__}
    for platform in PLATFORMS.values():
        names |= {*platform.config.__struct_fields__}  # type: ignore[attr-defined]
    assert {name for name in names if name not in text} == set()


def test_paths_are_meant_from_the_file(sample: Path) -> None:
    settings, place = load(sample), sample.resolve().parent
    assert settings.database == f"sqlite:///{place / 'tieline.sqlite'}"
    assert settings.issuers[0].jwks == str(place / ".demo/issuer/jwks.json")
    assert settings.telemetry.traces == str(place / "traces.jsonl")
    assert settings.business_clock == str(place / ".demo/practice/clock.json")


def test_the_environment_names_the_file_and_another_database(
    sample: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TIELINE_CONFIG", str(sample))
    monkeypatch.setenv("TIELINE_DATABASE", "postgresql://there/tieline")
    assert load().database == "postgresql://there/tieline"


def test_the_least_that_can_be_said_is_enough(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET", "s")
    (tmp_path / "tieline.toml").write_text('cursor_secret = "env:SECRET"')
    settings = load(tmp_path / "tieline.toml")
    assert (settings.host, settings.port, settings.connections) == ("127.0.0.1", 8080, ())


@pytest.mark.parametrize("variable", VARIABLES)
def test_a_variable_that_is_not_set_is_named(
    sample: Path, variable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(variable)
    with pytest.raises(BadSettings, match=rf"tieline\.toml:\d+: .*{variable} is not set"):
        load(sample)


def test_a_file_that_is_not_there_is_named(sample: Path) -> None:
    (sample.parent / ".demo/secrets/stripe_api_key").unlink()
    with pytest.raises(BadSettings, match=r"tieline\.toml:\d+: connection stripe: api_key: .*stripe_api_key"):
        load(sample)


def test_settings_that_are_not_there_say_which_sample_to_begin_with(tmp_path: Path) -> None:
    with pytest.raises(BadSettings, match=r"nowhere\.toml.*docs/tieline\.sample\.toml"):
        load(tmp_path / "nowhere.toml")


WRITTEN_OUT = [
    ('"env:TIELINE_CURSOR_SECRET"', "cursor_secret"),
    ('"env:TIELINE_WAREHOUSE_KEY"', "clients warehouse: key"),
    ('"env:SALESFORCE_CLIENT_SECRET"', "connection salesforce: client_secret"),
    ('"file:.demo/secrets/stripe_api_key"', "connection stripe: api_key"),
    ('"file:.demo/secrets/netsuite_private_key_pem"', "connection netsuite: private_key"),
]


@pytest.mark.parametrize(("reference", "named"), WRITTEN_OUT)
def test_a_secret_that_is_written_out_is_refused_and_not_repeated(
    sample: Path, reference: str, named: str
) -> None:
    with pytest.raises(BadSettings, match=rf"tieline\.toml:\d+: {named}: write a reference") as refused:
        load(changed(sample, reference, '"s3cret-words"'))
    assert "s3cret" not in str(refused.value)


MISSPELT = [
    ("refresh_seconds", "refresh_second", "refresh_second"),
    ("first_response_minutes = 60\n", "first_response_hours = 1\n", "first_response_hours"),
    ("access_log", "acces_log", "acces_log"),
    ("everyone", "everybody", "everybody"),
    ("audience", "audiense", "audiense"),
    ("api_version", "api_versoin", "connection salesforce: config: .*api_versoin"),
    ("certificate_id =", "certificate =", "connection netsuite: config: .*certificate"),
]


@pytest.mark.parametrize(("name", "misspelt", "named"), MISSPELT)
def test_a_misspelt_name_is_named_with_its_file(sample: Path, name: str, misspelt: str, named: str) -> None:
    with pytest.raises(BadSettings, match=rf"tieline\.toml:\d+: .*{named}"):
        load(changed(sample, name, misspelt))


IMPOSSIBLE = [
    (
        'platform = "zendesk"',
        'platform = "deskzen"',
        "connection zendesk: platform: there is no 'deskzen'; known",
    ),
    ("batch = 2000", "batch = 2", "connection salesforce: config: .*batch"),
    ('"env:SALESFORCE_CLIENT_SECRET"', "5", "connection salesforce: config: .*client_secret"),
    ('client_id = "tieline_practice"', "", "connection zendesk: config: give client_id and client_secret"),
    ("port = 8080", "port = 808080", "port"),
    ('default = "6000/minute"\nsmall', "small", "plans: one must be called default"),
    ('plan = "small"', 'plan = "tiny"', "clients warehouse: plan: there is no 'tiny'"),
    ('tier = "silver"', 'tier = "tin"', "skus TL-TEAM: tier: there is no 'tin'"),
    ("[tiers.gold]", "[tiers.gold", "line|Invalid|Expected"),
    ("port = 8080", 'port = 8080\nproxies = ["*"]', "proxies: '\\*' does not appear to be"),
    ("port = 8080", 'port = 8080\nproxies = ["10.0.0.1/8"]', "proxies: 10.0.0.1/8 has host bits set"),
    ("port = 8080", 'port = 8080\nproxies = ["0.0.0.0/0"]', "proxies: '0.0.0.0/0' is everybody"),
]


LINES = [
    ("refresh_seconds", "refresh_second", "refresh_second ="),
    ("port = 8080", "port = 808080", "port = 808080"),
    ('"env:TIELINE_CURSOR_SECRET"', '"s3cret-words"', "cursor_secret ="),
    ("audience", "audiense", "audiense ="),
    ("rank = 2", 'rank = "two"', 'rank = "two"'),
    ("api_version", "api_versoin", "api_versoin ="),
    ("batch = 2000", "batch = 2", "batch = 2"),
    ('platform = "zendesk"', 'platform = "deskzen"', 'platform = "deskzen"'),
    ('plan = "small"', 'plan = "tiny"', 'plan = "tiny"'),
    ('tier = "silver"', 'tier = "tin"', 'tier = "tin"'),
    ("contacts = [", "contacts = 5 # [", "contacts = 5"),
    ("port = 8080", 'port = 8080\nproxies = ["everybody"]', 'proxies = ["everybody"]'),
    ("[tiers.gold]", "[tiers.gold", "[tiers.gold"),
]


@pytest.mark.parametrize(("said", "instead", "line"), LINES)
def test_what_is_wrong_is_named_with_its_line(sample: Path, said: str, instead: str, line: str) -> None:
    lines = changed(sample, said, instead).read_text().splitlines()
    (number,) = [at for at, text in enumerate(lines, 1) if text.startswith(line)]
    with pytest.raises(BadSettings, match=rf"tieline\.toml(:{number}: |.*at line {number}\b)"):
        load(sample)


@pytest.mark.parametrize(("said", "instead", "named"), IMPOSSIBLE)
def test_what_cannot_be_is_named_with_its_file(sample: Path, said: str, instead: str, named: str) -> None:
    with pytest.raises(BadSettings, match=rf"tieline\.toml:.*({named})"):
        load(changed(sample, said, instead))
