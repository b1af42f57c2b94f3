"""Does the house keep every document against whatever schemathesis thinks of?"""

import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from gateway.contracts import DOCUMENTS
from gateway.published import PUBLISHED
from tests.owasp.house import Front, another_door

CONFIG = Path(__file__).parent / "schemathesis.toml"
ROOT = Path(__file__).parents[2]

ASKED_BY = {
    "portal": ("portal_parent", "portal_small"),
    "agent": ("agent",),
    "partners": ("partner", "partner_2"),
    "operations": ("operator",),
    "process": ("internal",),
    "system": ("internal",),
}
"""Who tries a consumer's API; two are peers, who must not see each other's things."""

CONNECTIONS = {"crm": "salesforce", "billing": "stripe", "support": "zendesk", "erp": "netsuite"}

FEW = ("portal.v2", "partners.v1", "operations.v1")
"""Peers with tokens and with keys, and everything that changes something."""
SHORT = ("--phases", "examples,fuzzing", "--max-examples", "2")
LONG = ("--phases", "examples,coverage,fuzzing,stateful", "--max-examples", "10")
"""Every phase; as many guesses for each operation as keep all documents together below three minutes."""

Try = Callable[..., None]


@pytest.fixture(scope="module")
def there(front: Front) -> dict[str, str]:
    """A thing of each kind, all of the first of the portal's two."""
    account = front.ask("portal_parent", "/portal/v2/account").json()
    return {
        "account": front.account("portal_parent"),
        "order": account["parts"]["orders"]["data"][0]["id"],
        "invoice": front.ask("portal_parent", "/portal/v2/invoices").json()["data"][0]["id"],
        "case": front.ask("portal_parent", "/portal/v2/cases").json()["data"][0]["id"],
    }


@pytest.fixture(scope="module")
def throwaway(front: Front) -> Iterator[Front]:
    """A door for whoever may change things: its clients and runs are not those of the other tests."""
    with another_door(front.data, "throwaway") as url, httpx.Client(base_url=url, trust_env=False) as http:
        yield Front(front.data, {**front.known, "base_url": url}, http)


@pytest.fixture
def attack(front: Front, throwaway: Front, there: dict[str, str], tmp_path: Path) -> Try:
    """Lets schemathesis try a document; fails with all that it found wrong."""

    def tried(document: str, *options: str) -> None:
        door = throwaway if document.startswith("operations") else front
        file = tmp_path / "schemathesis.toml"
        file.write_bytes(msgspec.toml.encode(configured(door, document, there, tmp_path / "people.json")))
        tool = Path(sys.executable).with_name("schemathesis")
        asked = ["run", DOCUMENTS / f"{document}.json", "--url", door.known["base_url"], *options]
        done = subprocess.run(
            [tool, "--config-file", file, *asked],
            cwd=tmp_path,
            env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            pytest.fail(done.stdout + done.stderr, pytrace=False)

    return tried


def configured(door: Front, document: str, there: dict[str, str], people: Path) -> dict[str, Any]:
    """`schemathesis.toml` with who asks, written to the file `people`, and which things there are."""
    consumer, _, rest = document.partition(".")
    names = ASKED_BY[consumer]
    people.write_bytes(msgspec.json.encode({"auth": [_proven(door, name) for name in names]}))
    asking = {"path": str(people), "user": names[0], **({"peers": names} if len(names) > 1 else {})}
    things = {**there, "connection": CONNECTIONS.get(rest.partition(".")[0], "salesforce")}
    if consumer == "partners":
        things["account"] = door.people[names[0]]["accounts"][0]
    return {
        **tomllib.loads(CONFIG.read_text()),
        "auth": {"wfc": asking},
        "dictionaries": {kind: {"values": [one]} for kind, one in things.items()},
    }


def _proven(door: Front, name: str) -> dict[str, Any]:
    """An entry of a Web Fuzzing Commons file."""
    headers = [{"name": header, "value": value} for header, value in door.proof(name).items()]
    return {"name": name, "fixedHeaders": headers}


@pytest.mark.parametrize("document", FEW)
def test_a_few_guesses_find_nothing_wrong(attack: Try, document: str) -> None:
    attack(document, *SHORT)


@pytest.mark.long
@pytest.mark.parametrize("document", [api.document for api in PUBLISHED])
def test_many_guesses_find_nothing_wrong(attack: Try, document: str) -> None:
    attack(document, *LONG)
