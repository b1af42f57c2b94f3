"""Is anything lost, or done twice, while a gateway is killed and its platforms misbehave, again and again?

One practice company in which invoices fail, are paid, credited and refunded all the time; one gateway, a real
process. Each round does some business and then strikes: `kill -9`, a fault of a practice platform, or another
way for its messages to travel. In the end everything is well again, and counted on all four platforms.

Ends with 1 when anything was lost, was done twice or differs.
"""

import argparse
import contextlib
import random
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any, Final

from benchmarks.machine import described
from tests.chaos import books
from tests.chaos.practising import NAMES
from tests.chaos.town import Town, town

PATIENCE: Final = 900.0
# How often each strikes, of all strikes.
STRIKES: Final = {
    **{"kill": 20, "commit_then_cut": 15, "cut_before": 10, "error_500": 10, "down": 8, "slow": 5},
    **{"locked_row": 8, "rate_limited": 8, "double": 5, "shuffle": 5, "hold": 3, "drop": 3},
}
MODES: Final = ("double", "shuffle", "hold", "drop")
NOWHERE: Final = {"locked_row": ("stripe",), "commit_then_cut": ("stripe",), "cut_before": ("stripe",)}
"""Billing is only read here."""
LATE: Final = "recovery-"


class Company:
    """The business of one company, by dice; `late` says of failed invoices whether they were paid."""

    def __init__(self, place: Town, dice: random.Random) -> None:
        self._place = place
        self._dice = dice
        self.late: dict[str, bool] = {}
        self.done: Counter[str] = Counter()

    def round(self) -> None:
        """Some business: mostly a payment that fails or comes after all, sometimes a batch of all kinds."""
        way = self._dice.choices(("fail", "pay", "bill", "payout"), weights=(6, 5, 3, 0.2))[0]
        with contextlib.suppress(_NothingLeft):
            self._did(way)
            self.done[way] += 1

    def _did(self, way: str) -> None:
        owed = [id for id, paid in self.late.items() if not paid]
        if way == "pay" and owed:
            self._act("/pay", invoice=(chosen := self._dice.choice(owed)))
            self.late[chosen] = True
        elif way == "bill":
            self._act("/bill", count=self._dice.randint(1, 8), seed=self._dice.randrange(1_000_000))
        elif way == "payout":
            self._act("/payout")
        else:
            hard = {"decline_code": "expired_card"} if self._dice.random() < 0.2 else {}
            again = {"invoice": self._dice.choice(owed)} if owed and self._dice.random() < 0.3 else {}
            self.late[self._act("/fail-payment", **again, **hard)["invoice"]] = False

    def _act(self, path: str, **asked: Any) -> Any:
        answer = self._place.tried("stripe", path, **asked)
        if answer is None:
            raise _NothingLeft
        return answer


class _NothingLeft(Exception):
    """Billing has nothing left of what was to be done."""


def strike(place: Town, dice: random.Random) -> str:
    """One trouble; its name."""
    what = dice.choices(list(STRIKES), weights=list(STRIKES.values()))[0]
    if what == "kill":
        time.sleep(dice.random() * 0.4)
        place.kill()
        place.process.wait()
        place.killed += 1
    elif what in MODES:
        place.act(dice.choice(NAMES), "/webhooks", mode=what)
    else:
        places = [name for name in NAMES if name not in NOWHERE.get(what, ())]
        bounds: dict[str, Any] = {"calls": dice.randint(1, 4)}
        if what == "slow":
            bounds["seconds_slow"] = dice.choice((0.5, 3.0, 12.0))
        if what == "down":
            bounds = {"seconds": dice.uniform(0.5, 4.0)}
        place.act(dice.choice(places), "/faults", fault=what, **bounds)
    return what


def well(place: Town) -> None:
    """Everything answers, and messages travel as they should."""
    for name in NAMES:
        place.cleared(name)
        place.act(name, "/webhooks", mode="deliver")


def chaos(folder: Path, count: int, seed: int) -> bool:
    """Whether nothing was lost and nothing done twice."""
    dice, struck, began = random.Random(seed), Counter[str](), time.monotonic()
    with town(folder) as place:
        place.begin()
        place.quiet()
        before, company = books.known(place.see), Company(place, dice)
        flagged = _flagged(place)
        for number in range(1, count + 1):
            company.round()
            struck[what := strike(place, dice)] += 1
            if what == "kill":
                company.round()
                place.begin()
            if number % 40 == 0:
                well(place)
                print(
                    f"  {number} strikes, {place.killed} kills, {time.monotonic() - began:.0f} s", flush=True
                )
        well(place)
        place.caught_up()
        place.quiet(patience=PATIENCE)
        print(f"\n{sum(struck.values())} strikes in {time.monotonic() - began:.0f} s: {dict(struck)}")
        print(f"business: {dict(company.done)}")
        _print_how(place, folder)
        return _print_books(place, before) & _print_late(place, company.late, flagged)


