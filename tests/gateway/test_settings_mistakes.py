"""Is what would go wrong later, or in silence, refused at the start with its file and line?"""

from pathlib import Path

import pytest
from click.testing import CliRunner

from gateway.__main__ import main
from gateway.settings import BadSettings, Settings, counters, load

KEY, OTHER = (f"tlk_{'0' * 8}_{letter * 43}" for letter in "ko")
A = '[[clients]]\nname = "a"\nkey = "file:key"\n'
B = '[[clients]]\nname = "b"\nkey = "file:other"\n'
ISSUER = '[[issuers]]\nissuer = "https://a"\naudience = "one"\njwks = "a.json"\n'
ZENDESK = """[[connections]]
name = "desk"
platform = "zendesk"
[connections.config]
base_url = "https://a.zendesk.com"
client_id = "tieline"
client_secret = "file:cursor"
"""
AWAY = [
    "redis://host:abc/0",
    "redis://host:99999/0",
    "redis://host/0",
    "redis://:6379/0",
    "redis://[::1/0",
    "redis+unix://tmp/redis",
]
NOWHERE = [
    "https://org.my.salesforce.com:PORT",
    "https://org.my.salesforce.com:99999",
    "https://org.my.salesforce.com:0",
    "org.my.salesforce.com",
    "https://",
    "https://[::1",
]


@pytest.fixture(autouse=True)
def nothing_of_the_surroundings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TIELINE_REDIS_URL", "TIELINE_DATABASE"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder with secrets."""
    for name, secret in {"cursor": "a secret", "key": KEY, "copy": f"{KEY}\n", "other": OTHER}.items():
        (tmp_path / name).write_text(secret)
    return tmp_path


def loaded(place: Path, text: str) -> Settings:
    """The settings of a file that says this from its second line on."""
    (place / "tieline.toml").write_text(f'cursor_secret = "file:cursor"\n{text}')
    return load(place / "tieline.toml")


REPEATED = {
    "a client": (f"{A}{A.replace('file:key', 'file:other')}", r"6: clients\[1\]\.name"),
    "a key, by another way": (f"{A}{B.replace('other', 'copy')}", r"7: clients\[1\]\.key"),
    "an issuer": (f"{ISSUER}{ISSUER.replace('one', 'two')}", r"7: issuers\[1\]\.issuer"),
    "a connection": (f"{ZENDESK}{ZENDESK}", r"10: connections\[1\]\.name"),
}


@pytest.mark.parametrize(("text", "named"), REPEATED.values(), ids=REPEATED)
def test_two_blocks_that_cannot_be_told_apart_are_refused(place: Path, text: str, named: str) -> None:
    with pytest.raises(BadSettings, match=rf"tieline\.toml:{named}: an earlier one says the same\.$"):
        loaded(place, text)


def test_blocks_that_differ_are_taken(place: Path) -> None:
    settings = loaded(place, f"{A}{B}{ISSUER}{ISSUER.replace('https://a', 'https://b')}")
    assert [(one.name, one.key) for one in settings.clients] == [("a", KEY), ("b", OTHER)]
    assert [one.issuer for one in settings.issuers] == ["https://a", "https://b"]


@pytest.mark.parametrize("held", ["", " \n"])
@pytest.mark.parametrize(
    ("text", "file", "named"),
    [
        ("", "cursor", "1: cursor_secret: cursor"),
        (A, "key", "4: clients a: key: key"),
        (f'{ZENDESK}webhook_secret = "file:copy"\n', "copy", "9: connection desk: webhook_secret: copy"),
    ],
)
def test_an_empty_secret_is_none(place: Path, text: str, file: str, named: str, held: str) -> None:
    (place / file).write_text(held)
    with pytest.raises(BadSettings, match=rf"tieline\.toml:{named}: it is empty\.$"):
        loaded(place, text)


def test_a_secret_that_is_no_text_is_named_by_who_asks_for_it(place: Path) -> None:
    (place / "key").write_bytes(b"\xff\xfe")
    with pytest.raises(BadSettings, match=r"tieline\.toml:4: clients a: key: key: it is no text in UTF-8\.$"):
        loaded(place, A)


def test_a_key_that_is_not_shaped_like_one_is_refused_and_not_repeated(place: Path) -> None:
    (place / "key").write_text("s3cret-words")
    with pytest.raises(BadSettings, match=r"tieline\.toml:4: clients a: key: .*looks like tlk_") as refused:
        loaded(place, A)
    assert "s3cret" not in str(refused.value)


@pytest.mark.parametrize("url", AWAY)
def test_counters_are_where_something_can_listen(
    place: Path, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(BadSettings, match=r"tieline\.toml:2: redis \(TIELINE_REDIS_URL\): write"):
        loaded(place, f'redis = "{url}"')
    monkeypatch.setenv("TIELINE_REDIS_URL", url)
    with pytest.raises(BadSettings, match=r"^redis \(TIELINE_REDIS_URL\): write"):
        loaded(place, "")


@pytest.mark.parametrize(
    "url", ["redis://", "redis:///1", "rediss://me:word@host:6380/0", "redis://[::1]:1/0", "redis+unix:///a"]
)
def test_counters_may_be_on_this_machine_or_another(url: str) -> None:
    assert counters(url) == url


@pytest.mark.parametrize("address", ["127.0.0.1:99999", "127.0.0.1:65536", "999.0.0.1:80", "[::1::]:80"])
def test_metrics_are_had_where_we_can_listen(place: Path, address: str) -> None:
    with pytest.raises(BadSettings, match=r"tieline\.toml:4: telemetry: metrics: "):
        loaded(place, f'[telemetry]\nsample = 0.5\nmetrics = "{address}"')


@pytest.mark.parametrize("address", ["127.0.0.1:65535", "[::1]:9464"])
def test_metrics_may_be_at_any_port_there_is(place: Path, address: str) -> None:
    assert loaded(place, f'telemetry.metrics = "{address}"').telemetry.metrics == address


@pytest.mark.parametrize("url", NOWHERE)
def test_a_platform_is_where_something_can_listen(place: Path, url: str) -> None:
    with pytest.raises(BadSettings, match=r"tieline\.toml:6: connection desk: config: base_url: write"):
        loaded(place, ZENDESK.replace("https://a.zendesk.com", url))


@pytest.mark.parametrize("command", [("clients", "list"), ("runs", "list"), ("events", "list")])
def test_a_database_we_do_not_know_is_told_of_in_one_line(place: Path, command: tuple[str, ...]) -> None:
    loaded(place, 'database = "mysql://localhost/tieline"')
    told = CliRunner().invoke(main, [*command, "--config", str(place / "tieline.toml")])
    assert (told.exit_code, told.output.count("\n")) == (1, 1)
    assert told.output.startswith("Error: ")
    assert "postgresql://" in told.output
