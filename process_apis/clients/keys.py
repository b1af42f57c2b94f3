"""What is a key, and what of it do we keep?

A key is `tlk_<prefix>_<secret>`, the secret 256 random bits. Only the SHA-256 of the key is kept, which is
enough against guessing because nobody can guess 256 bits; the prefix is for people to tell keys apart.
"""

import base64
import hashlib
import re
import secrets

_KEY = re.compile(r"tlk_([0-9a-v]{8})_[A-Za-z0-9_-]{43}")


def new_key() -> str:
    """A key that nobody had before."""
    return f"tlk_{letters(5)}_{secrets.token_urlsafe(32)}"


def shaped(key: str) -> bool:
    """Whether this could be one of ours, before anything is read."""
    return _KEY.fullmatch(key) is not None


def prefix_of(key: str) -> str:
    """The part of a key that may be shown."""
    return key.split("_", 2)[1]


def digest(key: str) -> bytes:
    """What of a key is kept."""
    return hashlib.sha256(key.encode()).digest()


def letters(count: int) -> str:
    """So many random bytes in letters and digits of one case."""
    return base64.b32hexencode(secrets.token_bytes(count)).decode().lower().rstrip("=")
