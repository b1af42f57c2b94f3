"""How does what is born here get an id that sorts by its birth?"""

import base64
import hashlib
import secrets
import time

_ALPHABET = "0123456789abcdefghijklmnopqrstuv"
_RANDOM_BITS = 52


class _Last:
    value = 0


def sortable(prefix: str) -> str:
    """An id of 100 bits in base32hex: milliseconds of wall time, then chance.

    Within a process each is greater than the one before, also within a millisecond and when the clock is set
    back; between nodes they sort as well as their clocks agree.
    """
    fresh = (time.time_ns() // 1_000_000) << _RANDOM_BITS | secrets.randbits(_RANDOM_BITS - 1)
    # Within a millisecond a step at random keeps them in order, and hard to guess.
    value = fresh if fresh > _Last.value else _Last.value + 1 + secrets.randbits(24)
    _Last.value = value
    return f"{prefix}_" + "".join(_ALPHABET[value >> shift & 31] for shift in range(95, -1, -5))


def born(id: str) -> float:
    """The wall time of a sortable id's birth, in seconds since 1970."""
    return (int(id.rpartition("_")[2], 32) >> _RANDOM_BITS) / 1000


def derived(prefix: str, *of: str) -> str:
    """The id of what there is once for these: always the same."""
    digest = hashlib.sha256("|".join(of).encode()).digest()
    return f"{prefix}_{base64.b32hexencode(digest).decode().lower()[:20]}"
