"""What does Zendesk mean when it says no?"""

from collections.abc import Iterable
from typing import Final

import msgspec

from system_apis.answers import NOT_SUCH
from system_apis.errors import Locked, Refused
from system_apis.refusals import Meanings, Refusal, by_codes, known
from system_apis.zendesk.wire import Complaint

# developer.zendesk.com, "Errors". Two changes of one record at the same moment: one of them was not done.
_MEANS: Final[Meanings] = {
    (None, "DatabaseConflict"): known(Locked),
    (409, None): known(Locked),
    (None, "RecordInvalid"): known(Refused),
}


def refusal(connection: str, *, writing: bool = False) -> Refusal:
    """Zendesk's own codes, where they say more than the status."""
    return by_codes(connection, _MEANS, _codes, writing=writing)


def _codes(body: bytes) -> Iterable[str]:
    try:
        return (msgspec.json.decode(body, type=Complaint).error,)
    except NOT_SUCH:
        return ()
