"""Where in Salesforce could somebody's words be found?"""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from system_apis.salesforce import soql
from system_apis.salesforce.wire import AccountRow, OfAccount

ACCOUNTS: Final = soql.columns(AccountRow)
OF_ACCOUNTS: Final = soql.columns(OfAccount)

# The first three characters of an id say what it is ("Standard Field Record ID Prefix Decoder").
_OWNED: Final = {"003": "Contact", "006": "Opportunity", "800": "Contract"}
_ID: Final = re.compile(r"[0-9A-Za-z]{15}([0-9A-Za-z]{3})?")


class Search(NamedTuple):
    """A question for accounts, or for rows `of_account`."""

    question: str
    of_account: bool


def searches(words: str, most: int) -> tuple[Search, ...]:
    """The questions that find customers by these words: one for an id, a few side by side for other words."""
    words = words.strip()
    if not words:
        return ()
    if _ID.fullmatch(words) and (words[:3] == "001" or words[:3] in _OWNED):
        source = _OWNED.get(words[:3])
        return (_search(source, f"Id = {soql.text(words)}", most),)
    return tuple(_by_words(words, most))


def _by_words(words: str, most: int) -> Iterator[Search]:
    if "@" in words:
        yield _search("Contact", f"Email = {soql.text(words)}", most)
        return
    yield _search(None, f"Name LIKE {soql.containing(words)}", most)
    yield _search("Contract", f"ContractNumber = {soql.text(words)}", most)
    if "." in words:
        yield _search(None, f"Website LIKE {soql.containing(words)}", most)


def _search(source: str | None, condition: str, most: int) -> Search:
    """A search in accounts, or in rows of accounts when a `source` is named."""
    if source is None:
        return Search(soql.select(ACCOUNTS, "Account", condition, order="ORDER BY Name", limit=most), False)
    return Search(soql.select(OF_ACCOUNTS, source, condition, limit=most), True)
