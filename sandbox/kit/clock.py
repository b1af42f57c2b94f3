"""What time is it in the practice company?

Business time only (periods, due dates, trials): wall time plus an offset that grows. Tokens and
signatures are on wall time and never ask here.
"""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sandbox.kit import files


class BusinessClock:
    """One clock for all four platforms; with a file, another process can follow it and a restart keeps it."""

    def __init__(self, file: Path | None = None) -> None:
        self._file = file
        self._offset = timedelta(seconds=_kept_offset(file))

    def now(self) -> datetime:
        """This moment of business time, in UTC."""
        return datetime.now(UTC) + self._offset

    @property
    def offset_seconds(self) -> float:
        """How far business time is ahead of wall time."""
        return self._offset.total_seconds()

    def advance(self, seconds: float) -> None:
        """Move forward. `ValueError` for a step back, `OverflowError` for one out of the calendar."""
        if not seconds >= 0:
            raise ValueError("business time only moves forward")
        offset = self._offset + timedelta(seconds=seconds)
        datetime.now(UTC) + offset  # raises before anything is kept
        self._set(offset)

    def reset(self) -> None:
        """Back to wall time."""
        self._set(timedelta())

    def _set(self, offset: timedelta) -> None:
        if self._file is not None:
            files.replace(self._file, json.dumps({"offset_seconds": offset.total_seconds()}))
        self._offset = offset


def _kept_offset(file: Path | None) -> float:
    """What the file says, zero without one. A damaged file raises: a wrong date is worse than no start."""
    if file is None or not file.exists():
        return 0.0
    return float(json.loads(file.read_text())["offset_seconds"])
