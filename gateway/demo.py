"""How do I run it all without any account?

This process runs the four practice platforms and looks after the gateway, which runs in one of its own. Both
have much to import: the gateway's process is started first, and the rest is imported here meanwhile.
"""

import asyncio
import gc
import importlib
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import click

from gateway.lifeline import BEGIN, READY, told_to_end
from gateway.listening import AddressTaken, check_address
from gateway.ports import FIRST_PORT, ports_from
from process_apis.records import BadStoreAddress, StoreUnavailable

HOST = "127.0.0.1"

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
@click.option("--redis", default=None, help="A Redis URL to count limits in; without it they are in memory.")
@click.option(
    "--practice-port",
    type=click.IntRange(0, 65532),
    default=FIRST_PORT,
    show_default=True,
    help="The first of the practice platforms' four ports; 0 takes free ones.",
)
def demo(port: int, data: Path, database: str | None, redis: str | None, practice_port: int) -> None:
    """Run the gateway and four practice platforms, no account needed, until Ctrl-C."""
    ports = ports_from(practice_port)
    _check(port, ports)
    try:
        data.mkdir(parents=True, exist_ok=True)
        # Whoever waits for this file must not find that of the last time.
        (data / "demo.json").unlink(missing_ok=True)
        asyncio.run(_run(port, data, database, redis, ports))
        gc.freeze()  # a whole company need not be looked through once more before we end
    except BadStoreAddress as error:
        raise click.ClickException(f"--database: {error}") from None
    except StoreUnavailable as error:
        raise click.ClickException(f"The database does not answer: {error}") from None
    except OSError as error:
        raise click.ClickException(f"{error.filename or data}: {error.strerror}") from None


def _check(port: int, practice: dict[str, int]) -> None:
    """Say in one line what to do about a port that cannot be had, before anything is started."""
    if port in practice.values():
        raise click.ClickException(f"Port {port} is wanted twice. Choose another with --port.")
    wanted = {port: "--port"} | dict.fromkeys(filter(None, practice.values()), "--practice-port")
    for one, option in wanted.items():
        try:
            check_address(HOST, one)
        except AddressTaken as taken:
            raise click.ClickException(
                f"{taken} End what uses it, or choose another with {option}."
            ) from None


async def _run(port: int, data: Path, database: str | None, redis: str | None, ports: dict[str, int]) -> None:
    began = time.monotonic()
    click.echo(f"Tieline demo in {data}")
    async with _gateway(data) as gateway:
        stage = await asyncio.to_thread(importlib.import_module, "gateway.stage")
        async with stage.set_up(port, data, database, redis, ports) as scene:
            click.echo(f"  practice platforms: {scene.customers} customers in four systems")
            await gateway.begin()
            invitation = await asyncio.to_thread(scene.opened)
            click.echo(f"Ready after {time.monotonic() - began:.1f} s.\n")
            click.echo(invitation)
            await gateway.until_over()
            await gateway.end()


class _Gateway:
    """The gateway's own process."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._hearing: asyncio.Task[None] | None = None

    async def begin(self) -> None:
        """Let it begin, and wait until it says that it is ready."""
        try:
            async with asyncio.timeout(PATIENCE):
                await self._begin()
        except TimeoutError:
            raise click.ClickException(
                f"The gateway was not ready within {PATIENCE:.0f} s; see above."
            ) from None

    async def _begin(self) -> None:
        if self._process.stdin is None or self._process.stdout is None:
            raise RuntimeError("the gateway was started without pipes")
        self._process.stdin.write(BEGIN)
        async for line in self._process.stdout:
            if line.startswith(READY.encode()):
                self._hearing = asyncio.create_task(self._hear(self._process.stdout))
                return
            click.echo(f"  {line.decode().rstrip()}")
        raise click.ClickException("The gateway ended before it was ready; see above.")

    async def _hear(self, said: asyncio.StreamReader) -> None:
        """Tell what it says later, too: who writes to a pipe that nobody reads stands still one day."""
        async for line in said:
            click.echo(line.decode().rstrip())

    async def until_over(self) -> None:
        """Until Ctrl-C, or until the gateway ends by itself, which is an error."""
        told = asyncio.create_task(told_to_end(with_parent=False).wait())
        ended = asyncio.create_task(self._process.wait())
        await asyncio.wait((told, ended), return_when=asyncio.FIRST_COMPLETED)
        if ended.done():
            raise click.ClickException(
                f"The gateway ended by itself (exit {self._process.returncode}); see above."
            )
        click.echo("\nEnding.")

    async def end(self) -> None:
        """End it, if it still runs."""
        if self._process.returncode is None:
            self._process.terminate()
        await self._process.wait()
        if self._hearing:
            await self._hearing  # its last words


@asynccontextmanager
async def _gateway(data: Path) -> AsyncIterator[_Gateway]:
    """The gateway's process, waiting to begin; it ends with this block, or with this process."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "gateway", "serve", "--config", str(data / "tieline.toml"), "--with-parent"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        start_new_session=True,
    )
    gateway = _Gateway(process)
    try:
        yield gateway
    finally:
        await gateway.end()
