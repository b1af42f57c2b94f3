"""What does NetSuite mean when it says no? (Oracle, "Error Handling in REST Web Services")

Most of what the application refuses has one code, `USER_ERROR`, and says in a sentence what it is.
"""

import re
from collections.abc import Iterable
from typing import Final

import msgspec

from system_apis.answers import NOT_SUCH
from system_apis.errors import Busy, Locked, Missing, PeriodClosed
from system_apis.netsuite.wire import Complaining, Detail
from system_apis.refusals import PERHAPS, Meanings, Refusal, by_codes, known

CLOSED: Final = "(a closed period)"
THERE: Final = "(there already)"
_SENTENCES: Final = {
    CLOSED: re.compile(r"accounting period|posting period|period (?:is|has been) (?:closed|locked)", re.I),
    THERE: re.compile(r"(?:record|entity) already exists", re.I),
}
MEANS: Final[Meanings] = {
    (None, CLOSED): known(PeriodClosed),
    # Somebody made it under the same external id at the same moment: the next look finds it.
    (None, THERE): known(Locked),
    (None, "DUP_RCRD"): known(Locked),
    (None, "RCRD_HAS_BEEN_CHANGED"): known(Locked),
    (None, "RCRD_LOCKED"): known(Locked),
    (None, "NONEXISTENT_ID"): known(Missing),
    (None, "RCRD_DSNT_EXIST"): known(Missing),
    # Over the account's slots, whichever words this release has for it; nothing was begun.
    (None, "CONCURRENCY_LIMIT_EXCEEDED"): known(Busy),
    (None, "SSS_REQUEST_LIMIT_EXCEEDED"): known(Busy),
    (None, "WS_REQUEST_BLOCKED"): known(Busy),
    # It broke while it was at it.
    (None, "UNEXPECTED_ERROR"): PERHAPS,
}


def refusal(connection: str, *, writing: bool = False) -> Refusal:
    """NetSuite's own codes and sentences, where they say more than the status."""
    return by_codes(connection, MEANS, _codes, writing=writing)


def _codes(body: bytes) -> Iterable[str]:
    """Of each detail: what its sentence says, then its code."""
    try:
        details = msgspec.json.decode(body, type=Complaining).details
    except NOT_SUCH:
        return ()
    return [word for detail in details for word in (*_said(detail), detail.code) if word]


def _said(detail: Detail) -> Iterable[str]:
    return [name for name, sentence in _SENTENCES.items() if sentence.search(detail.detail)]
