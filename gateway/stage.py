"""What must stand before the gateway of the demo can begin, and what does its user get to know?"""

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec

from gateway.files import written
from gateway.listening import free_port
from gateway.people import Person, cast, issuer, minted
from gateway.ports import METRICS_PORT
from gateway.practice import practising, skus_of
from gateway.scene import settings_text
from gateway.telling import invitation
from process_apis.records import migrate


class Stage:
    """The practice company while it stands, with the settings of the gateway beside it."""

    def __init__(self, data: Path, customers: int, known: dict[str, Any]) -> None:
        self._data = data
        self._known = known
        self.customers = customers

    def opened(self) -> str:
        """Write `demo.json`; the lines that invite to try."""
        written(self._data / "demo.json", msgspec.json.format(msgspec.json.encode(self._known)))
        return invitation(self._data, self._known)


@asynccontextmanager
async def set_up(
    port: int, data: Path, database: str | None, redis: str | None, ports: dict[str, int]
) -> AsyncIterator[Stage]:
    """The practice platforms on their ports, and everything the gateway needs to begin.

    Raises OSError when a port is in use, StoreUnavailable for a database that does not answer.
    """
    async with practising(data / "practice", ports, f"http://127.0.0.1:{port}") as (practice, reach):
        people = cast(practice)
        keys = await asyncio.to_thread(
            _prepare, port, data, database, redis, people, reach, skus_of(practice)
        )
        known = await asyncio.to_thread(_known, port, data, people, keys, reach)
        yield Stage(data, len(practice.world.accounts), known)


def _prepare(
    port: int,
    data: Path,
    database: str | None,
    redis: str | None,
    people: dict[str, Person],
    reach: dict[str, Any],
    skus: dict[str, Any],
) -> dict[str, str]:
    """Write the gateway's settings and secrets; the API keys by person."""
    for name in ("cursor", *(f"{name}_key" for name, person in people.items() if person.key)):
        if not (place := data / "secrets" / name).exists():
            written(place, f"tlk_{secrets.token_hex(4)}_{secrets.token_urlsafe(32)}".encode())
    for platform, keys in reach.items():
        for name, value in keys.items():
            if name not in ("base_url", "sim_url"):
                written(data / "secrets" / f"{platform}_{name}", value.encode())
    issuer(data)
    text = settings_text(port, database, redis, people, reach, skus, free_port(METRICS_PORT))
    written(data / "tieline.toml", text.encode())
    if database:
        migrate(database)
    return {
        name: (data / "secrets" / f"{name}_key").read_text() for name, person in people.items() if person.key
    }


def _known(
    port: int, data: Path, people: dict[str, Person], keys: dict[str, str], reach: dict[str, Any]
) -> dict[str, Any]:
    """What `demo.json` says; beside it one file of headers per person, for `curl -H @file`."""
    own_issuer = issuer(data)
    told: dict[str, Any] = {}
    for name, person in people.items():
        proof = {"api_key": keys[name]} if person.key else {"token": minted(own_issuer, name, person)}
        whose = (
            {"accounts": person.accounts}
            if person.key
            else {"account": person.accounts[0]}
            if person.accounts
            else {}
        )
        told[name] = {**proof, **whose}
        header = f"X-API-Key: {keys[name]}" if person.key else f"Authorization: Bearer {proof['token']}"
        written(data / "as" / name, f"{header}\n".encode())
    return {"base_url": f"http://127.0.0.1:{port}", "people": told, "platforms": reach}
