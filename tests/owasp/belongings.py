"""What belongs to whom? (everything of every account, by the ids in what an agent is shown)"""

import re
from functools import cached_property
from typing import Final

from tests.owasp.house import Front

IDS: Final = re.compile(r"\b[a-z]{3,4}_[0-9a-v]{20}\b")
LISTS: Final = {"portal": "/portal/v2/accounts", "partner": "/partners/v1/accounts"}
"""Where a caller who does not see everybody learns which accounts are theirs."""


class Belongings:
    """The things of the bounded callers: those whose credential names accounts."""

    def __init__(self, front: Front) -> None:
        self._front = front
        self.callers = tuple(
            name for name, person in front.people.items() if person.keys() & {"account", "accounts"}
        )

    @cached_property
    def _accounts(self) -> dict[str, tuple[str, ...]]:
        return {name: self._listed(name) for name in self.callers}

    @cached_property
    def _things(self) -> dict[str, frozenset[str]]:
        """Per account every id that stands in its picture, but for those of other accounts."""
        found = {}
        for account in {one for mine in self._accounts.values() for one in mine}:
            picture = self._front.ask("agent", f"/agent/v1/accounts/{account}")
            assert picture.status_code == 200, picture.text
            ids = {one for one in IDS.findall(picture.text) if not one.startswith("acc_")}
            found[account] = frozenset({*ids, account})
        return found

    def mine(self, name: str) -> frozenset[str]:
        """All that somebody may know of."""
        return frozenset().union(*(self._things[account] for account in self._accounts[name]))

    def foreign(self, name: str) -> list[frozenset[str]]:
        """What others have and this one must not know of, by account."""
        mine = self.mine(name)
        others = sorted(account for account in self._things if account not in mine)
        return [self._things[account] - mine for account in others]

    def _listed(self, name: str) -> tuple[str, ...]:
        path = next(path for kind, path in LISTS.items() if f"{kind}:read" in self._front.scopes(name))
        answer = self._front.ask(name, path, params={"limit": 100}).json()
        assert not answer["has_more"]
        return tuple(one["account"] for one in answer["data"])


def of_kind(things: frozenset[str], prefix: str) -> list[str]:
    """Those with this prefix, always in the same order."""
    return sorted(one for one in things if one.startswith(f"{prefix}_"))
