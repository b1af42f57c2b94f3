"""Are the committed documents what the code serves and what was released, and which routes are there?"""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

import click
import msgspec

from gateway.contracts import DOCUMENTS, check, write, written
from gateway.documents import routes_of
from gateway.operations import SCOPES
from gateway.published import PUBLISHED
from gateway.releases.changelog import changelog
from gateway.releases.kept import Kept, Release
from gateway.releases.verdict import Draft, changes, objections, pending

PROVIDED: Final = ("connections",)
"""What the house gives to handlers beside the caller, and nobody sends."""
RELEASED: Final = DOCUMENTS / "released"
CHANGELOG: Final = DOCUMENTS.parent / "docs" / "changelog.md"


@click.command(epilog="Example: tieline contracts --write")
@click.option("--write", "writing", is_flag=True, help="Make the documents what the code serves.")
@click.option("--release", "releasing", is_flag=True, help="Keep new versions for ever; write the changelog.")
def contracts(writing: bool, releasing: bool) -> None:
    """Compare openapi/ with the code and with what was released.

    An error: a document that is not what the code serves; a change that breaks clients of a released version
    (publish it as the next major, beside this one); any other change of what is promised without a new minor
    version in published.py.
    """
    if writing:
        for file in write(PUBLISHED, dependencies=PROVIDED):
            click.echo(f"wrote {file.name}")
        return
    kept, known = Kept(RELEASED), drafts()
    _refuse(check(PUBLISHED, dependencies=PROVIDED), "Look at the change, then: tieline contracts --write")
    _refuse(objections(known, kept), "Nothing is released.")
    if releasing:
        for released in release(known, kept, datetime.now(UTC).date()):
            click.echo(f"released {released.document} {released.version}")
    _refuse(stale(kept, CHANGELOG), "tieline contracts --release writes it.")
    for draft in pending(known, kept):
        click.echo(f"{draft.name} {draft.version} waits for its release: {len(changes(draft, kept))} changes")
    click.echo(f"{len(PUBLISHED)} documents are what the code serves, and break nobody.")


def drafts() -> list[Draft]:
    """The documents as the code would serve them."""
    return [Draft(api.document, msgspec.json.decode(written(api, PROVIDED))) for api in PUBLISHED]


def release(known: list[Draft], kept: Kept, day: date, page: Path = CHANGELOG) -> list[Release]:
    """Keep every version that is new, and write the changelog anew."""
    released = [Release(document=draft.name, version=draft.version, on=day) for draft in pending(known, kept)]
    contents = {draft.name: draft.document for draft in known}
    for one in released:
        kept.keep(one, contents[one.document])
    page.write_text(changelog(kept), encoding="utf-8")
    return released


def stale(kept: Kept, page: Path) -> list[str]:
    """Whether the changelog says something else than the released documents."""
    same = page.exists() and page.read_text(encoding="utf-8") == changelog(kept)
    return [] if same else [f"{page.name}: is not what the released documents say"]


def _refuse(sentences: list[str], advice: str) -> None:
    if sentences:
        raise click.ClickException("\n".join([*sentences, advice]))


@click.command(epilog="Example: tieline routes")
def routes() -> None:
    """List every route with the scopes it asks for."""
    for api in PUBLISHED:
        click.echo(f"{api.title} ({api.document}, {api.state})")
        for route in routes_of(api, PROVIDED):
            scopes = " ".join(route.handler.opt[SCOPES])
            click.echo(f"  {route.method.upper():6} {route.path:70} {scopes}")
