"""What time is it for the business?

Periods, grace and staleness follow business time, which a demonstration may move; tokens, signatures and
limits never do: they stay on wall time.
"""

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

import msgspec

LOOK_EVERY = 0.05
"""Seconds between two looks at the offset file: a moved clock is noticed at most this late."""


class Clock(Protocol):
    """Anything that knows the time of the business."""

    def now(self) -> datetime:
        """The present moment, in UTC."""
        ...


class WallClock:
    """Business time is the time on the wall."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class FixedClock:
    """Business time stands still until it is moved."""

    def __init__(self, at: datetime) -> None:
        self._at = at.astimezone(UTC)

    def now(self) -> datetime:
        return self._at

    def forward(self, by: timedelta) -> None:
        """Move on; a negative span moves back."""
        self._at += by


class _Offset(msgspec.Struct):
    offset_seconds: float


class FollowedClock:
    """Wall time plus the offset that the practice platforms write into a file: `{"offset_seconds": n}`.

    No file, or one that cannot be read at this moment, leaves the last known offset as it is.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._offset = timedelta()
        self._written_at = -1
        self._look_at = 0.0

    def now(self) -> datetime:
        if (tick := time.monotonic()) >= self._look_at:
            self._look_at = tick + LOOK_EVERY
            self.look()
        return datetime.now(UTC) + self._offset

    def look(self) -> None:
        """Read the file now, if it was written since it was last read."""
        try:
            written_at = self._file.stat().st_mtime_ns
            if written_at == self._written_at:
                return
            offset = msgspec.json.decode(self._file.read_bytes(), type=_Offset)
            self._offset = timedelta(seconds=offset.offset_seconds)
            self._written_at = written_at
        except (OSError, OverflowError, msgspec.DecodeError):
            return


class _Slot:
    clock: Clock = WallClock()


def use(clock: Clock) -> None:
    """From now on this is the clock of the business."""
    _Slot.clock = clock


def follow(file: Path | None) -> None:
    """Follow the offset in this file, or the wall again when there is none."""
    use(FollowedClock(file) if file else WallClock())


def now() -> datetime:
    """The present moment of the business, in UTC."""
    return _Slot.clock.now()
