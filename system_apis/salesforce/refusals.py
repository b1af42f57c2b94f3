"""What does Salesforce mean when it says no?"""

import re
from collections.abc import Iterable
from typing import Final

import httpx
import msgspec

from system_apis.answers import NOT_SUCH
from system_apis.errors import Busy, Locked, Missing, Unavailable
from system_apis.health import Quota
from system_apis.refusals import PERHAPS, Meanings, Refusal, by_codes, known
from system_apis.salesforce.wire import Complaint

# REST API guide, "Status Codes and Error Responses". A used up day is a 403; a text that cannot be an id
# is a 400, and to us no record has it. A row that is locked, and a day that is used up, changed nothing.
_MEANS: Final[Meanings] = {
    (None, "REQUEST_LIMIT_EXCEEDED"): known(Busy),
    (None, "UNABLE_TO_LOCK_ROW"): known(Locked),
    (None, "QUERY_TIMEOUT"): known(Unavailable),
    (None, "INVALID_QUERY_FILTER_OPERATOR"): known(Missing),
    (None, "MALFORMED_ID"): known(Missing),
    (None, "ENTITY_IS_DELETED"): known(Missing),
    # Whether the org was away before or after the change is not said.
    (None, "SERVER_UNAVAILABLE"): PERHAPS,
    (None, "UNKNOWN_EXCEPTION"): PERHAPS,
}
_USAGE: Final = re.compile(r"(?<![\w-])api-usage=(\d+)/(\d+)")


def refusal(connection: str, *, writing: bool = False) -> Refusal:
    """Salesforce's own codes, where they say more than the status."""
    return by_codes(connection, _MEANS, _codes, writing=writing)


def _codes(body: bytes) -> Iterable[str]:
    """The codes of the array that a refusal is."""
    try:
        complaints = msgspec.json.decode(body, type=list[Complaint])
    except NOT_SUCH:
        return ()
    return [one.error_code for one in complaints]


def usage(headers: httpx.Headers) -> Quota | None:
    """`Sforce-Limit-Info: api-usage=10018/100000` on every answer: calls of the last 24 hours."""
    found = _USAGE.search(headers.get("Sforce-Limit-Info", ""))
    return Quota(used=int(found[1]), limit=int(found[2])) if found else None
