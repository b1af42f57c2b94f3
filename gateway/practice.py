"""How are the practice platforms started, and with what does one reach them?"""

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from sandbox import platforms
from sandbox.kit.opening import opened
from sandbox.kit.practice import Practice
from sandbox.personas import people

__all__ = ["PORTS", "Practice", "opened", "people", "practising", "skus_of", "until_told"]

PORTS = {"salesforce": 18101, "stripe": 18102, "zendesk": 18103, "netsuite": 18104}


@asynccontextmanager
async def practising(
    data: Path, ports: dict[str, int] | None = None
) -> AsyncIterator[tuple[Practice, dict[str, Any]]]:
    """The practice company in this folder and, per platform, how to reach it. OSError: a port is in use."""
    practice = opened(data)
    async with platforms.running(practice, PORTS if ports is None else ports) as urls:
        keys = asdict(practice.keys)
        yield (
            practice,
            {name: {"base_url": url, **keys[name], "sim_url": f"{url}/_sim"} for name, url in urls.items()},
        )


@click.command(epilog="Example: tieline sandbox --data .demo/practice")
@click.option(
    "--data",
    type=click.Path(path_type=Path),
    default=Path(".demo/practice"),
    show_default=True,
    help="Where the world's seed, keys and clock are kept.",
)
def sandbox(data: Path) -> None:
    """Run the four practice platforms alone, until Ctrl-C."""
    data.mkdir(parents=True, exist_ok=True)
    asyncio.run(_run(data))


async def _run(data: Path) -> None:
    try:
        async with practising(data) as (_, reach):
            for name, one in reach.items():
                click.echo(f"{name:11} {one['base_url']}   control face: {one['sim_url']}")
            await until_told()
    except OSError as error:
        raise click.ClickException(f"{error.strerror}: one of the ports {sorted(PORTS.values())}.") from None


def skus_of(practice: Practice) -> dict[str, Any]:
    """What the practice company sells: per SKU its tier (add-ons have none) and features."""
    return {
        sku: {**({"tier": one.tier} if one.tier else {}), "features": list(one.features)}
        for sku, one in practice.world.products.items()
    }


async def until_told() -> None:
    """Wait for Ctrl-C or a request to end."""
    told = asyncio.Event()
    for asked in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(asked, told.set)
    await told.wait()
