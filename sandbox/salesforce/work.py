"""What did one call write, so that all of it can be taken back or be told of?"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from sandbox.salesforce.org import Org
from sandbox.salesforce.row import Row
from sandbox.salesforce.rules import LOCKED_TOO
from sandbox.salesforce.wording import moment


@dataclass(frozen=True)
class Change:
    """What became of one row; none before: it is new."""

    kind: str
    before: Row | None
    after: Row


@dataclass
class Work:
    """The writes of one call: seen by whoever reads at once, kept for good when it is `done`.

    `next_number` gives a number that no row of an object ever had.
    """

    org: Org
    at: datetime
    next_number: Callable[[str], int]
    _steps: list[tuple[str, str, Row | None]] = field(default_factory=list)

    @property
    def now(self) -> str:
        """The moment of every row written: to the second, so that many rows share it."""
        return moment(self.at.replace(microsecond=0))

    def put(self, kind: str, row: Row) -> None:
        """Let a row be there, in the place of the one that has its id."""
        table = self.org.tables[kind]
        self._steps.append((kind, row["Id"], table.row(row["Id"])))
        table.put(row)

    def mark(self) -> int:
        """Where the work stands, for taking back what comes after."""
        return len(self._steps)

    def undo(self, mark: int = 0) -> None:
        """Take back everything, or what came after a mark."""
        while len(self._steps) > mark:
            kind, id, before = self._steps.pop()
            if before is None:
                self.org.tables[kind].take(id)
            else:
                self.org.tables[kind].put(before)

    def held(self) -> set[str]:
        """The ids of the rows written and of the rows they belong to, before and after."""
        rows = [row for change in self.changes() for row in (change.before, change.after) if row is not None]
        parents = {row[name] for row in rows for name in LOCKED_TOO if row.get(name)}
        return parents | {row["Id"] for row in rows}

    def changes(self) -> list[Change]:
        """One for each row, in the order they were first written."""
        first: dict[tuple[str, str], Row | None] = {}
        for kind, id, before in self._steps:
            first.setdefault((kind, id), before)
        found = []
        for (kind, id), before in first.items():
            after = self.org.tables[kind].row(id)
            assert after is not None
            found.append(Change(kind, before, after))
        return found

    def done(self) -> list[Change]:
        """Keep everything for good; what changed."""
        changes = self.changes()
        for change in changes:
            self.org.keep(change.kind, change.after)
        return changes
