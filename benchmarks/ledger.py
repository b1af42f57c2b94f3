"""How fast do billing objects come into the ledger, and is each there once, whatever dies meanwhile?

Billing makes many invoices, payments, credits and refunds of all kinds at once and pays out; the gateway, a
real process, is killed again and again while it posts them. In the end the ERP's subledger is compared with
billing, one by one and by legal entity and currency. Ends with 1 when they differ.
"""

import argparse
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Final

from benchmarks.machine import cpu_seconds, described
from tests.chaos import books
from tests.chaos.practising import NAMES
from tests.chaos.town import Town, town

PATIENCE: Final = 7200.0
LOOK_EVERY: Final = 1.0
BATCH: Final = 250
"""Objects that billing makes in one go."""


def ledger(folder: Path, count: int, kills: int, seed: int) -> bool:
    """Whether the ERP says what billing says."""
    with town(folder) as place:
        place.begin()
        place.quiet()
        before, so_far = books.known(place.see), _done(folder)
        for name in NAMES:
            place.practice.practice.calls[name].clear()
        made, began = Counter[str](), time.monotonic()
        for part in range(0, count, BATCH):
            batch = min(BATCH, count - part)
            made.update(place.act("stripe", "/bill", count=batch, seed=seed + part)["made"])
        place.act("stripe", "/payout")
        print(f"made {dict(made)}", flush=True)
        _posted(place, folder, so_far, made.total(), kills, began)
        place.act("stripe", "/clock", advance_seconds=2 * 86_400 + 60)
        place.caught_up()
        place.quiet(patience=PATIENCE)
        _print_where(place)
        return _print(place, before)


def _posted(place: Town, folder: Path, so_far: int, objects: int, kills: int, began: float) -> None:
    """Wait until all is posted, killing the gateway `kills` times at equal shares of the way."""
    at = [objects * part // (kills + 1) for part in range(1, kills + 1)]
    cpu = 0.0
    while (posted := _done(folder) - so_far) < objects:
        assert time.monotonic() < began + PATIENCE, f"{posted} of {objects}"
        if at and posted >= at[0]:
            at.pop(0)
            cpu += cpu_seconds(place.process.pid)
            place.kill()
            place.process.wait()
            print(f"  killed at {posted}, {time.monotonic() - began:.0f} s", flush=True)
            place.begin()
        time.sleep(LOOK_EVERY)
    seconds = time.monotonic() - began
    cpu += cpu_seconds(place.process.pid)
    print(
        f"{objects} objects in {seconds:.0f} s with {kills} kills: {objects / seconds:.1f} a second;"
        f" the gateway used {cpu:.0f} s of a core, {1000 * cpu / objects:.0f} ms for each"
    )


def _done(folder: Path) -> int:
    """Runs of the ledger's flows that are done."""
    with sqlite3.connect(f"file:{folder / 'tieline.sqlite'}?mode=ro", uri=True) as database:
        ((count,),) = database.execute(
            "SELECT COUNT(*) FROM run WHERE flow LIKE 'ledger-%' AND state = 'done'"
        ).fetchall()
    done: int = count
    return done


def _print_where(place: Town) -> None:
    """What the platforms were asked for it."""
    for name in NAMES:
        asked: Counter[str] = Counter()
        for call in place.practice.practice.calls[name].since(None):
            asked[f"{call.method} {'/'.join(call.path.split('/')[1:6])[:44]}"] += 1
        print(f"  {name}: {asked.total()} calls: {dict(asked.most_common(5))}")


def _print(place: Town, before: frozenset[str]) -> bool:
    right = True
    for kind, one in books.compared(place.see, before).items():
        right &= one.right
        print(
            f"{kind}: {one.objects}, {len(one.missing)} lost, {len(one.twice)} twice, {len(one.wrong)} wrong"
        )
        for (entity, currency), (billed, booked) in sorted(one.sums.items()):
            print(f"    {entity} {currency}: billing {billed}, ERP {booked}")
    return right


def main() -> None:
    """What the command line asks for."""
    parser = argparse.ArgumentParser(
        description=__doc__.splitlines()[0],
        epilog="Example: python -m benchmarks.ledger --count 1000 --kills 2",
    )
    parser.add_argument("--count", type=int, default=10_000, help="Billing objects, at most 20000.")
    parser.add_argument("--kills", type=int, default=5, help="Of the gateway, at equal shares of the way.")
    parser.add_argument("--seed", type=int, default=1, help="Of the business.")
    asked = parser.parse_args()
    print(described())
    with tempfile.TemporaryDirectory(prefix="ledger-") as folder:
        right = ledger(Path(folder), asked.count, asked.kills, asked.seed)
    print("the ledger is right" if right else "THE LEDGER DIFFERS: see above")
    sys.exit(0 if right else 1)


if __name__ == "__main__":
    main()
