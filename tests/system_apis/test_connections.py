"""Is the right connection found, and a wrong setting told?"""

from typing import Any, cast

import msgspec
import pytest

from canonical.identity import Kind
from system_apis.catalog import PLATFORMS
from system_apis.connections import BadConnection, ConnectionSettings, NoConnection, open_connections
from system_apis.health import State
from tests.system_apis.elsewhere import NOW

CRM = {"base_url": "http://127.0.0.1:9", "client_id": "me", "client_secret": "s3cret"}
BILLING = {"base_url": "http://127.0.0.1:9", "api_key": "s3cret"}


def billing(name: str, *entities: str) -> ConnectionSettings:
    return ConnectionSettings(name=name, platform="stripe", legal_entities=entities, config=BILLING)


def crm(config: dict[str, Any] | None = None, platform: str = "salesforce") -> ConnectionSettings:
    return ConnectionSettings(name="crm", platform=platform, config=CRM if config is None else config)


async def test_several_of_a_kind_are_chosen_by_legal_entity() -> None:
    settings = [billing("us", "US", "CA"), billing("rest"), billing("jp", "JP"), crm()]
    async with open_connections(settings, lambda: NOW) as connections:
        found = [connections.of(Kind.BILLING, code).name for code in ("CA", "JP", "DE", None)]
        assert found == ["us", "jp", "rest", "rest"]
        assert [one.name for one in connections.all(Kind.BILLING)] == ["us", "rest", "jp"]
        assert connections.billing() is connections.by_name("rest").port
        assert connections.billing("jp") is connections.by_name("jp").port
        assert connections.crm() is connections.by_name("crm").port


async def test_what_is_not_there_is_said_by_name() -> None:
    async with open_connections([billing("us", "US"), crm()], lambda: NOW) as connections:
        with pytest.raises(NoConnection, match="'nowhere'"):
            connections.by_name("nowhere")
        with pytest.raises(NoConnection, match="DE"):
            connections.of(Kind.BILLING, "DE")
        with pytest.raises(NoConnection):
            connections.support()
        with pytest.raises(NoConnection):
            connections.crm("us")


async def test_a_new_connection_is_in_good_health_and_carries_what_it_is() -> None:
    async with open_connections([crm()], lambda: NOW) as connections:
        connection = connections.by_name("crm")
        assert (connection.kind, connection.platform) == (Kind.CRM, "salesforce")
        assert connection.health().state is State.OK


WRONG = [
    ([crm(platform="abacus")], "unknown platform 'abacus'"),
    ([crm({**CRM, "colour": "red"})], "colour"),
    ([crm({"base_url": "http://x"})], "client_id"),
    ([crm({**CRM, "client_secret": 5})], "client_secret"),
    ([billing("one"), billing("one")], "two connections"),
]


@pytest.mark.parametrize(("settings", "reason"), WRONG)
async def test_settings_that_cannot_be_used_are_told_without_their_secrets(
    settings: list[ConnectionSettings], reason: str
) -> None:
    with pytest.raises(BadConnection, match=reason) as caught:
        async with open_connections(settings, lambda: NOW):
            pytest.fail("they were used")
    assert "s3cret" not in str(caught.value)


def test_settings_do_not_print_their_secrets() -> None:
    assert "s3cret" not in repr(crm())


@pytest.mark.parametrize("platform", PLATFORMS)
def test_every_platform_names_its_secrets(platform: str) -> None:
    config = PLATFORMS[platform].config
    assert config.secrets
    assert config.secrets <= {field.name for field in msgspec.structs.fields(cast("Any", config))}


@pytest.mark.parametrize(("platform", "config"), [("salesforce", CRM), ("stripe", BILLING), ("zendesk", CRM)])
def test_the_settings_of_a_platform_do_not_print_its_secrets(platform: str, config: dict[str, Any]) -> None:
    assert "s3cret" not in repr(msgspec.convert(config, PLATFORMS[platform].config))
