"""Does NetSuite get the proof it asks for, and none that it refuses?"""

import jwt
import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from system_apis import netsuite
from system_apis.connections import BadConnection, ConnectionSettings, open_connections
from system_apis.netsuite.auth import Assertion, private_key
from tests.system_apis.netsuite.books import KEY, PEM, now, settings

URL = "https://1234567.suitetalk.api.netsuite.com/services/rest/auth/oauth2/v1/token"


def pem(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> str:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def an_assertion() -> Assertion:
    return Assertion(url=URL, client_id="client", certificate_id="cert", key=KEY, clock=lambda: 1_000_000.9)


def test_the_assertion_is_signed_ps256_by_the_named_certificate() -> None:
    signed = an_assertion().form()["client_assertion"]
    assert jwt.get_unverified_header(signed) == {"typ": "JWT", "alg": "PS256", "kid": "cert"}
    claims = jwt.decode(
        signed, KEY.public_key(), algorithms=["PS256"], audience=URL, options={"verify_exp": False}
    )
    assert (claims["iss"], claims["scope"], claims["iat"]) == ("client", "rest_webservices", 1_000_000)
    assert 0 < claims["exp"] - claims["iat"] <= 3600


def test_no_two_assertions_are_alike() -> None:
    assertion = an_assertion()
    assert assertion.form()["client_assertion"] != assertion.form()["client_assertion"]


@pytest.mark.parametrize(
    "unfit",
    [
        "not a key",
        "",
        pem(ec.generate_private_key(ec.SECP256R1())),
        pem(rsa.generate_private_key(public_exponent=65537, key_size=2048)),
    ],
    ids=["text", "nothing", "elliptic curve", "too short"],
)
def test_a_key_that_netsuite_would_refuse_is_refused_before_anything_is_asked(unfit: str) -> None:
    with pytest.raises(ValueError, match="private_key"):
        private_key(unfit)


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"private_key": "secret words"}, "private_key"),
        ({"time_zone": "Mars/Olympus"}, "time_zone"),
        ({"time_zone": "../etc/passwd"}, "time_zone"),
        ({"concurrency": 0}, "concurrency"),
        ({"deadline": 0}, "deadline"),
        ({"token": "x"}, "token"),
    ],
)
async def test_a_connection_that_is_set_up_wrongly_says_what_is_wrong_and_no_secret(
    changed: dict[str, object], named: str
) -> None:
    config = {**settings("http://127.0.0.1:1"), **changed}
    with pytest.raises(BadConnection, match=named) as refused:
        async with open_connections([ConnectionSettings(name="b", platform="netsuite", config=config)], now):
            pass
    assert "secret words" not in str(refused.value)


def test_the_settings_do_not_show_the_key() -> None:
    config = msgspec.convert(settings("http://127.0.0.1:1"), netsuite.Config)
    assert config.private_key == PEM
    assert "PRIVATE" not in repr(config)
    assert netsuite.Config.secrets == {"private_key", "webhook_secret", "webhook_secret_before"}
