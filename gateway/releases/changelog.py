"""What changed from release to release, for those who call us?"""

from collections.abc import Iterator
from itertools import groupby

from gateway.releases.difference import METHODS, difference
from gateway.releases.kept import Kept, Release
from gateway.releases.pairs import Node
from gateway.releases.rules import Finding, Level
from gateway.releases.verdict import where

_OPENING = """# What changed in our APIs

Made from the released documents by `tieline contracts --release`; not written by hand. A change marked
**look** can matter to a program that relies on more than was promised. Within a major version no change
breaks one that relies on what was promised.
"""
_MARKS = {Level.BREAK: "**breaks** ", Level.RISK: "**look** ", Level.OK: ""}


def changelog(kept: Kept) -> str:
    """The page of all releases, the newest day first."""
    newest = sorted(kept.all(), key=lambda release: release.on, reverse=True)
    days = groupby(newest, key=lambda release: release.on)
    return "\n".join([_OPENING, *(line for day, those in days for line in _day(f"{day}", list(those), kept))])


def _day(day: str, releases: list[Release], kept: Kept) -> Iterator[str]:
    yield f"## {day}\n"
    for release in releases:
        document = kept.read(release)
        yield f"### {document['info']['title']} {release.version} (`{release.document}`)\n"
        yield from _since(_before(release, kept), document, kept)
        yield ""


def _before(release: Release, kept: Kept) -> Release | None:
    releases = kept.of(release.document)
    place = releases.index(release)
    return releases[place - 1] if place else None


def _since(before: Release | None, document: Node, kept: Kept) -> Iterator[str]:
    if before is None:
        count = sum(len(METHODS & item.keys()) for item in document["paths"].values())
        yield f"First release, of {count} operation{'s' if count > 1 else ''}."
        return
    old = kept.read(before)
    found = difference(old, document)
    yield from (_line(one, old, document) for one in found)
    if not found:
        yield f"Nothing but words has changed since {before.version}."


def _line(finding: Finding, old: Node, new: Node) -> str:
    return f"- {_MARKS[finding.level]}`{where(finding, new, old)}` {finding.sentence}"
