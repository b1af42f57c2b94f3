"""How is an event kept: once, for good, and together with the state it belongs to?"""

from collections.abc import Mapping, Sequence
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from process_apis import clock, records
from process_apis.errors import TooMany
from process_apis.events import keys, rows, tracing, waking
from process_apis.events.gathering import Gathering
from process_apis.events.ids import sortable
from process_apis.events.metrics import DOUBLES, KEPT
from process_apis.events.model import Happening
from process_apis.records import Statement

AT_ONCE: Final = 1_000
"""Happenings in one call."""
_IDS_AT_ONCE: Final = 200

_KNOWN = "SELECT source, source_id, id FROM event_log WHERE {any}"


class _Slot:
    gathering: Gathering | None = None


class Kept(Struct, frozen=True):
    """The ids of what was to be kept, in its order, and which of them are new."""

    ids: tuple[str, ...]
    new: frozenset[str]


async def append(happenings: Sequence[Happening], *, along_with: Sequence[Statement] = ()) -> tuple[str, ...]:
    """Keep what happened, once; the ids of the events, in the same order.

    When this returns it survives a power cut. What is in the log already stays as it is and has the id it got
    then. `along_with` is the state that changes with them: all of it is written, or none (it is written again
    when the events are there already, so it has to say the same again).

    Callers at the same moment share a commit, unless they bring state along. Raises StoreUnavailable: then
    nothing was kept, or the answer was lost, and the same call again keeps it once. Raises TooMany.
    """
    return (await keep(happenings, along_with=along_with)).ids


async def keep(happenings: Sequence[Happening], *, along_with: Sequence[Statement] = ()) -> Kept:
    """The same, for whoever wants to know what is new."""
    if not happenings and not along_with:
        return Kept((), frozenset())
    wanted = await _prepared(happenings)
    if along_with:
        changed = await records.store().write_all([*along_with, *wanted.statements()], durable=True)
        all_new = not happenings or changed[-1] == len(happenings)
    else:
        all_new = await _gathering().keep(wanted.rows, wanted.uniting)
    keys.united(wanted.happenings, wanted.places)
    waking.wake()
    return wanted.kept({} if all_new else await _known(happenings))


async def statements(happenings: Sequence[Happening]) -> list[Statement]:
    """The same for a transaction of the caller's own, who writes them last, and `durable`.

    On Postgres they keep everybody else from adding events until that transaction is over. Delivery notices
    them within a fraction of a second. Raises StoreUnavailable, TooMany.
    """
    return (await _prepared(happenings)).statements()


def forget() -> None:
    """Another store from now on."""
    _Slot.gathering = None
    keys.forget()


class _Prepared:
    def __init__(self, happenings: Sequence[Happening], places: Sequence[rows.Place]) -> None:
        kept_at = clock.now()
        self.happenings = happenings
        self.places = places
        self.ids = [sortable("evt") for _ in happenings]
        self.rows = [
            rows.row(id, one, place, kept_at)
            for id, one, place in zip(self.ids, happenings, places, strict=True)
        ]
        self.uniting = keys.uniting(happenings, places)

    def statements(self) -> list[Statement]:
        return [*self.uniting, rows.inserting(self.rows)] if self.rows else []

    def kept(self, known: Mapping[tuple[str, str], str]) -> Kept:
        """What came of it; `known` are the ids that are in the log, when some were there before."""
        ids = tuple(
            known.get((one.source, one.source_id), id)
            for one, id in zip(self.happenings, self.ids, strict=True)
        )
        new = frozenset(self.ids).intersection(ids)
        for row, id in zip(self.rows, ids, strict=True):
            (KEPT if id in new else DOUBLES).add(str(row[1]), str(row[3]))
        return Kept(ids, new)


async def _prepared(happenings: Sequence[Happening]) -> _Prepared:
    if len(happenings) > AT_ONCE:
        raise TooMany("events", AT_ONCE)
    present = tracing.present()
    traced = [one if one.traceparent else replace(one, traceparent=present) for one in happenings]
    return _Prepared(traced, await keys.places(traced))


async def _known(happenings: Sequence[Happening]) -> dict[tuple[str, str], str]:
    """The ids of those that are in the log."""
    wanted = [value for one in happenings for value in (one.source, one.source_id)]
    found = {}
    for start in range(0, len(wanted), 2 * _IDS_AT_ONCE):
        some = wanted[start : start + 2 * _IDS_AT_ONCE]
        sql = _KNOWN.format(any=" OR ".join(["(source = ? AND source_id = ?)"] * (len(some) // 2)))
        for source, source_id, id in await records.store().rows(sql, *some):
            found[source, source_id] = id
    return found


def _gathering() -> Gathering:
    store = records.store()
    if _Slot.gathering is None or _Slot.gathering.store is not store:
        _Slot.gathering = Gathering(store)
    return _Slot.gathering
