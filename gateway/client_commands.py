"""How are API clients kept from the command line?"""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import click

from canonical.caller import AccountScope
from gateway.commanding import CONFIG, remembered, settings_of
from gateway.settings import Settings
from process_apis import clients as kept
from process_apis.clients import OVERLAP, Client
from process_apis.links import is_account_id

_SCOPE: Final = re.compile(r"[a-z][a-z0-9-]*(:[a-z0-9-]+)+")
_HOURS: Final = OVERLAP // timedelta(hours=1)


@click.group(epilog="Example: tieline clients list --config .demo/tieline.toml")
def clients() -> None:
    """Create, list, rotate and revoke API clients."""


@clients.command(
    epilog="Example: tieline clients create Reseller --scope partner:read --account acc_0123456789abcdefghij"
)
@click.argument("name")
@click.option(
    "--plan", default="default", show_default=True, help="How often it may ask: one of the settings."
)
@click.option("--scope", "scopes", multiple=True, required=True, help="What it may do; may be repeated.")
@click.option("--account", "accounts", multiple=True, help="Whom it may know of; may be repeated.")
@click.option("--children", is_flag=True, help="And the children of these accounts.")
@click.option("--everyone", is_flag=True, help="Every account: for our own programs only.")
@CONFIG
def create(
    name: str,
    plan: str,
    scopes: tuple[str, ...],
    accounts: tuple[str, ...],
    children: bool,
    everyone: bool,
    config: Path | None,
) -> None:
    """Create a client and print its key, this once."""
    settings = settings_of(config)
    _check(settings, plan, scopes, accounts)
    scope = AccountScope(accounts=frozenset(accounts), children=children, everyone=everyone)
    client, key = remembered(settings, lambda: kept.create(name, plan, scopes, scope))
    click.echo(f"Created {client.id} ({client.name}). This is its key; it is not shown again:", err=True)
    click.echo(key)


@clients.command("list", epilog="Example: tieline clients list")
@CONFIG
def list_clients(config: Path | None) -> None:
    """List every client with its plan, scopes, accounts, keys and last use."""
    now = datetime.now(UTC)
    for client in remembered(settings_of(config), kept.all_clients):
        click.echo(_told(client, now))


@clients.command(epilog="Example: tieline clients rotate Reseller --overlap-hours 24")
@click.argument("client")
@click.option(
    "--overlap-hours",
    type=click.FloatRange(0, 24 * 90),
    default=_HOURS,
    show_default=True,
    help="How long the former key goes on working.",
)
@CONFIG
def rotate(client: str, overlap_hours: float, config: Path | None) -> None:
    """Print a new key of a client (id or name), this once; keys before the former one end now."""
    overlap = timedelta(hours=overlap_hours)

    async def turn() -> tuple[Client, str]:
        found = await _found(client)
        return found, await kept.rotate(found.id, overlap)

    found, key = remembered(settings_of(config), turn)
    ends = (datetime.now(UTC) + overlap).isoformat(timespec="seconds")
    click.echo(f"The former key of {found.id} works until {ends}. This is the new one:", err=True)
    click.echo(key)


@clients.command(epilog="Example: tieline clients revoke Reseller")
@click.argument("client")
@CONFIG
def revoke(client: str, config: Path | None) -> None:
    """End a client (id or name) for good: within a second no key of it works anywhere."""

    async def end() -> Client:
        found = await _found(client)
        await kept.revoke(found.id)
        return found

    click.echo(f"Revoked {remembered(settings_of(config), end).id}.", err=True)


def _check(settings: Settings, plan: str, scopes: tuple[str, ...], accounts: tuple[str, ...]) -> None:
    """What is misspelt here would otherwise be noticed by the client, and late."""
    if plan not in settings.plans:
        raise click.ClickException(
            f"There is no plan {plan}. There are: {', '.join(sorted(settings.plans))}."
        )
    for scope in scopes:
        if not _SCOPE.fullmatch(scope):
            raise click.ClickException(f"{scope} is no scope; one looks like partner:read.")
    for account in accounts:
        if not is_account_id(account):
            raise click.ClickException(
                f"{account} is no account id; one looks like acc_0123456789abcdefghij."
            )


async def _found(client: str) -> Client:
    """By id, else by name: a name may look like the id of another."""
    known = await kept.all_clients()
    for one in (*(one for one in known if one.id == client), *(one for one in known if one.name == client)):
        return one
    raise click.ClickException(f"There is no client {client}.")


def _told(client: Client, now: datetime) -> str:
    living = [] if client.revoked_at else [f"tlk_{key.prefix}_..." for key in client.keys if key.lives(now)]
    whom = "everyone" if client.scope.everyone else " ".join(sorted(client.scope.accounts)) or "no account"
    used = client.last_used_at.isoformat(timespec="seconds") if client.last_used_at else "never"
    return "\n".join(
        (
            f"{client.id}  {client.name}{'  (revoked)' if client.revoked_at else ''}",
            f"  plan {client.plan}; scopes {' '.join(sorted(client.scopes)) or 'none'}",
            f"  accounts {whom}{' and children' if client.scope.children else ''}",
            f"  keys {' '.join(living) or 'none'}; last used {used}",
        )
    )
