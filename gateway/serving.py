"""How are the APIs served?"""

import asyncio
import os
import signal
import sys
from pathlib import Path
from typing import Final

import click
from granian.constants import Interfaces
from granian.http import HTTP1Settings
from granian.server.embed import Server

from gateway.assembly import Standing, standing
from gateway.settings import BadSettings, Settings, load
from process_apis.records import SchemaOutdated, StoreUnavailable
from system_apis.connections import BadConnection

READY: Final = "Ready"
BACKLOG: Final = 1024
LARGEST_HEAD: Final = 4 * 1024 * 1024
"""Bytes the server reads of a request's head, so that it is the edge that refuses one that is too large."""


@click.command(epilog="Example: tieline serve --config tieline.toml")
@click.option(
    "--config",
    type=click.Path(path_type=Path, dir_okay=False),
    default=None,
    help="The settings; default: TIELINE_CONFIG, else tieline.toml.",
)
@click.option("--with-parent", is_flag=True, help="End when standard input is closed.")
def serve(config: Path | None, with_parent: bool) -> None:
    """Serve the APIs as the settings say, until Ctrl-C."""
    try:
        asyncio.run(_serve(load(config), with_parent))
    except (BadSettings, BadConnection, SchemaOutdated, StoreUnavailable) as error:
        raise click.ClickException(str(error)) from None


async def _serve(settings: Settings, with_parent: bool) -> None:
    told = _told(with_parent)
    async with standing(settings, _say) as house:
        server = Server(
            house.app,
            address=settings.host,
            port=settings.port,
            interface=Interfaces.ASGI,
            backlog=BACKLOG,
            http1_settings=HTTP1Settings(max_buffer_size=LARGEST_HEAD),
            websockets=False,
            log_enabled=False,
        )
        serving = asyncio.create_task(server.serve())
        announcing = asyncio.create_task(_announce(settings, house))
        await asyncio.wait((serving, asyncio.create_task(told.wait())), return_when=asyncio.FIRST_COMPLETED)
        announcing.cancel()
        server.stop()  # type: ignore[no-untyped-call]
        await serving


async def _announce(settings: Settings, house: Standing) -> None:
    await house.keeping.complete.wait()
    _say(f"{READY} on {settings.base_url}")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _told(with_parent: bool) -> asyncio.Event:
    """Set by Ctrl-C, a request to end, or the end of whoever started us."""
    told, loop = asyncio.Event(), asyncio.get_running_loop()

    def read() -> None:
        if not os.read(sys.stdin.fileno(), 1):
            loop.remove_reader(sys.stdin.fileno())
            told.set()

    for asked in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(asked, told.set)
    if with_parent:
        loop.add_reader(sys.stdin.fileno(), read)
    return told
