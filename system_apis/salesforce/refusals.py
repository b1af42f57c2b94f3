"""What does Salesforce mean when it says no?"""

import re
from typing import Final

import httpx
import msgspec

from system_apis.errors import Busy, Missing, PlatformError, Unavailable
from system_apis.health import Quota
from system_apis.refusals import Refusal
from system_apis.salesforce.wire import Complaint

# REST API guide, "Status Codes and Error Responses". A used up day is a 403; a text that cannot be an id
# is a 400, and to us no record has it.
_BY_CODE: Final[dict[str, type[PlatformError]]] = {
    "REQUEST_LIMIT_EXCEEDED": Busy,
    "UNABLE_TO_LOCK_ROW": Busy,
    "SERVER_UNAVAILABLE": Unavailable,
    "QUERY_TIMEOUT": Unavailable,
    "INVALID_QUERY_FILTER_OPERATOR": Missing,
    "MALFORMED_ID": Missing,
}
_USAGE: Final = re.compile(r"(?<![\w-])api-usage=(\d+)/(\d+)")


def refusal(connection: str) -> Refusal:
    """Salesforce's own codes, where they say more than the status."""

    def read(status: int, headers: httpx.Headers, body: bytes) -> PlatformError | None:
        try:
            complaints = msgspec.json.decode(body, type=list[Complaint])
        except msgspec.MsgspecError:
            return None
        known = [one.error_code for one in complaints if one.error_code in _BY_CODE]
        return _BY_CODE[known[0]](connection, f"{status} {known[0]}") if known else None

    return read


def usage(headers: httpx.Headers) -> Quota | None:
    """`Sforce-Limit-Info: api-usage=10018/100000` on every answer: calls of the last 24 hours."""
    found = _USAGE.search(headers.get("Sforce-Limit-Info", ""))
    return Quota(used=int(found[1]), limit=int(found[2])) if found else None
