"""Does a history with deaths in it come to the same as the one without?"""

from collections.abc import Callable
from pathlib import Path
from typing import Final

from msgspec import Struct

from tests.chaos import mortal
from tests.chaos.practising import NAMES
from tests.chaos.states import Made, States, look
from tests.chaos.stories import STORIES
from tests.chaos.town import Town, town

MOMENTS: Final = ("arrived", "done")
"""Inside a step: a write has come and is not carried out, or is carried out and not answered."""


class Trouble(Struct, frozen=True, kw_only=True):
    """Where a history's gateways die: once at each kind of `boundaries`, and in the writes of these numbers.

    `meanwhile` is called in each phase, when its business has happened and before anybody waits.
    """

    boundaries: frozenset[str] = frozenset()
    writes: frozenset[tuple[str, int]] = frozenset()
    cut: bool = False
    """Of every platform the first write of each phase is carried out and its answer cut off."""
    dropped: bool = False
    """No message of any platform arrives."""
    meanwhile: Callable[[Town], None] | None = None


NONE: Final = Trouble()


class History(Struct, frozen=True, kw_only=True):
    """What came of it. `places` are the boundaries of the story, `writes` how many the gateway sent."""

    states: States
    made: Made
    places: tuple[str, ...]
    writes: int
    died: tuple[str, ...]
    lives: int
    cut: int
    dropped: int


def lived(
    data: Path,
    trouble: Trouble = NONE,
    *,
    like: History | None = None,
    database: str | None = None,
    keys: Path | None = None,
) -> History:
    """Live through all stories in a new world; `like` is a history that was lived before, for its world.

    Raises Unquiet when something was given up or never ends.
    """
    with town(data, database, keys) as place:
        made = like.made if like else Made(look(place.see))
        place.begin(trouble.boundaries)
        place.quiet(trouble.boundaries)
        if trouble.dropped:
            for platform in NAMES:
                place.act(platform, "/webhooks", mode="drop")
        before = set(mortal.places(place.diary))
        striking = _Striking(place, trouble)
        for story in STORIES:
            story(place, striking.rest)
        striking.over()
        return History(
            states=States(look(place.see), made),
            made=made,
            places=tuple(one for one in mortal.places(place.diary) if one not in before),
            writes=place.practice.writes.done,
            died=(*mortal.deaths(place.diary), *striking.struck),
            lives=place.lives,
            cut=striking.answers_cut(),
            dropped=sum(place.see(one, "/webhooks")["dropped"] for one in NAMES),
        )


class _Striking:
    """Kills inside writes, cuts answers off, and waits for quiet."""

    def __init__(self, place: Town, trouble: Trouble) -> None:
        self._place = place
        self._trouble = trouble
        self.struck: list[str] = []
        writes = place.practice.writes
        writes.arrived = writes.done = 0
        writes.strike = self._strike
        self._cut()

    def rest(self) -> None:
        """One phase is over."""
        if self._trouble.meanwhile:
            self._trouble.meanwhile(self._place)
        if self._trouble.dropped:
            self._place.caught_up()
        self._place.quiet(self._trouble.boundaries)
        self._cut()

    def over(self) -> None:
        """Nobody is struck any more."""
        self._place.practice.writes.strike = None

    def answers_cut(self) -> int:
        """Writes that were carried out and not answered."""
        calls = (call for log in self._place.practice.practice.calls.values() for call in log.since(None))
        return sum(call.fault == "commit_then_cut" and call.effect for call in calls)

    def _strike(self, what: str, number: int) -> None:
        place = f"{what} {number}"
        if (what, number) in self._trouble.writes and place not in self.struck:
            self.struck.append(place)
            self._place.kill()

    def _cut(self) -> None:
        if self._trouble.cut:
            for platform in ("salesforce", "zendesk", "netsuite"):
                self._place.act(platform, "/faults", fault="commit_then_cut", calls=1)
