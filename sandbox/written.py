"""What was a system told since the world was made?"""

from dataclasses import dataclass, field
from typing import Any

Record = dict[str, Any]


@dataclass
class Written:
    """In the system's own words: whole records by kind and id.

    `numbers` are the last ones given out, by kind; `keys` is what the system remembers of callers' keys.
    """

    records: dict[str, dict[str, Record]] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)
    keys: dict[str, Record] = field(default_factory=dict)

    def next_number(self, kind: str, first: int) -> int:
        """A number that was never given out, from `first` on."""
        self.numbers[kind] = self.numbers.get(kind, first - 1) + 1
        return self.numbers[kind]

    def keep(self, kind: str, id: str, record: Record) -> None:
        """Remember how a record reads now."""
        self.records.setdefault(kind, {})[id] = record
