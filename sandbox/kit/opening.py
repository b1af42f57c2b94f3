"""How does a practice company begin, and begin again as it was?"""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from sandbox.kit import files
from sandbox.kit.clock import BusinessClock
from sandbox.kit.credentials import load_or_make
from sandbox.kit.keeping import Keeper
from sandbox.kit.practice import Practice

SEED: Final = 7


def opened(data: Path | None = None, seed: int = SEED) -> Practice:
    """A practice company. With a folder: the same keys and business time as last time, and the world as left.

    The world's anchor is the day it was first opened, so ids and dates stay after a restart.
    """
    today = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    if data is None:
        return Practice(seed, today, BusinessClock(), load_or_make())
    kept = data / "world.json"
    if not kept.exists():
        files.replace(kept, json.dumps({"seed": seed, "anchor": today.isoformat()}))
    world = json.loads(kept.read_text())
    return Practice(
        int(world["seed"]),
        datetime.fromisoformat(world["anchor"]),
        BusinessClock(data / "clock.json"),
        load_or_make(data / "keys.json"),
        Keeper(data / "company.msgpack"),
    )
