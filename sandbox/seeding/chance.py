"""What is left to chance in the making of the world, and how is it the same every time?"""

import random
from calendar import monthrange
from datetime import date, datetime, timedelta
from itertools import count
from typing import TypeVar

from sandbox.world import Line, World

D = TypeVar("D", date, datetime)


class Making:
    """A world in the making: the dice of one part of it, and numbers for lines, which all kinds share."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._lines = count(1)

    def dice(self, part: str) -> random.Random:
        """Dice of its own for each part, so that a change to one part leaves the others as they were."""
        return random.Random(f"{self.world.seed}:{part}")

    def line(self, sku: str, quantity: int, unit_amount: int) -> Line:
        """A new line with a number that no other line of the world has."""
        return Line(next(self._lines), sku, quantity, unit_amount)

    def again(self, lines: list[Line]) -> list[Line]:
        """The same lines once more, as lines of another document."""
        return [self.line(line.sku, line.quantity, line.unit_amount) for line in lines]


def months_after(day: D, months: int) -> D:
    """The same day so many months later (earlier if negative), or the last one of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return day.replace(year=year, month=month + 1, day=min(day.day, monthrange(year, month + 1)[1]))


def moment_between(dice: random.Random, start: datetime, end: datetime) -> datetime:
    """A whole second in between."""
    return start + timedelta(seconds=dice.randrange(max(1, int((end - start).total_seconds()))))
