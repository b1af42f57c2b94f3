"""How are runs looked after from the command line?"""

from pathlib import Path

import click

from gateway.commanding import CONFIG, LIMIT, REASON, actor, remembered, settings_of
from process_apis import runs as kept
from process_apis.durable import State
from process_apis.runs import Asked, Run

_STATES = click.Choice([str(state) for state in State])


@click.group(epilog="Example: tieline runs list --state needs_person --config .demo/tieline.toml")
def runs() -> None:
    """Find runs of durable processes, let them go on, or give them up."""


@runs.command("list", epilog="Example: tieline runs list INV-2041")
@click.argument("query", required=False)
@click.option("--state", type=_STATES, default=None, help="Only runs in this state.")
@click.option("--flow", default=None, help="Only runs of this process.")
@LIMIT
@CONFIG
def list_runs(
    query: str | None, state: str | None, flow: str | None, limit: int, config: Path | None
) -> None:
    """List runs, the newest first: all, or those of QUERY.

    QUERY is an account id, a business key such as an invoice's id or number, or how a run's id begins.
    """
    asked = Asked(query=query, state=State(state) if state else None, flow=flow)
    page = remembered(settings_of(config), lambda: kept.page(asked, None, limit))
    for run in page.items:
        click.echo(_told(run))
    if page.next_cursor:
        click.echo("There are more; say which with QUERY, --state or --flow, or raise --limit.", err=True)


@runs.command(epilog='Example: tieline runs restart recovery:stripe:in_1 --reason "the field is there now"')
@click.argument("run")
@click.option("--input", "given", default=None, help="JSON that replaces what the run was given.")
@click.option("--from-step", type=click.IntRange(1), default=None, help="An earlier step to begin with.")
@REASON
@CONFIG
def restart(run: str, given: str | None, from_step: int | None, reason: str, config: Path | None) -> None:
    """Let a run that stands still go on from the step it failed at; a node that serves takes it up."""
    remembered(
        settings_of(config),
        lambda: kept.restart(
            run, by=actor(), why=reason, input=given.encode() if given else None, from_step=from_step
        ),
    )
    click.echo(f"{run} goes on.", err=True)


@runs.command(epilog='Example: tieline runs dismiss recovery:stripe:in_1 --reason "done by hand"')
@click.argument("run")
@REASON
@CONFIG
def dismiss(run: str, reason: str, config: Path | None) -> None:
    """Decide that a run that stands still need not be finished."""
    remembered(settings_of(config), lambda: kept.dismiss(run, by=actor(), why=reason))
    click.echo(f"{run} is dismissed.", err=True)


def _told(run: Run) -> str:
    began = run.created_at.isoformat(timespec="seconds")
    lines = [f"{run.state:13} {began}  {run.id}", f"  {run.flow}; {' '.join((run.account or '', *run.keys))}"]
    if run.step or run.needs:
        lines.append(f"  at {run.step or 'its beginning'}: {run.needs or run.error}")
    return "\n".join(lines)
