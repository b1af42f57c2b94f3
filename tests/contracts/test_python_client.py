"""Can a partner generate a client in Python from our documents, and use it?"""

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import pytest
from openapi_python_client import generate
from openapi_python_client.config import Config, ConfigFile, MetaType

from gateway.contracts import DOCUMENTS
from gateway.published import PUBLISHED
from tests.journeys.conftest import Demo

EXPERIENCES = ("portal.v1", "portal.v2", "agent.v1", "partners.v1", "operations.v1")


def package_of(document: str) -> str:
    return f"{document.replace('.', '_').replace('-', '_')}_client"


def generated(document: str, folder: Path) -> list[str]:
    """Make the client of one document, and what the generator complained of."""
    config = Config.from_sources(
        ConfigFile(post_hooks=[]),
        MetaType.NONE,
        document_source=DOCUMENTS / f"{document}.json",
        file_encoding="utf-8",
        overwrite=True,
        output_path=folder / package_of(document),
    )
    return [f"{error.header} {error.detail or ''}" for error in generate(config=config)]


@pytest.fixture(scope="module")
def clients(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder on the import path with a client for each experience."""
    folder = tmp_path_factory.mktemp("clients")
    for document in EXPERIENCES:
        assert generated(document, folder) == []
    sys.path.insert(0, str(folder))
    yield folder
    sys.path.remove(str(folder))
    for name in [name for name in sys.modules if name.split(".")[0] in map(package_of, EXPERIENCES)]:
        del sys.modules[name]


@pytest.mark.parametrize(
    "api", [api for api in PUBLISHED if api.document not in EXPERIENCES], ids=lambda api: api.document
)
def test_a_client_of_an_internal_api_can_be_generated_without_a_complaint(api: Any, tmp_path: Path) -> None:
    assert generated(api.document, tmp_path) == []


class Call(NamedTuple):
    """One operation, who asks it, what is sent, and the class of the answer."""

    document: str
    module: str
    person: str
    arguments: dict[str, Any]
    answer: str


CALLS = [
    Call("portal.v1", "customer_portal.show_account", "portal_parent", {}, "AccountView"),
    Call("portal.v2", "customer_portal.show_account", "portal_parent", {}, "AccountView"),
    Call("portal.v2", "customer_portal.list_invoices", "portal_parent", {"limit": 2}, "PageInvoiceView"),
    Call("agent.v1", "agent_console.show_account_360", "agent", {"account_id": "{account}"}, "PictureView"),
    Call("partners.v1", "partners.list_accounts", "partner", {}, "PageAccountBrief"),
    Call("operations.v1", "operations.list_connections", "operator", {}, "PageConnectionView"),
]


def operation(call: Call) -> ModuleType:
    return importlib.import_module(f"{package_of(call.document)}.api.{call.module}")


def client_of(call: Call, house: Demo, person: str) -> Any:
    """The generated client, with the person's token or key."""
    known = house.known["people"][person]
    proof = (
        {"token": known["api_key"], "prefix": "", "auth_header_name": "X-API-Key"}
        if "api_key" in known
        else {"token": known["token"]}
    )
    make = importlib.import_module(package_of(call.document)).AuthenticatedClient
    return make(base_url=house.known["base_url"], httpx_args={"trust_env": False}, **proof)


def filled(call: Call, house: Demo) -> dict[str, Any]:
    account = house.account("portal_parent")
    return {name: account if value == "{account}" else value for name, value in call.arguments.items()}


@pytest.mark.usefixtures("clients")
@pytest.mark.parametrize("call", CALLS, ids=lambda call: f"{call.document} {call.module}")
def test_a_generated_client_gives_a_typed_answer(call: Call, open_house: Demo) -> None:
    with client_of(call, open_house, call.person) as client:
        answer = operation(call).sync_detailed(client=client, **filled(call, open_house))
    models = importlib.import_module(f"{package_of(call.document)}.models")
    assert answer.status_code == 200, answer.content
    assert isinstance(answer.parsed, getattr(models, call.answer))


@pytest.mark.usefixtures("clients")
@pytest.mark.parametrize("call", CALLS, ids=lambda call: f"{call.document} {call.module}")
def test_a_generated_client_gives_a_typed_problem(call: Call, open_house: Demo) -> None:
    """Somebody with the scopes of another API."""
    stranger = "portal_small" if call.person != "portal_parent" else "agent"
    with client_of(call, open_house, stranger) as client:
        answer = operation(call).sync_detailed(client=client, **filled(call, open_house))
    models = importlib.import_module(f"{package_of(call.document)}.models")
    assert isinstance(answer.parsed, models.Problem), answer.content
    assert (answer.parsed.status, answer.parsed.code) == (403, "insufficient_scope")


@pytest.mark.usefixtures("clients")
def test_what_a_generated_client_reads_is_typed_to_the_leaves(open_house: Demo) -> None:
    call = Call("portal.v2", "customer_portal.list_invoices", "portal_parent", {"limit": 1}, "")
    with client_of(call, open_house, call.person) as client:
        page = operation(call).sync(client=client, limit=1)
    (invoice,) = page.data
    models = importlib.import_module(f"{package_of(call.document)}.models")
    assert isinstance(invoice.status, models.InvoiceStatus)
    assert isinstance(invoice.total, models.Money)
    assert isinstance(invoice.total.minor, int)
    assert invoice.created_at.tzinfo is not None


@pytest.mark.usefixtures("clients")
def test_a_generated_client_follows_a_list_to_its_end(open_house: Demo) -> None:
    call = Call("partners.v1", "partners.list_accounts", "partner", {}, "")
    seen: list[str] = []
    cursor: dict[str, str] = {}
    with client_of(call, open_house, call.person) as client:
        while True:
            page = operation(call).sync(client=client, limit=1, **cursor)
            seen += [one.account for one in page.data]
            if not page.has_more:
                break
            cursor = {"cursor": page.next_cursor}
    assert sorted(seen) == sorted(open_house.known["people"]["partner"]["accounts"])
