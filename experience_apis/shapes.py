"""In which shapes does every consumer get a part of a picture and a page of a list?

The two envelopes are promised to all consumers alike; what is inside them is each consumer's own view.
"""

from collections.abc import Callable
from datetime import date
from typing import Annotated, Any, Generic, TypeVar

from litestar.di import NamedDependency
from litestar.params import QueryParameter, SkipValidation
from msgspec import Meta, Struct

from canonical.caller import Caller
from canonical.identity import Timestamp
from process_apis import account_360
from process_apis.account_360.model import BillingTerms, Listing, State
from process_apis.cursors import MAX_LENGTH

T = TypeVar("T")
V = TypeVar("V")

Word = Annotated[str, Meta(max_length=64)]
Line = Annotated[str, Meta(max_length=500)]
Prose = Annotated[str, Meta(max_length=65_536)]
Day = Annotated[date, Meta(extra_json_schema={"maxLength": 10})]
Count = Annotated[int, Meta(ge=0, le=1_000_000_000)]

Asking = NamedDependency[SkipValidation[Caller]]
"""Who is asking; the front door has proven it."""

Cursor = Annotated[
    str | None,
    QueryParameter(
        name="cursor",
        min_length=1,
        max_length=MAX_LENGTH,
        description="The `next_cursor` of the page before; absent for the first page.",
    ),
]
Limit = Annotated[int, QueryParameter(name="limit", ge=1, le=100, description="At most so many records.")]


class Part(Struct, Generic[T], kw_only=True):
    """One part of a picture, and how far it can be trusted.

    `fresh`: its owner has just confirmed it. `stale`: the last known answer, observed at `observed_at`.
    `unknown`: there is none. `because` says why it is not fresh, or why there is nothing.
    """

    state: State
    source: Annotated[Word, Meta(description="The kind of system that owns it.", examples=["billing"])]
    observed_at: Timestamp | None
    because: Annotated[Line, Meta(examples=["billing: unavailable"])] | None = None
    has_more: Annotated[bool, Meta(description="Whether the list has more than is shown here.")] = False
    data: T | None


class Trust(Struct, kw_only=True):
    """How far something within a part can be trusted that may have another owner than the part."""

    state: State
    source: Word
    observed_at: Timestamp | None
    because: Line | None


class Page(Struct, Generic[T], kw_only=True):
    """One page of a list."""

    data: Annotated[tuple[T, ...], Meta(max_length=100)]
    next_cursor: (
        Annotated[
            str,
            Meta(
                max_length=MAX_LENGTH, description="Give it as `cursor` for the next page; absent at the end."
            ),
        ]
        | None
    ) = None
    has_more: bool = False


def shown(part: account_360.model.Part[T], view: Callable[[T], V], who: str | None = None) -> Part[V]:
    """A part of the picture as a consumer sees it; `who` names what kept us from it (default: the kind)."""
    because = f"{who or part.source}: {part.because}" if part.because else None
    return Part(
        state=part.state,
        source=part.source,
        observed_at=part.observed_at,
        because=because,
        has_more=part.data.has_more if isinstance(part.data, Listing) else False,
        data=None if part.data is None else view(part.data),
    )


def trust(terms: BillingTerms, who: str | None = None) -> Trust:
    """How far the billing terms of a profile can be trusted."""
    return Trust(
        state=terms.state,
        source=terms.source,
        observed_at=terms.observed_at,
        because=f"{who or terms.source}: {terms.because}" if terms.because else None,
    )


def page(items: tuple[Any, ...], next_cursor: str | None, view: Callable[[Any], V]) -> Page[V]:
    """A page of records as a consumer sees them."""
    return Page(
        data=tuple(view(item) for item in items), next_cursor=next_cursor, has_more=next_cursor is not None
    )
