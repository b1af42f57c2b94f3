"""Which rights may one who keeps the house running give out? (the others come from our own hands only)"""

import re
from collections.abc import Iterable
from typing import Final

from canonical.caller import AccountScope

# No scope of operations, or somebody could raise themselves; none of a system API, which asks for no account.
_GIVEN: Final = re.compile(r"(portal|agent|partner|process:[a-z0-9-]{1,40}):(read|write|finance)")


def kept_back(scopes: Iterable[str], scope: AccountScope) -> frozenset[str]:
    """Those among these rights that nobody gives out; none when all of them may be."""
    found = {one for one in scopes if not _GIVEN.fullmatch(one)}
    return frozenset({*found, "every account"} if scope.everyone else found)
