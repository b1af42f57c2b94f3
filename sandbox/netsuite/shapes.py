"""What is a NetSuite record made of?

Body fields and sublists of lines. The same record is shown as JSON, filtered by `q` and queried by SuiteQL,
so a field keeps its Python type here: money is `Decimal`, a day is `date`, a moment is `datetime` in UTC.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Reference:
    """A pointer to another record: JSON shows `{links, id, refName}`, SuiteQL the id."""

    type: str
    id: int
    name: str


@dataclass(frozen=True, slots=True)
class Choice:
    """A value of a fixed list: JSON shows `{id, refName}`, or the id alone with `simpleEnumFormat=true`."""

    id: str
    name: str


Key = tuple[str, int]
Field = str | int | Decimal | bool | date | datetime | Reference | Choice | None
Line = dict[str, Field]


@dataclass(slots=True)
class Record:
    """One record: `type` as in the URL, `id` the internal id, a field of `None` is not set.

    `postings` is what it does to the ledger: lines of `account` and `debit` or `credit`, which no record read
    shows (NetSuite calls it "GL impact").
    """

    type: str
    id: int
    fields: dict[str, Field]
    sublists: dict[str, list[Line]] = field(default_factory=dict)
    postings: list[Line] = field(default_factory=list)

    @property
    def key(self) -> Key:
        """By what it is found: its type and its id."""
        return self.type, self.id

    @property
    def external_id(self) -> str | None:
        """The id another system gave it, by which `eid:` finds it."""
        value = self.fields.get("externalId")
        return value if isinstance(value, str) else None

    def reference(self, name: str) -> Reference:
        """A pointer to this record, shown as `name`."""
        return Reference(self.type, self.id, name)
