"""How does a caller come back for the next page without seeing or changing where it stands?

A cursor is sealed (AES-SIV, RFC 5297), so a platform's own ids stay inside and a changed or foreign one is
refused. It is bound to one question: the list, the account and the filter it was made for. The same position
always has the same cursor, so a page that has not changed is the same page to the byte, and its ETag holds.
"""

import base64
import hashlib
from collections.abc import Callable, Iterable
from typing import TypeVar

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from process_apis.errors import InvalidCursor

T = TypeVar("T")

MAX_LENGTH = 512


class _Seal:
    sealing: AESSIV | None = None


def seal_with(secret: bytes) -> None:
    """Give the secret that all nodes of one house share; cursors live as long as it does."""
    _Seal.sealing = AESSIV(hashlib.sha512(b"cursors|" + secret).digest())


def seal(question: str, position: object) -> str:
    """The cursor for this position in the answer to this question."""
    sealed = _sealing().encrypt(msgspec.json.encode(position), [question.encode()])
    return base64.urlsafe_b64encode(sealed).decode().rstrip("=")


def unseal(question: str, cursor: str) -> object:
    """The position again. Raises InvalidCursor when it was not made here for exactly this question."""
    try:
        sealed = base64.urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4))
        position: object = msgspec.json.decode(_sealing().decrypt(sealed, [question.encode()]))
    except (InvalidTag, ValueError):  # ValueError: not ASCII, not base64, not ours
        raise InvalidCursor from None
    return position


def cut(
    question: str, items: Iterable[T], name: Callable[[T], str], cursor: str | None, limit: int
) -> tuple[tuple[T, ...], str | None]:
    """One page of a list that is at hand whole, by name, and the cursor of the next. Raises InvalidCursor."""
    after = str(unseal(question, cursor)) if cursor else ""
    rest = sorted((one for one in items if name(one) > after), key=name)
    shown = tuple(rest[:limit])
    return shown, seal(question, name(shown[-1])) if len(rest) > limit else None


def _sealing() -> AESSIV:
    if _Seal.sealing is None:
        raise RuntimeError("cursors.seal_with was not called at start-up")
    return _Seal.sealing
