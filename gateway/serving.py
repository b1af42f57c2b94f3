"""How are the APIs served?"""

import asyncio
import importlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import click
import msgspec
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.server.embed import Server

from gateway import logs
from gateway.assembly import Standing, standing
from gateway.lifeline import READY, told_to_end, wait_to_begin
from gateway.listening import AddressTaken, check_address, parted
from gateway.settings import BadSettings, Settings, counters, load
from process_apis import durable
from process_apis.records import BadStoreAddress, SchemaOutdated, StoreUnavailable
from system_apis.connections import BadConnection

BACKLOG: Final = 1024
_MISTAKES: Final = (
    AddressTaken,
    BadConnection,
    BadSettings,
    BadStoreAddress,
    SchemaOutdated,
    StoreUnavailable,
)
"""What whoever starts us can put right; the text says how."""
LARGEST_HEAD: Final = 4 * 1024 * 1024
"""Bytes the server reads of a request's head, so that it is the edge that refuses one that is too large."""
HEAD_SECONDS: Final = 20.0
"""How long a request's head may take to arrive; the edge bounds the time of a body.

The server gives an idle connection no more than this either: usual clients let go of one before.
"""


@click.command(epilog="Example: tieline serve --config tieline.toml")
@click.option(
    "--config",
    type=click.Path(path_type=Path, dir_okay=False),
    default=None,
    help="The settings; default: TIELINE_CONFIG, else tieline.toml.",
)
@click.option(
    "--with-parent", is_flag=True, help="Begin when standard input gives a line, end when it is closed."
)
@click.option(
    "--redis", default=None, help="Where to count together; default: TIELINE_REDIS_URL, else the settings."
)
def serve(config: Path | None, with_parent: bool, redis: str | None) -> None:
    """Serve the APIs as the settings say, until Ctrl-C."""
    if with_parent:
        durable.prepare()  # while whoever started us prepares, too
        if not wait_to_begin():
            return
    logs.write_to()
    try:
        settings = load(config)
        logs.write_to(level=settings.telemetry.log)
        check_address(settings.host, settings.port)
        if settings.telemetry.metrics:
            check_address(*parted(settings.telemetry.metrics))
        if redis:
            settings = msgspec.structs.replace(settings, redis=counters(redis))
        with asyncio.Runner(loop_factory=_loop()) as runner:
            runner.run(_serve(settings, with_parent))
    except _MISTAKES as error:
        raise click.ClickException(str(error)) from None


def _loop() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """The loop that costs a tenth less of each call (docs/performance.md), where there is one."""
    try:
        return importlib.import_module("uvloop").new_event_loop  # type: ignore[no-any-return]
    except ModuleNotFoundError:  # on Windows
        return None


async def _serve(settings: Settings, with_parent: bool) -> None:
    logs.hear(asyncio.get_running_loop())
    told = told_to_end(with_parent)
    async with standing(settings, _say) as house:
        server = Server(
            house.app,
            address=settings.host,
            port=settings.port,
            interface=Interfaces.ASGI,
            http=HTTPModes.http1,  # without TLS nobody speaks HTTP/2 but by knowing, and limits are for one
            backlog=BACKLOG,
            http1_settings=HTTP1Settings(
                max_buffer_size=LARGEST_HEAD, header_read_timeout=int(HEAD_SECONDS * 1000)
            ),
            websockets=False,
            log_enabled=False,
        )
        servers = [server, *_metrics_server(settings, house)]
        serving = [asyncio.create_task(one.serve()) for one in servers]
        announcing = asyncio.create_task(_announce(settings, house))
        over = (*serving, asyncio.create_task(told.wait()), house.meanwhile)
        await asyncio.wait(over, return_when=asyncio.FIRST_COMPLETED)
        announcing.cancel()
        for one in servers:
            one.stop()  # type: ignore[no-untyped-call]
        await asyncio.gather(*serving)


def _metrics_server(settings: Settings, house: Standing) -> Iterator[Server]:
    """The listener for Prometheus: one of its own, so that metrics are never where strangers come."""
    if settings.telemetry.metrics and house.metrics:
        host, port = parted(settings.telemetry.metrics)
        _say(f"metrics at http://{settings.telemetry.metrics}/metrics")
        yield Server(
            house.metrics,
            address=host,
            port=port,
            interface=Interfaces.ASGINL,
            http=HTTPModes.http1,
            websockets=False,
            log_enabled=False,
        )


async def _announce(settings: Settings, house: Standing) -> None:
    await house.keeping.complete.wait()
    _say(f"{READY} on {settings.base_url}")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
