"""How are events and their delivery looked after from the command line?"""

from datetime import UTC, datetime
from pathlib import Path

import click
import msgspec

from gateway.commanding import CONFIG, LIMIT, REASON, actor, remembered, settings_of
from process_apis import events as kept
from process_apis.events import DeadFilter, DeadLetter, Filter, LoggedEvent, Meant

_DRY = click.option("--dry-run", is_flag=True, help="Only count what is meant, and show some of it.")
_TYPES = click.option("--type", "types", multiple=True, help="Only of this type; may be repeated.")
_ACCOUNT = click.option("--account", default=None, help="Only about this account.")
_SUBSCRIBER = click.option("--subscriber", default=None, help="Only this subscriber's.")
_MOMENT = click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%SZ"])


@click.group(epilog="Example: tieline events list --type invoice.payment_failed --config .demo/tieline.toml")
def events() -> None:
    """See what happened, and mend what was not delivered."""


@events.command("list", epilog="Example: tieline events list --account acc_0123456789abcdefghij")
@_TYPES
@_ACCOUNT
@LIMIT
@CONFIG
def list_events(types: tuple[str, ...], account: str | None, limit: int, config: Path | None) -> None:
    """List what happened, what was kept last first."""
    asked = Filter(types=types, accounts=(account,) if account else ())
    for one in remembered(settings_of(config), lambda: kept.query(asked, None, limit)).items:
        click.echo(_event(one))


@events.command(epilog="Example: tieline events show evt_0123456789abcdefghij")
@click.argument("event")
@CONFIG
def show(event: str, config: Path | None) -> None:
    """Print one event as CloudEvents JSON."""
    one = remembered(settings_of(config), lambda: kept.event(event))
    click.echo(msgspec.json.format(msgspec.json.encode(kept.cloud_event(one))).decode())


@events.command(epilog="Example: tieline events subscribers")
@CONFIG
def subscribers(config: Path | None) -> None:
    """List who is told of events, how far behind each is, and what it did not take."""
    for one in remembered(settings_of(config), kept.standings):
        state = "paused" if one.paused else "told" if one.led else "nobody hands on"
        click.echo(
            f"{one.name:22} {state}; {one.events} to come ({one.seconds:.0f} s behind), "
            f"{one.held} keys held, {one.dead} dead letters, {one.delivered} delivered"
        )


@events.command(epilog='Example: tieline events pause payment-recovery --reason "ERP maintenance"')
@click.argument("subscriber")
@REASON
@CONFIG
def pause(subscriber: str, reason: str, config: Path | None) -> None:
    """Hand on nothing to a subscriber for now; all of it is kept."""
    remembered(settings_of(config), lambda: kept.pause(subscriber, by=actor(), why=reason))
    click.echo(f"{subscriber} is paused.", err=True)


@events.command(epilog='Example: tieline events resume payment-recovery --reason "ERP is back"')
@click.argument("subscriber")
@REASON
@CONFIG
def resume(subscriber: str, reason: str, config: Path | None) -> None:
    """Hand on to a paused subscriber again, from where it stood."""
    remembered(settings_of(config), lambda: kept.resume(subscriber, by=actor(), why=reason))
    click.echo(f"{subscriber} goes on.", err=True)


@events.command(epilog="Example: tieline events dead --subscriber payment-recovery")
@_SUBSCRIBER
@_TYPES
@_ACCOUNT
@LIMIT
@CONFIG
def dead(
    subscriber: str | None, types: tuple[str, ...], account: str | None, limit: int, config: Path | None
) -> None:
    """List dead letters: events that a subscriber did not take."""
    asked = DeadFilter(subscriber=subscriber, types=types, account=account, state="dead")
    for one in remembered(settings_of(config), lambda: kept.dead_letters(asked, None, limit)).items:
        click.echo(_letter(one))


