"""How do I run it all without any account?

This process runs the four practice platforms and looks after the gateway, which runs in one of its own.
"""

import asyncio
import secrets
import socket
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import click
import msgspec

from gateway.files import written
from gateway.people import Person, cast, issuer, minted
from gateway.practice import FIRST_PORT, ports_from, practising, skus_of, until_told
from gateway.scene import settings_text
from gateway.serving import READY
from gateway.telling import invitation
from process_apis.records import migrate

PATIENCE = 60.0
"""Seconds the gateway may take to know every account before we give up and say so."""


@click.command(
    epilog='Example: tieline demo --port 8080 --data .demo --database "postgresql://localhost/tieline"'
)
@click.option(
    "--port", type=click.IntRange(1, 65535), default=8080, show_default=True, help="The gateway's port."
)
@click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path(".demo"),
    show_default=True,
    help="Where everything is kept; the same folder gives the same ids, keys and tokens.",
)
@click.option("--database", default=None, help="A Postgres URL; without it a SQLite file in the folder.")
@click.option(
    "--practice-port",
    type=click.IntRange(0, 65532),
    default=FIRST_PORT,
    show_default=True,
    help="The first of the practice platforms' four ports; 0 takes free ones.",
)
def demo(port: int, data: Path, database: str | None, practice_port: int) -> None:
    """Run the gateway and four practice platforms, no account needed, until Ctrl-C."""
    data.mkdir(parents=True, exist_ok=True)
    ports = ports_from(practice_port)
    _free(port, "--port")
    for wanted in filter(None, ports.values()):
        _free(wanted, "--practice-port")
    asyncio.run(_run(port, data, database, ports))


def _free(port: int, option: str) -> None:
    """Say in one line what to do about a port that is taken, before anything is started."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            raise click.ClickException(
                f"Port {port} is in use. End what uses it, or choose another with {option}."
            ) from None


async def _run(port: int, data: Path, database: str | None, ports: dict[str, int]) -> None:
    began = time.monotonic()
    click.echo(f"Tieline demo in {data}")
    async with practising(data / "practice", ports) as (practice, reach):
        click.echo(f"  practice platforms: {len(practice.world.accounts)} customers in four systems")
        people = cast(practice)
        keys = await asyncio.to_thread(_prepare, port, data, database, people, reach, skus_of(practice))
        async with _gateway(data) as gateway:
            known = _known(port, data, people, keys, reach)
            await asyncio.to_thread(
                written, data / "demo.json", msgspec.json.format(msgspec.json.encode(known))
            )
            click.echo(f"Ready after {time.monotonic() - began:.1f} s.\n")
            click.echo(invitation(data, known))
            await _until_over(gateway)


def _prepare(
    port: int,
    data: Path,
    database: str | None,
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
    written(data / "tieline.toml", settings_text(port, database, people, reach, skus).encode())
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


@asynccontextmanager
async def _gateway(data: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    """The gateway's own process, once it is ready; it ends with this block or with this process."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "gateway",
        "serve",
        "--config",
        str(data / "tieline.toml"),
        "--with-parent",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        start_new_session=True,
    )
    said = process.stdout or asyncio.StreamReader()
    try:
        async with asyncio.timeout(PATIENCE):
            await _ready(said)
        yield process
    except TimeoutError:
        raise click.ClickException(f"The gateway was not ready within {PATIENCE:.0f} s; see above.") from None
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


async def _ready(said: asyncio.StreamReader) -> None:
    async for line in said:
        if line.startswith(READY.encode()):
            return
        click.echo(f"  {line.decode().rstrip()}")
    raise click.ClickException("The gateway ended before it was ready; see above.")


async def _until_over(gateway: asyncio.subprocess.Process) -> None:
    """Until Ctrl-C, or until the gateway ends by itself, which is an error."""
    told = asyncio.create_task(until_told())
    ended = asyncio.create_task(gateway.wait())
    await asyncio.wait((told, ended), return_when=asyncio.FIRST_COMPLETED)
    if ended.done():
        raise click.ClickException(f"The gateway ended by itself (exit {gateway.returncode}); see above.")
    click.echo("\nEnding.")
