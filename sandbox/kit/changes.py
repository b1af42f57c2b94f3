"""Which records of the world changed since a rendering of it was made?"""

from collections import deque
from collections.abc import Iterable, Mapping
from typing import Final

LIMIT: Final = 5_000

Touched = dict[str, set[int]]
"""Numbers by the name of the world's table, such as `invoices`."""


class Changes:
    """The last changes in the order of the world's versions, at most `limit`."""

    def __init__(self, limit: int = LIMIT) -> None:
        self._last: deque[tuple[int, Touched | None]] = deque(maxlen=limit)

    def note(self, version: int, touched: Mapping[str, Iterable[int]] | None) -> None:
        """What led to this version; none: anything may have changed."""
        named = None if touched is None else {table: set(numbers) for table, numbers in touched.items()}
        self._last.append((version, named))

    def since(self, version: int) -> Touched | None:
        """What was touched after this version; none: that is not known, so take it to be everything."""
        if not self._last or self._last[0][0] > version + 1:
            return None
        found: Touched = {}
        for later, touched in reversed(self._last):
            if later <= version:
                break
            if touched is None:
                return None
            for table, numbers in touched.items():
                found.setdefault(table, set()).update(numbers)
        return found