@events.command(epilog='Example: tieline events retry --subscriber payment-recovery --reason "fixed"')
@click.argument("letters", nargs=-1)
@_SUBSCRIBER
@_TYPES
@_DRY
@REASON
@CONFIG
def retry(
    letters: tuple[str, ...],
    subscriber: str | None,
    types: tuple[str, ...],
    dry_run: bool,
    reason: str,
    config: Path | None,
) -> None:
    """Hand on dead LETTERS again: those named, or all that the options mean."""
    asked = _meant(letters, subscriber, types)
    done = remembered(
        settings_of(config), lambda: kept.retry_dead(asked, by=actor(), why=reason, dry_run=dry_run)
    )
    _say(done, "handed on again")


@events.command(epilog='Example: tieline events dismiss dead_0123456789abcdefghij --reason "a test"')
@click.argument("letters", nargs=-1)
@_SUBSCRIBER
@_TYPES
@_DRY
@REASON
@CONFIG
def dismiss(
    letters: tuple[str, ...],
    subscriber: str | None,
    types: tuple[str, ...],
    dry_run: bool,
    reason: str,
    config: Path | None,
) -> None:
    """Decide that dead LETTERS need not be delivered."""
    asked = _meant(letters, subscriber, types)
    done = remembered(
        settings_of(config), lambda: kept.dismiss_dead(asked, by=actor(), why=reason, dry_run=dry_run)
    )
    _say(done, "dismissed")


@events.command(
    epilog='Example: tieline events replay account-360 --since 2026-11-01 --dry-run --reason "a look"'
)
@click.argument("subscriber")
@_TYPES
@click.option("--account", "accounts", multiple=True, help="Only about this account; may be repeated.")
@click.option("--since", type=_MOMENT, default=None, help="Only what happened then (UTC) or later.")
@click.option(
    "--per-second", type=click.FloatRange(0.1, 10_000), default=100.0, show_default=True, help="No faster."
)
@_DRY
@REASON
@CONFIG
def replay(
    subscriber: str,
    types: tuple[str, ...],
    accounts: tuple[str, ...],
    since: datetime | None,
    per_second: float,
    dry_run: bool,
    reason: str,
    config: Path | None,
) -> None:
    """Hand on past events again to one SUBSCRIBER, in order within a key."""
    asked = Filter(types=types, accounts=accounts, since=since.replace(tzinfo=UTC) if since else None)
    found = remembered(
        settings_of(config),
        lambda: kept.replay(
            asked, subscriber, by=actor(), why=reason, per_second=per_second, dry_run=dry_run
        ),
    )
    for one in found.sample:
        click.echo(_event(one))
    what = f"begun as {found.replay}" if found.replay else "nothing is handed on"
    click.echo(f"{found.count} events are meant; {what}.", err=True)


@events.command(epilog="Example: tieline events quarantine")
@LIMIT
@CONFIG
def quarantine(limit: int, config: Path | None) -> None:
    """List proven messages that could not be read."""
    for one in remembered(settings_of(config), lambda: kept.quarantined("held", "", None, limit)).items:
        click.echo(f"{one.id}  {one.connection}  {one.arrived_at:%Y-%m-%dT%H:%M:%SZ}  {one.reason}")


def _meant(letters: tuple[str, ...], subscriber: str | None, types: tuple[str, ...]) -> DeadFilter:
    if not (letters or subscriber or types):
        raise click.ClickException("Name letters, or say which with --subscriber or --type.")
    return DeadFilter(ids=letters, subscriber=subscriber, types=types)


def _say(done: Meant, what: str) -> None:
    for one in done.sample:
        click.echo(_letter(one))
    click.echo(f"{done.count} {'would be ' if done.dry_run else ''}{what}.", err=True)


def _event(one: LoggedEvent) -> str:
    return f"{one.id}  {one.at:%Y-%m-%dT%H:%M:%SZ}  {one.type:24} {one.source:12} {one.account or one.key}"


def _letter(one: DeadLetter) -> str:
    return (
        f"{one.id}  {one.subscriber}  {one.type}  {one.account or one.key}\n"
        f"  {one.error} after {one.attempts} tries, {one.age:.0f} s ago: {one.message}"
    )
