"""Where in Stripe could somebody's words be found?"""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

# Prefixes of ids, and where each is read; `py_` are charges of other means than cards.
_READ: Final = {
    "cus": "customers",
    "sub": "subscriptions",
    "in": "invoices",
    "pi": "payment_intents",
    "ch": "charges",
    "py": "charges",
}
_ID: Final = re.compile(r"([a-z]{2,3})_\w+")
# A search for a part of a word needs so many letters (docs.stripe.com/search#query-fields).
_SHORTEST_PART: Final = 3


class Search(NamedTuple):
    """A question; `of_customer` when the customer is only what the answer belongs to."""

    path: str
    params: dict[str, str]
    of_customer: bool = False


def place_of(words: str) -> str | None:
    """Under which path an id is read; None for words that are no id of ours."""
    found = _ID.fullmatch(words)
    return _READ.get(found[1]) if found else None


def searches(words: str) -> Iterator[Search]:
    """The questions that find customers by words that are no id, to be asked side by side.

    The search index may be a minute behind; the list by e-mail is not.
    """
    if "@" in words:
        yield Search("customers", {"email": words})
        yield Search("customers/search", {"query": f"email:{quoted(words)}"})
        return
    if len(words) < _SHORTEST_PART:
        yield Search("customers/search", {"query": f"name:{quoted(words)}"})
    else:
        either = f"name~{quoted(words)} OR email~{quoted(words)}"
        yield Search("customers/search", {"query": either})
    if any(letter.isdecimal() for letter in words):
        yield Search("invoices/search", {"query": f"number:{quoted(words)}"}, of_customer=True)


def quoted(words: str) -> str:
    """A text in the search query language."""
    return '"' + words.replace("\\", "\\\\").replace('"', '\\"') + '"'
