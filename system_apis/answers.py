"""How is an answer read, and what if it cannot be?"""

from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, Final, TypeVar, cast

import msgspec

from system_apis.errors import Unreadable

T = TypeVar("T")

NOT_SUCH: Final = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)
"""What reading bytes raises that are no JSON as expected: other values, no text, nested without end."""


def read(connection: str, asked: str, body: bytes, returns: type[T]) -> T:
    """A body as `returns`; what is not in it is let pass. `asked` is the call, without ids.

    Raises `Unreadable` that says where it is not as expected, and nothing of what it says.
    """
    try:
        return cast("T", _decoder(cast("Hashable", returns)).decode(body))
    except msgspec.ValidationError as error:
        # Its text may quote the answer; the path at its end says only where it is not as expected.
        _, said, where = str(error).rpartition(" - at ")
        raise Unreadable(connection, f"{asked}: not as expected at {where if said else '`$`'}") from None
    except NOT_SUCH:
        raise Unreadable(connection, f"{asked}: not JSON") from None


@lru_cache(maxsize=256)
def _decoder(returns: Hashable) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(cast("Any", returns))


@contextmanager
def translating(connection: str) -> Iterator[None]:
    """While a mapping runs: a value that it has no word for, or no number, is an `Unreadable` answer."""
    try:
        yield
    except (ValueError, ArithmeticError):
        # Its text may quote the value.
        raise Unreadable(connection, "an answer that cannot be put in our words") from None
