"""What can every system do that a test is connected to without any network?

Weather is set per system: `down`, `slow` (seconds each answer takes), `nonsense`; `calls` tells what was
asked. Writes have weather of their own: the next `goes_silent_after_writing` ones are done and not
answered, the next `loses_before_writing` ones are not done and not answered; `refusing` holds the error that
a call gets. `effects` are the writes that changed something, with their keys.
"""

import asyncio
import hmac
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar, TypeVar, cast

import msgspec
from msgspec import UNSET, Struct
from msgspec.structs import asdict, replace

from canonical.customer import AccountRecord
from canonical.events import Notice
from canonical.identity import ExternalRef, Kind, Page
from process_apis import clock
from system_apis.errors import (
    Forged,
    Missing,
    OutcomeUnknown,
    PlatformError,
    Unavailable,
    Undecodable,
    Unreadable,
)
from system_apis.messages import Arrived, Changes, Told
from system_apis.ports import LIMIT
from system_apis.writes import Written

T = TypeVar("T")
S = TypeVar("S", bound=Struct)

PAGE = 3
"""So small that every list of a few is several pages."""
SIGNED = {"x-fake-signature": "true"}
"""The headers that prove a message of a fake system."""


@dataclass
class System:
    """A name, records of customers, its weather, and what was asked of it."""

    kind: ClassVar[Kind]

    name: str
    records: list[AccountRecord] = field(default_factory=list)
    down: bool = False
    slow: float = 0.0
    nonsense: bool = False
    calls: list[str] = field(default_factory=list)
    fails_after_pages: int | None = None
    goes_silent_after_writing: int = 0
    loses_before_writing: int = 0
    refusing: dict[str, PlatformError] = field(default_factory=dict)
    effects: list[tuple[str, str]] = field(default_factory=list)
    happened: list[Notice] = field(default_factory=list)

    async def account_records(self, cursor: str | None = None) -> Page[AccountRecord]:
        return await self._page("account_records", self.records, cursor)

    async def account_record(self, id: str) -> AccountRecord:
        return await self._one("account_record", self.records, id)

    async def account_records_by_key(self, key: str) -> tuple[AccountRecord, ...]:
        await self._answers("account_records_by_key")
        return self._seen(record for record in self.records if record.key == key)

    async def find(self, text: str) -> tuple[AccountRecord, ...]:
        await self._answers("find")
        words = text.lower()
        return self._seen(
            record
            for record in self.records
            if words in record.name.lower() or words in (record.email or "") or text == record.origin.ref.id
        )[:25]

    def read(self, arrived: Arrived) -> Told:
        """A message is a JSON list of notices with the headers SIGNED."""
        given = arrived.headers.get("x-fake-signature", "")
        if not hmac.compare_digest(given, SIGNED["x-fake-signature"]):
            raise Forged(self.name, "not signed")
        try:
            return Told(notices=msgspec.json.decode(arrived.body, type=tuple[Notice, ...]))
        except msgspec.MsgspecError:
            raise Undecodable(self.name, "no notices") from None

    async def changes(self, cursor: str | None, since: datetime) -> Changes:
        """What `happened`, in the order of the list, in pages of PAGE."""
        await self._answers("changes")
        first = next((n for n, one in enumerate(self.happened) if one.at >= since), len(self.happened))
        start = first if cursor is None else int(cursor)
        page = tuple(self.happened[start : start + PAGE])
        end = start + len(page)
        return Changes(notices=page, cursor=str(end), more=end < len(self.happened))

    async def _answers(self, call: str) -> None:
        self.calls.append(call)
        if self.slow:
            await asyncio.sleep(self.slow)
        if self.down:
            raise Unavailable(self.name, "down")
        if self.nonsense:
            raise Unreadable(self.name, "nonsense")

    async def _writes(self, call: str, key: str, write: Callable[[], tuple[Written, bool]]) -> Written:
        """Do it once; `write` says what was written and whether that changed anything."""
        await self._answers(call)
        if error := self.refusing.get(call):
            raise error
        if self.loses_before_writing:
            self.loses_before_writing -= 1
            raise OutcomeUnknown(self.name, f"{call}: lost on the way")
        written, changed = write()
        if changed:
            self.effects.append((call, key))
        if self.goes_silent_after_writing:
            self.goes_silent_after_writing -= 1
            raise OutcomeUnknown(self.name, f"{call}: the answer was lost")
        return written

    def _put(self, kept: dict[str, S], id: str, new: S, object: str) -> tuple[Written, bool]:
        """Keep something by its id, as an upsert does; fields that are UNSET stay as they are."""
        old = kept.get(id)
        said = {name: value for name, value in asdict(new).items() if value is not UNSET}
        kept[id] = replace(old, **said) if old is not None else new
        return self._written(object, id, created=old is None), kept[id] != old

    def _written(self, object: str, id: str, *, created: bool | None) -> Written:
        return Written(ref=self._ref(object, id), created=created)

    def _ref(self, object: str, id: str) -> ExternalRef:
        return ExternalRef(kind=self.kind, connection=self.name, object=object, id=id)

    async def _page(self, call: str, items: Iterable[T], cursor: str | None, limit: int = LIMIT) -> Page[T]:
        await self._answers(call)
        start, size = int(cursor or 0), min(limit, PAGE)
        if self.fails_after_pages is not None and start >= self.fails_after_pages * PAGE:
            raise Unavailable(self.name, "cut in the middle of a list")
        all_of_them = list(items)
        more = str(start + size) if start + size < len(all_of_them) else None
        return Page(items=self._seen(all_of_them[start : start + size]), next=more)

    async def _one(self, call: str, items: Iterable[T], id: str) -> T:
        await self._answers(call)
        for item in items:
            if cast("AccountRecord", item).origin.ref.id == id:
                return self._seen([item])[0]
        raise Missing(self.name, id)

    def _seen(self, items: Iterable[T]) -> tuple[T, ...]:
        """As an adapter does it: observed now, in business time."""
        return tuple(_observed(item, clock.now()) for item in items)


def _observed(item: T, at: datetime) -> T:
    """The same thing, seen at this moment; what carries no origin stays as it is."""
    if getattr(item, "origin", None) is None:
        return item
    dated = cast("AccountRecord", item)
    return cast("T", replace(dated, origin=replace(dated.origin, observed_at=at)))
