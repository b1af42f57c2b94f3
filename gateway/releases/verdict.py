"""May a document follow what was released before it?"""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from gateway.releases.difference import difference
from gateway.releases.kept import Kept, Release
from gateway.releases.pairs import Document, Node
from gateway.releases.places import place
from gateway.releases.rules import Finding, Level

Version = tuple[int, int, int]
_VERSION = re.compile(r"(\d+)\.(\d+)\.(\d+)")
_SHOWN = 20


class Draft(NamedTuple):
    """A document that is not released, or not yet again."""

    name: str
    document: Node

    @property
    def version(self) -> str:
        said: str = self.document["info"]["version"]
        return said


def objections(drafts: Iterable[Draft], kept: Kept) -> list[str]:
    """Why these documents must not go out as they are, one sentence each; none: they may."""
    known = list(drafts)
    return [
        *(sentence for draft in known for sentence in _to(draft, kept)),
        *_to_withdrawing({draft.name for draft in known}, kept),
    ]


def pending(drafts: Iterable[Draft], kept: Kept) -> list[Draft]:
    """Those of a version that has not been released."""
    return [draft for draft in drafts if draft.version not in {one.version for one in kept.of(draft.name)}]


def changes(draft: Draft, kept: Kept) -> list[Finding]:
    """What changed since the last release; of a first one, nothing."""
    last = kept.last(draft.name)
    return difference(kept.read(last), draft.document) if last else []


def where(finding: Finding, *documents: Node) -> str:
    """The place of a finding in words, from the first document its pointer leads into."""
    for document in documents:
        try:
            Document(document).at(finding.pointer)
        except (KeyError, IndexError):
            continue
        return place(document, finding.pointer)
    return finding.pointer


def _told(finding: Finding, *documents: Node) -> str:
    return f"{where(finding, *documents)} {finding.sentence}"


def _to(draft: Draft, kept: Kept) -> Iterator[str]:
    if (version := _numbers(draft.version)) is None:
        yield f"{draft.name}: {draft.version} is not a version such as 1.2.0"
        return
    if not draft.name.endswith(f".v{version[0]}"):
        yield f"{draft.name}: says it is {draft.version}; a new major has a document and paths of its own"
    if (last := kept.last(draft.name)) is not None:
        yield from _to_following(draft, version, last, kept.read(last))


def _to_following(draft: Draft, version: Version, last: Release, before: Node) -> Iterator[str]:
    found = difference(before, draft.document)
    released = _numbers(last.version) or (0, 0, 0)
    breaks = [one for one in found if one.level is Level.BREAK]
    if breaks and version[0] <= released[0]:
        for one in breaks[:_SHOWN]:
            yield f"{draft.name}: {_told(one, draft.document, before)} [{one.rule} {one.pointer}]"
        more = f" ({len(breaks)} in all)" if len(breaks) > _SHOWN else ""
        beside = f"publish it as v{released[0] + 1} beside this one"
        yield f"{draft.name}: breaks clients of {last.version}{more}: {beside}"
    elif version < released:
        yield f"{draft.name}: {draft.version} is older than {last.version}, which is released"
    elif found and version[:2] <= released[:2]:
        first = _told(found[0], draft.document, before)
        due = f"make it {released[0]}.{released[1] + 1}.0 in published.py"
        yield f"{draft.name}: promises something else than {last.version} ({first}): {due}"


def _to_withdrawing(published: set[str], kept: Kept) -> Iterator[str]:
    """A version may go when the last that was released of it was deprecated."""
    for name in sorted({release.document for release in kept.all()} - published):
        last = kept.last(name)
        if last and not _is_deprecated(kept.read(last)):
            yield f"{name}: is released and not published any more: deprecate it first, and let it end"


def _is_deprecated(document: Node) -> bool:
    return all(
        operation.get("deprecated") for item in document["paths"].values() for operation in item.values()
    )


def _numbers(version: str) -> Version | None:
    matched = _VERSION.fullmatch(version)
    return (int(matched[1]), int(matched[2]), int(matched[3])) if matched else None
