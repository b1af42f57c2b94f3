"""Which parts of a picture were observed a moment ago, and need not be asked again?

Off unless it is configured: then every part is asked every time. A part is given again, as fresh as it was
observed, while it is young enough, its connections are well, the account has the same records, and nobody
said that it changed. A whole picture is given again, as the very same object, while all of that holds for
each of its parts and no invoice has come due meanwhile.
"""

from collections.abc import Collection, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any, Final, NamedTuple

from msgspec.structs import replace

from process_apis import clock
from process_apis.account_360.model import Part, Picture, State
from process_apis.links import LinkedAccount
from process_apis.systems import systems
from system_apis.health import State as Condition

PARTS: Final = 20_000
PICTURES: Final = 1_000
CHANGES: Final = 20_000

_ONCE: Final = datetime(2000, 1, 1, tzinfo=UTC)

# What is remembered beside a part, and changes with it.
_ALONG: Final = {"profile": ("billing_details",)}


class _Part(NamedTuple):
    account: LinkedAccount
    part: Part[Any]


class _Picture(NamedTuple):
    account: LinkedAccount
    picture: Picture
    until: datetime


class Warm:
    """Parts and pictures of a moment ago, the oldest out first."""

    def __init__(self) -> None:
        self._span = timedelta()
        self._parts: dict[tuple[str, str], _Part] = {}
        self._pictures: dict[str, _Picture] = {}
        self._changed: dict[str, int] = {}
        self._forgotten = self.generation = 0
        """Grows with every change: what was asked before one is not kept after it."""

    def configure(self, seconds: float) -> None:
        """For how long; 0: not at all. What is kept is forgotten."""
        self._span = timedelta(seconds=seconds)
        self._parts.clear()
        self._pictures.clear()

    @property
    def on(self) -> bool:
        """Whether anything is kept."""
        return bool(self._span)

    def part(self, account: LinkedAccount, name: str) -> Part[Any] | None:
        """The part that is remembered under this name, if it may be given again."""
        kept = self._parts.get((account.id, name))
        if kept is None or not self._young(kept.part) or not _alike(kept.account, account):
            return None
        if kept.account is not account:  # compared once
            self._parts[account.id, name] = kept._replace(account=account)
        return kept.part if _well(kept.part.connections) else None

    def picture(self, account: LinkedAccount) -> Picture | None:
        """The picture, if all of it may be given again but its entitlements, which are not looked at here."""
        kept = self._pictures.get(account.id)
        if kept is None or not kept.picture.at <= clock.now() < kept.until:
            return None
        if not _alike(kept.account, account) or not _well(_connections(account)):
            return None
        if kept.account is not account:
            self._pictures[account.id] = kept._replace(account=account)
        return kept.picture

    def keep(self, account: LinkedAccount, name: str, part: Part[Any], asked_in: int) -> None:
        """Remember a part that was asked for in this generation."""
        if self.on and part.state is State.FRESH and part.connections and self._holds(account.id, asked_in):
            _put(self._parts, (account.id, name), _Part(account, part), PARTS)

    def keep_picture(self, picture: Picture, made_of: Iterable[Part[Any]], asked_in: int) -> None:
        """Remember a picture that was made of these parts, asked for in this generation."""
        asked = [part for part in made_of if part.connections]
        if not self.on or not asked or not self._holds(picture.account.id, asked_in):
            return
        if all(part.state is State.FRESH for part in asked):
            seen = [part.observed_at for part in asked if part.observed_at]
            until = min((min(seen) + self._span, *_due_after(min(seen), picture)))
            _put(self._pictures, picture.account.id, _Picture(picture.account, picture, until), PICTURES)

    def changed(self, account: str, parts: Collection[str] = ()) -> None:
        """These parts of an account (none: all) are not what they were; what is being asked may not be."""
        self.generation += 1
        if not self.on:
            return
        _put(self._changed, account, self.generation, CHANGES + 1)
        if len(self._changed) > CHANGES:
            self._forgotten = self._changed.pop(next(iter(self._changed)))
        self._pictures.pop(account, None)
        names = {*parts, *(along for part in parts for along in _ALONG.get(part, ()))}
        for key in [key for key in self._parts if key[0] == account]:
            if not names or key[1].partition("@")[0] in names:
                del self._parts[key]

    def _young(self, part: Part[Any]) -> bool:
        return part.observed_at is not None and abs(clock.now() - part.observed_at) < self._span

    def _holds(self, account: str, asked_in: int) -> bool:
        return self._changed.get(account, self._forgotten) <= asked_in


def _put(kept: dict[Any, Any], key: Any, value: Any, most: int) -> None:
    kept.pop(key, None)
    if len(kept) >= most:
        del kept[next(iter(kept))]
    kept[key] = value


def _alike(one: LinkedAccount, other: LinkedAccount) -> bool:
    """Whether these say the same of the account, be it seen at another time."""
    return one is other or _undated(one) == _undated(other)


def _undated(account: LinkedAccount) -> LinkedAccount:
    records = (replace(one, origin=replace(one.origin, observed_at=_ONCE)) for one in account.records)
    return replace(account, records=tuple(records))


def _connections(account: LinkedAccount) -> Iterable[str]:
    return {record.origin.ref.connection for record in account.records}


def _well(connections: Iterable[str]) -> bool:
    """Whether nothing speaks against asking them: else it must be seen what they say now."""
    return all(systems().by_name(name).health().state is Condition.OK for name in connections)


def _due_after(seen: datetime, picture: Picture) -> Iterable[datetime]:
    """When invoices come due: from then on the account is in arrears, though no system says anything new."""
    invoices = picture.parts.invoices.data
    items = invoices.items if invoices else ()
    return (one.due_at for one in items if one.due_at is not None and one.due_at >= seen)
