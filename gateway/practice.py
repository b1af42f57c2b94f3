"""How are the practice platforms started, and with what does one reach them?"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from gateway.lifeline import told_to_end
from gateway.ports import FIRST_PORT, ports_from
from sandbox import platforms
from sandbox.kit.opening import opened
from sandbox.kit.practice import Practice

__all__ = ["Practice", "opened", "practising", "skus_of"]

ADD_ON = "none"
"""The tier of what is sold beside a plan."""


@asynccontextmanager
async def practising(
    data: Path, ports: dict[str, int], gateway: str | None = None
) -> AsyncIterator[tuple[Practice, dict[str, Any]]]:
    """The practice company in this folder and, per platform, how to reach it. OSError: a port is in use.

    `gateway` is the base URL of the gateway that gets the platforms' messages.
    """
    practice = opened(data)
    practice.people()  # decided while the world is as it was made, which spares making it once more
    webhooks = _webhooks(gateway, practice) if gateway else {}
    async with platforms.running(practice, ports, webhooks=webhooks) as urls:
        keys = asdict(practice.keys)
        yield (
            practice,
            {name: {"base_url": url, **keys[name], "sim_url": f"{url}/_sim"} for name, url in urls.items()},
        )


def _webhooks(gateway: str, practice: Practice) -> dict[str, str]:
    """Where each platform posts; Salesforce signs nothing, so its address holds the secret."""
    urls = {platform.name: f"{gateway}/webhooks/{platform.name}" for platform in platforms.PLATFORMS}
    return {**urls, "salesforce": f"{urls['salesforce']}/{practice.keys.salesforce.webhook_secret}"}


@click.command(epilog="Example: tieline sandbox --data .demo/practice")
@click.option(
    "--data",
    type=click.Path(path_type=Path),
    default=Path(".demo/practice"),
    show_default=True,
    help="Where the world, its keys and its clock are kept.",
)
@click.option(
    "--practice-port",
    type=click.IntRange(0, 65532),
    default=FIRST_PORT,
    show_default=True,
    help="The first of four ports in a row; 0 takes free ones.",
)
def sandbox(data: Path, practice_port: int) -> None:
    """Run the four practice platforms alone, until Ctrl-C."""
    try:
        data.mkdir(parents=True, exist_ok=True)
        asyncio.run(_run(data, ports_from(practice_port)))
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        raise click.ClickException(f"{where}{error.strerror}") from None


async def _run(data: Path, ports: dict[str, int]) -> None:
    async with practising(data, ports) as (_, reach):
        for name, one in reach.items():
            click.echo(f"{name:11} {one['base_url']}   control face: {one['sim_url']}")
        await told_to_end(with_parent=False).wait()


def skus_of(practice: Practice) -> dict[str, Any]:
    """What the practice company sells: per SKU its tier (add-ons have none) and features."""
    return {
        sku: {**({"tier": one.tier} if one.tier != ADD_ON else {}), "features": list(one.features)}
        for sku, one in practice.world.products.items()
    }
