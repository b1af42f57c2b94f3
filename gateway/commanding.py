"""How does a command get at what the house remembers?"""

import asyncio
import getpass
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import click

from gateway.settings import BadSettings, Settings, load
from process_apis import cursors, records
from process_apis.errors import ProcessError
from process_apis.records import BadStoreAddress, SchemaOutdated, StoreUnavailable

T = TypeVar("T")

CONFIG = click.option(
    "--config",
    type=click.Path(path_type=Path, dir_okay=False),
    default=None,
    help="The settings; default: TIELINE_CONFIG, else tieline.toml.",
)
REASON = click.option("--reason", required=True, help="Why; it is kept with who and when.")
LIMIT = click.option(
    "--limit", type=click.IntRange(1, 1000), default=50, show_default=True, help="At most so many lines."
)


def settings_of(config: Path | None) -> Settings:
    """The settings, or their first mistake as the command's own."""
    try:
        return load(config)
    except BadSettings as error:
        raise click.ClickException(str(error)) from None


def remembered(settings: Settings, ask: Callable[[], Awaitable[T]]) -> T:
    """What our own database says, or does; what it refuses is the command's own mistake."""

    async def asked() -> T:
        async with records.open_store(settings.database) as store:
            records.use(store)
            cursors.seal_with(settings.cursor_secret.encode())
            return await ask()

    try:
        return asyncio.run(asked())
    except (ProcessError, BadStoreAddress, SchemaOutdated, StoreUnavailable) as error:
        raise click.ClickException(str(error)) from None
    finally:
        records.use(None)


def actor() -> str:
    """Who gives a command, for the audit: the user of this machine."""
    return f"cli:{getpass.getuser()}"