def _print_how(place: Town, folder: Path) -> None:
    """How it came through: from the database of its runs, and from what the platforms were asked."""
    calls = [call for name in NAMES for call in place.practice.practice.calls[name].since(None)]
    cut = sum(call.fault == "commit_then_cut" and call.effect for call in calls)
    with sqlite3.connect(f"file:{folder / 'tieline.sqlite'}?mode=ro", uri=True) as database:
        states = dict(database.execute("SELECT state, COUNT(*) FROM run GROUP BY state").fetchall())
        ((waited,),) = database.execute("SELECT COUNT(*) FROM run WHERE waits > 0").fetchall()
        ((tried,),) = database.execute("SELECT COUNT(*) FROM write_intent WHERE tries > 1").fetchall()
        ((filled,),) = database.execute("SELECT SUM(kept) FROM event_gap").fetchall()
        ((events,),) = database.execute("SELECT COUNT(*) FROM event_log").fetchall()
    lives = [file.read_text() for file in folder.glob("life-*.log")]
    taken = sum(life.count("took over") for life in lives)
    print(f"lives {place.lives}, taken over by a later life with words: {taken}")
    print(f"runs {states}, of which waited once or more: {waited}")
    print(f"events kept {events}, of which only the gap filler found: {filled}")
    print(f"writes carried out and not answered: {cut}; intents tried more than once: {tried}")


def _print_books(place: Town, before: frozenset[str]) -> bool:
    right = True
    for kind, one in books.compared(place.see, before).items():
        right &= one.right
        print(
            f"{kind}: {one.objects} in billing, {len(one.missing)} lost, {len(one.twice)} twice,"
            f" {len(one.wrong)} wrong {(*one.missing, *one.twice, *one.wrong)[:5] or ''}"
        )
    return right


def _flagged(place: Town) -> set[str]:
    """The accounts that the CRM shows as a risk."""
    return {one["Id"] for one in place.see("salesforce", "/state/Account")["data"] if one["Risk_Flag__c"]}


def _print_late(place: Town, late: dict[str, bool], before: set[str]) -> bool:
    """Every late payment: known everywhere while it is late, cleared everywhere when it was paid."""
    tickets = place.see("zendesk", "/state/tickets")["data"]
    tasks = place.see("salesforce", "/state/Task")["data"]
    marks = {one["externalId"]: one for one in place.see("netsuite", "/state/invoice")["data"]}
    outcomes: Counter[str] = Counter()
    for invoice, paid in late.items():
        cases = [one["status"] for one in tickets if one["external_id"] == f"{LATE}{invoice}"]
        given = [one["Status"] for one in tasks if one["Tieline_Key__c"] == f"{LATE}{invoice}"]
        marked = bool(marks[invoice].get("custbody_tieline_dunning"))
        outcomes[_outcome(paid, cases, given, marked)] += 1
    owing = {
        one["AccountId"]
        for one in tasks
        if late.get((one["Tieline_Key__c"] or "").removeprefix(LATE), True) is False
    }
    flagged = _flagged(place) - before
    print(f"late payments: {dict(outcomes)}")
    print(
        f"accounts at risk in the CRM: {len(flagged)}, that owe: {len(owing)}, else: {flagged ^ owing or 0}"
    )
    return flagged == owing and set(outcomes) <= {
        "known everywhere",
        "cleared everywhere",
        "paid before anybody was told",
    }


def _outcome(paid: bool, cases: list[str], tasks: list[str], marked: bool) -> str:
    if len(cases) > 1 or len(tasks) > 1:
        return "told twice"
    if not paid:
        known = cases and cases[0] != "solved" and tasks and tasks[0] != "Completed" and marked
        return "known everywhere" if known else f"lost: {cases} {tasks} {marked}"
    if marked or set(cases) - {"solved"} or set(tasks) - {"Completed"}:
        return f"not cleared: {cases} {tasks} {marked}"
    return "cleared everywhere" if cases or tasks else "paid before anybody was told"


def main() -> None:
    """What the command line asks for."""
    parser = argparse.ArgumentParser(
        description=__doc__.splitlines()[0], epilog="Example: python -m benchmarks.chaos --count 100 --seed 1"
    )
    parser.add_argument("--count", type=int, default=1000, help="Kills and faults together.")
    parser.add_argument("--seed", type=int, default=1, help="Of the dice.")
    asked = parser.parse_args()
    print(described())
    with tempfile.TemporaryDirectory(prefix="chaos-") as folder:
        right = chaos(Path(folder), asked.count, asked.seed)
    print("nothing lost, nothing twice" if right else "LOST OR TWICE: see above")
    sys.exit(0 if right else 1)


if __name__ == "__main__":
    main()
