"""How is the database brought to today's schema?"""

from pathlib import Path

import click

from gateway.settings import BadSettings, load
from process_apis.records import BadStoreAddress, StoreUnavailable
from process_apis.records import migrate as bring_up


@click.command(epilog="Example: tieline migrate --config tieline.toml")
@click.option(
    "--config",
    type=click.Path(path_type=Path, dir_okay=False),
    default=None,
    help="The settings; default: TIELINE_CONFIG, else tieline.toml.",
)
@click.option("--database", default=None, help="Another database than the settings name.")
def migrate(config: Path | None, database: str | None) -> None:
    """Bring the database to today's schema; what is there is kept."""
    try:
        bring_up(database or load(config).database)
    except (BadSettings, BadStoreAddress, StoreUnavailable) as error:
        raise click.ClickException(str(error)) from None
    click.echo("The database has today's schema.")
