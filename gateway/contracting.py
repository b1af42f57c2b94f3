"""Are the committed documents what the code serves, and which routes are there?"""

from typing import Final

import click

from gateway.contracts import check, write
from gateway.documents import routes_of
from gateway.operations import SCOPES
from gateway.published import PUBLISHED

PROVIDED: Final = ("connections",)
"""What the house gives to handlers beside the caller, and nobody sends."""


@click.command(epilog="Example: tieline contracts --write")
@click.option("--write", "writing", is_flag=True, help="Make the documents what the code serves.")
def contracts(writing: bool) -> None:
    """Compare openapi/ with the code; a difference is an error."""
    if writing:
        for file in write(PUBLISHED, dependencies=PROVIDED):
            click.echo(f"wrote {file.name}")
        return
    if differences := check(PUBLISHED, dependencies=PROVIDED):
        raise click.ClickException(
            "\n".join([*differences, "Look at the change, then: tieline contracts --write"])
        )
    click.echo(f"{len(PUBLISHED)} documents are what the code serves.")


@click.command(epilog="Example: tieline routes")
def routes() -> None:
    """List every route with the scopes it asks for."""
    for api in PUBLISHED:
        click.echo(f"{api.title} ({api.document}, {api.state})")
        for route in routes_of(api, PROVIDED):
            scopes = " ".join(route.handler.opt[SCOPES])
            click.echo(f"  {route.method.upper():6} {route.path:70} {scopes}")
