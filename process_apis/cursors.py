"""How does a caller come back for the next page without seeing or changing where it stands?

A cursor is sealed (Fernet: AES-128-CBC with HMAC-SHA256), so a platform's own ids stay inside and a changed
or foreign one is refused. It is bound to one question: the list, the account and the filter it was made for.
"""

import base64
import hashlib

import msgspec
from cryptography.fernet import Fernet, InvalidToken

from process_apis.errors import InvalidCursor

MAX_LENGTH = 512


class _Seal:
    fernet: Fernet | None = None


def seal_with(secret: bytes) -> None:
    """Give the secret that all nodes of one house share; cursors live as long as it does."""
    _Seal.fernet = Fernet(base64.urlsafe_b64encode(hashlib.sha256(b"cursors|" + secret).digest()))


def seal(question: str, position: object) -> str:
    """The cursor for this position in the answer to this question."""
    return _fernet().encrypt(msgspec.json.encode((question, position))).decode().rstrip("=")


def unseal(question: str, cursor: str) -> object:
    """The position again. Raises InvalidCursor when it was not made here for exactly this question."""
    try:
        sealed = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        made_for, position = msgspec.json.decode(_fernet().decrypt(sealed))
    except (InvalidToken, UnicodeEncodeError, ValueError, msgspec.DecodeError):
        raise InvalidCursor from None
    if made_for != question:
        raise InvalidCursor
    return position


def _fernet() -> Fernet:
    if _Seal.fernet is None:
        raise RuntimeError("cursors.seal_with was not called at start-up")
    return _Seal.fernet
