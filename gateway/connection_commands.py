"""How do we find out what a connection lacks, before it is relied on?"""

import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from gateway.settings import BadSettings, load
from process_apis import clock
from system_apis.connections import BadConnection, ConnectionSettings, check
from system_apis.findings import Finding


@click.group(epilog="Example: tieline connections check --config .demo/tieline.toml")
def connections() -> None:
    """Look at the connections of the settings."""


@connections.command("check", epilog="Example: tieline connections check salesforce --config tieline.toml")
@click.argument("names", nargs=-1)
@click.option(
    "--config",
    type=click.Path(path_type=Path, dir_okay=False),
    default=None,
    help="The settings; default: TIELINE_CONFIG, else tieline.toml.",
)
def check_connections(names: tuple[str, ...], config: Path | None) -> None:
    """Say per connection (all, or those named) in plain words what is missing; nothing is changed.

    Looks at the host, its certificate, the clocks, the credential, what we may read, and the fields that must
    be there. Ends with 1 when something is missing.
    """
    try:
        wanted = _wanted(load(config).connections, names)
        found = asyncio.run(_looked_at(wanted))
    except (BadSettings, BadConnection) as error:
        raise click.ClickException(str(error)) from None
    for settings, findings in zip(wanted, found, strict=True):
        click.echo(_told(settings, findings))
    bad = [findings for findings in found if not all(one.good for one in findings)]
    click.echo(f"{len(found) - len(bad)} of {len(found)} connections lack nothing.")
    if bad:
        sys.exit(1)


def _wanted(settings: Sequence[ConnectionSettings], names: Sequence[str]) -> list[ConnectionSettings]:
    known = {one.name: one for one in settings}
    for name in names:
        if name not in known:
            raise click.ClickException(f"There is no connection {name}. There are: {', '.join(known)}.")
    return [known[name] for name in dict.fromkeys(names or known)]


async def _looked_at(settings: Sequence[ConnectionSettings]) -> list[list[Finding]]:
    return await asyncio.gather(*(check(one, clock.now) for one in settings))


def _told(settings: ConnectionSettings, findings: Sequence[Finding]) -> str:
    lines = [f"{settings.name} ({settings.platform})"]
    for one in findings:
        word = "ok" if one.good else "MISSING"
        lines.append(f"  {word:8} {one.subject}{': ' if one.said else ''}{one.said}")
    return "\n".join(lines)
