"""How does Stripe cut a list, or a search, into pages?

A list goes from the newest back: `starting_after` and `ending_before` name an object, `has_more` says whether
more lie in that direction (docs.stripe.com/api/pagination). A search has an opaque `page` instead.
"""

import base64
import re
from collections.abc import Callable
from typing import Any

from sandbox.stripe.errors import Refusal, missing
from sandbox.stripe.parameters import Asked

Json = dict[str, Any]
Keep = Callable[[Json], bool]
NUMBER = re.compile(r"[0-9]{1,15}")
PAGING = ("limit", "starting_after", "ending_before", "expand")


def page(everything: list[Json], keep: Keep, asked: Asked, url: str, noun: str) -> Json:
    """One page of those to `keep` of all (newest first), in the envelope of a list.

    The object a page starts from may itself no longer be one to keep: its place in the order is enough.
    """
    limit = asked.limit()
    after, before = asked.plain.get("starting_after"), asked.plain.get("ending_before")
    if after and before:
        raise Refusal(400, "You may only specify one of these parameters: ending_before, starting_after.")
    if before:
        newer = [
            one for one in everything[: position(everything, before, noun, "ending_before")] if keep(one)
        ]
        return envelope(newer[-limit:], len(newer) > limit, url)
    start = position(everything, after, noun, "starting_after") + 1 if after else 0
    older = [one for one in everything[start:] if keep(one)]
    return envelope(older[:limit], len(older) > limit, url)


def position(objects: list[Json], id: str, noun: str, param: str) -> int:
    for place, one in enumerate(objects):
        if one["id"] == id:
            return place
    raise missing(noun, id, param, status=400)


def envelope(data: list[Json], has_more: bool, url: str) -> Json:
    return {"object": "list", "data": data, "has_more": has_more, "url": url}


def search_page(found: list[Json], asked: Asked, url: str) -> Json:
    """One page of a search; `next_page` is null on the last one."""
    limit, start = asked.limit(), offset(asked.plain.get("page"))
    more = len(found) > start + limit
    answer = {
        "object": "search_result",
        "data": found[start : start + limit],
        "has_more": more,
        "next_page": token(start + limit) if more else None,
        "url": url,
    }
    if "total_count" in asked.lists.get("expand", []):
        answer["total_count"] = len(found)
    return answer


def token(start: int) -> str:
    return base64.urlsafe_b64encode(f"from:{start}".encode()).decode()


def offset(page: str | None) -> int:
    if page is None:
        return 0
    try:
        word, _, start = base64.b64decode(page, altchars=b"-_", validate=True).decode().partition(":")
    except ValueError:
        word, start = "", ""
    if word != "from" or not NUMBER.fullmatch(start):
        raise Refusal(400, "Invalid page token.", param="page")
    return int(start)
