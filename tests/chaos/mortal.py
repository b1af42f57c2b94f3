"""Where does this gateway die? Run as a program, by those who kill it.

It is `tieline serve` with one difference: every step boundary is written into a diary, and at the first one
of a kind that it is told of and that no life died at yet, it ends by SIGKILL. One line for each place, in one
write, so that a death leaves whole lines.
"""

import os
import re
import signal
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from gateway.__main__ import main
from process_apis.durable import boundaries
from process_apis.durable.boundaries import Boundary

_EVENT: Final = re.compile(r"evt_\w+|\b\d{8}T\d{6}\b")
_IDS: Final = re.compile(
    r"(?<=_)[A-Za-z0-9]{14,}|\b001[A-Za-z0-9]{15}\b|\b3[67]0{4}\d+\b|\b\d{8}T\d{6}\b|:\d{1,2}(?=#)|#\d+"
)
"""What tells one run of a kind from another: ids of Stripe, Salesforce and Zendesk, moments, ordinals; and
the versions of a late payment, because who is told late is told of fewer."""


class Diary:
    """Which places were passed, in all lives together."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._runs: dict[str, list[str]] = {}
        lines = file.read_text().splitlines() if file.exists() else []
        self.died = {kind(place) for what, _, place in map(_line, lines) if what == "died"}
        for _, run, _ in map(_line, lines):
            self._ordinal(run)

    def place(self, at: Boundary) -> str:
        """The name of a boundary, the same in another life, and in another history of the same business.

        The ids of events are made by chance and moments differ: a run with one in its id goes by its ordinal.
        """
        run = f"{_EVENT.sub('*', at.run)}#{self._ordinal(at.run)}"
        return f"{at.when} {run} {at.number} {at.step.replace(' ', '_')}"

    def write(self, what: str, run: str, place: str) -> None:
        """Whole, and at once."""
        with self._file.open("ab", buffering=0) as file:
            file.write(f"{what}\t{run}\t{place}\n".encode())

    def _ordinal(self, run: str) -> int:
        """The how manieth of the runs of this name it is."""
        alike = self._runs.setdefault(_EVENT.sub("*", run), [])
        if run not in alike:
            alike.append(run)
        return alike.index(run) + 1


def _line(line: str) -> tuple[str, str, str]:
    what, run, place = line.split("\t")
    return what, run, place


def places(diary: Path) -> list[str]:
    """The places that were passed, in the order in which they first were."""
    lines = diary.read_text().splitlines() if diary.exists() else []
    return list(dict.fromkeys(place for what, _, place in map(_line, lines) if what == "passed"))


def kind(place: str) -> str:
    """Which boundary of which flow this is, whatever record the run is about."""
    return _IDS.sub("", place)


def kinds(found: Iterable[str]) -> list[str]:
    """Of which kinds these places are, in the order in which each came first."""
    return list(dict.fromkeys(map(kind, found)))


def deaths(diary: Path) -> list[str]:
    """At which kinds of place a life ended."""
    lines = diary.read_text().splitlines() if diary.exists() else []
    return [kind(place) for what, _, place in map(_line, lines) if what == "died"]


def keep_diary(file: Path, die: frozenset[str]) -> None:
    """From now on every boundary is written down, and the first of a kind to `die` at is the last."""
    diary = Diary(file)

    def passed(at: Boundary) -> None:
        place = diary.place(at)
        diary.write("passed", at.run, place)
        if kind(place) in die - diary.died:
            diary.write("died", at.run, place)
            os.kill(os.getpid(), signal.SIGKILL)

    boundaries.watch(passed)


if __name__ == "__main__":
    # The first argument is the diary, the second a file with the kinds of places to die at, one a line.
    keep_diary(Path(sys.argv[1]), frozenset(Path(sys.argv[2]).read_text().splitlines()))
    sys.argv[:3] = ["tieline"]
    main()
