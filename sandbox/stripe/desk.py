"""How is a change done here: the facts first, then what is shown, then what is told?"""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, Final

from sandbox.kit.practice import Practice
from sandbox.stripe.books import Books
from sandbox.stripe.errors import missing
from sandbox.stripe.events import EventLog
from sandbox.stripe.memory import NAME, Memory
from sandbox.world import Invoice, Line, Subscription, World

Json = dict[str, Any]
NOBODY: Final[Json] = {"id": None, "idempotency_key": None}
"""Who asked for what Stripe does by itself."""
_LINES: Final = 10_000_000
"""New lines are numbered apart from those the world was made with."""


class Desk:
    """One call, or one thing that is due, at a moment of business time; `asked` says by which call."""

    def __init__(
        self, practice: Practice, books: Callable[[], Books], now: datetime, asked: Json = NOBODY
    ) -> None:
        self.practice = practice
        self.now = now
        self._books = books
        self._asked = asked

    @property
    def world(self) -> World:
        return self.practice.world

    @property
    def books(self) -> Books:
        return self._books()

    def at(self, moment: datetime) -> "Desk":
        """The same desk at another moment."""
        return Desk(self.practice, self._books, moment, self._asked)

    def find(self, kind: str, id: str) -> Json:
        """An object that is known to be there."""
        one = self.books.find(kind, id)
        if one is None:
            raise LookupError(f"{kind} {id} is not in the books")
        return one

    def number(self, kind: str, id: str, param: str = "id", status: int = 404) -> int:
        """Which record of the world an object is, or Stripe's refusal."""
        if self.books.find(kind, id) is None or id not in self.books.numbers:
            raise missing(kind.replace("_", " "), id, param, status)
        return self.books.numbers[id]

    def changed(self, **touched: Iterable[int]) -> None:
        """Say which records of the world were changed."""
        self.practice.changed(**touched)

    def say(self, id: str, said: Json) -> None:
        """Write top-level fields of an object that no other system cares for; shown with its next change."""
        if said:
            self.practice.memory(NAME, Memory).said.setdefault(id, {}).update(said)

    def tell(self, kind: str, id: str, *types: str, before: Json | None = None) -> None:
        """That something happened to an object as it is now; `*.updated` only if it differs from `before`."""
        one = self.find(kind, id)
        log = EventLog(self.practice)
        for type in types:
            updated = type.endswith(".updated")
            if not updated or one != before:
                log.add(type, one, before if updated else None, self.now, self._asked)

    def line(self, sku: str, quantity: int, unit_amount: int, *, proration: bool = False) -> Line:
        """A new line with a number of its own."""
        number = _LINES + self.practice.next_number("lines")
        return Line(number, sku, quantity, unit_amount, proration)

    def again(self, lines: Iterable[Line]) -> list[Line]:
        """The same lines once more, as lines of another document."""
        return [self.line(one.sku, one.quantity, one.unit_amount, proration=one.proration) for one in lines]

    def subscription_of(self, invoice: Invoice) -> Subscription:
        return self.world.subscriptions[invoice.subscription]


def merged(before: dict[str, str], sent: dict[str, str] | str) -> dict[str, str]:
    """Metadata after a write: named keys change, an empty value takes one away, an empty whole takes all."""
    if isinstance(sent, str):
        return {}
    return {key: value for key, value in {**before, **sent}.items() if value != ""}
