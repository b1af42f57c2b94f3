"""In which shape does an internal caller get a list, and how do they ask for it?"""

from collections.abc import Awaitable, Iterable
from typing import Annotated, Generic, TypeVar

from litestar.params import PathParameter, QueryParameter
from msgspec import Meta, Struct

from canonical.identity import Page
from system_apis.errors import Refused, WrongCursor

T = TypeVar("T")

LONGEST_CURSOR = 1024

Cursor = Annotated[
    str | None,
    QueryParameter(
        name="cursor",
        min_length=1,
        max_length=LONGEST_CURSOR,
        description="The `next_cursor` of the page before; absent for the first page.",
    ),
]
Limit = Annotated[
    int,
    QueryParameter(
        name="limit", ge=1, le=100, description="At most so many records; a platform may give fewer."
    ),
]
ExternalId = Annotated[
    str, PathParameter(min_length=1, max_length=64, description="The platform's own id of the record.")
]
Code = Annotated[
    str, PathParameter(min_length=1, max_length=16, description="The code of one of our companies.")
]
What = Annotated[
    str,
    PathParameter(
        min_length=1,
        max_length=16,
        description="The kind of record: invoice, payment, credit_note, refund or payout.",
    ),
]
Key = Annotated[
    str,
    PathParameter(
        min_length=1, max_length=64, description="The account id that was written into the record."
    ),
]
Words = Annotated[
    str,
    QueryParameter(
        name="text",
        min_length=1,
        max_length=200,
        description="A name, domain, e-mail address, or an id or number that this kind of system gives out.",
    ),
]


class Listing(Struct, Generic[T], frozen=True, kw_only=True):
    """One page of a list."""

    data: tuple[T, ...]
    next_cursor: (
        Annotated[str, Meta(description="Give it as `cursor` for the next page; null at the end.")] | None
    ) = None
    has_more: bool = False


async def listed(asked: Awaitable[Page[T]], cursor: str | None) -> Listing[T]:
    """A platform's page as an internal caller gets it. Raises `WrongCursor` for a cursor that it refuses."""
    try:
        page = await asked
    except Refused as error:
        if cursor is None:
            raise
        raise WrongCursor(error.connection, error.detail) from error
    return Listing(data=page.items, next_cursor=page.next, has_more=page.next is not None)


def whole(records: Iterable[T]) -> Listing[T]:
    """A list that comes in one piece."""
    return Listing(data=tuple(records))
