"""What did we just read, so that we need not read it again?"""

import time
from collections import OrderedDict
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Lately(Generic[K, V]):
    """A bounded memory in front of a table: the least recently used goes first, nothing stays past `seconds`.

    The age limit is for several nodes: what another node changed is seen here after that time at the latest.
    """

    def __init__(self, size: int, seconds: float) -> None:
        self._size = size
        self._seconds = seconds
        self._entries: OrderedDict[K, tuple[float, V]] = OrderedDict()
        self.generation = 0
        """Grows with every `clear`: what was read before one must not be kept after it."""

    def get(self, key: K) -> V | None:
        """What was kept under this key, unless it is gone or too old."""
        entry = self._entries.get(key)
        if entry is None:
            return None
        if entry[0] < time.monotonic():
            del self._entries[key]
            return None
        self._entries.move_to_end(key)
        return entry[1]

    def keep(self, key: K, value: V, read_in: int | None = None) -> None:
        """Keep a value; not when it was read in an older generation (`read_in`) than today's."""
        if read_in is not None and read_in != self.generation:
            return
        self._entries[key] = time.monotonic() + self._seconds, value
        self._entries.move_to_end(key)
        if len(self._entries) > self._size:
            self._entries.popitem(last=False)

    def forget(self, key: K) -> None:
        """Read this one again next time; what is being read at this moment is not kept either."""
        self._entries.pop(key, None)
        self.generation += 1

    def clear(self) -> None:
        """Read everything again."""
        self._entries.clear()
        self.generation += 1
