"""Which commands are there?"""

import importlib
from typing import Final

import click

# name -> (where it lives, what it does); a command's imports cost only those who call it
COMMANDS: Final[dict[str, tuple[str, str]]] = {
    "demo": ("gateway.demo", "Run everything with practice platforms, no account needed."),
    "serve": ("gateway.serving", "Serve the APIs as tieline.toml says."),
    "sandbox": ("gateway.practice", "Run the four practice platforms alone."),
    "token": ("gateway.people", "Print a token of one of the demo's people."),
    "clients": ("gateway.client_commands", "Create, list, rotate and revoke API clients."),
    "connections": ("gateway.connection_commands", "Say what connections lack."),
    "runs": ("gateway.run_commands", "Find runs of durable processes, let them go on, or give them up."),
    "events": ("gateway.event_commands", "See what happened, and mend what was not delivered."),
    "migrate": ("gateway.migrating", "Bring the database to today's schema."),
    "contracts": ("gateway.contracting", "Check or write the OpenAPI documents."),
    "routes": ("gateway.contracting", "List every route with its scopes."),
}


class _Commands(click.Group):
    """Commands that are imported when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = getattr(importlib.import_module(COMMANDS[cmd_name][0]), cmd_name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, told) for name, (_, told) in COMMANDS.items()])


@click.command(cls=_Commands, epilog="Example: tieline demo --port 8080")
@click.version_option(package_name="tieline")
def main() -> None:
    """Tieline: one governed layer over CRM, billing, support and ERP."""


if __name__ == "__main__":
    main()
