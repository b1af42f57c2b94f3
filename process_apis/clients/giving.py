"""Which rights may one who keeps the house running give out? (the others come from our own hands only)"""

import re
from collections.abc import Iterable
from typing import Final

from canonical.caller import AccountScope
from process_apis.clients.keeping import create, rotate, show
from process_apis.clients.model import Client
from process_apis.errors import ProcessError

# No scope of operations, or somebody could raise themselves; none of a system API, which asks for no account.
_GIVEN: Final = re.compile(r"(portal|agent|partner|process:[a-z0-9-]{1,40}):(read|write|finance)")


class NotGivenHere(ProcessError):
    """Rights that would raise whoever gives them: they come from the command line or the settings only."""

    def __init__(self, rights: Iterable[str]) -> None:
        self.rights = tuple(sorted(rights))
        super().__init__(f"not given out here: {', '.join(self.rights)}")

    def __reduce__(self) -> tuple[type, tuple[tuple[str, ...]]]:
        return type(self), (self.rights,)


async def give(name: str, plan: str, scopes: Iterable[str], scope: AccountScope) -> tuple[Client, str]:
    """A new client and its key, which is shown this once.

    Raises NotGivenHere, Taken when the name is in use, NoSuchPlan for a plan that is not offered.
    """
    asked = frozenset(scopes)
    _check(asked, scope)
    return await create(name, plan, asked, scope)


async def give_new_key(id: str) -> str:
    """A new key of a client whose rights could be given out too, shown this once; else it would be a way
    around `give`. The former key works for OVERLAP more, older ones end now.

    Raises NotGivenHere; NotFound, also for a client that is revoked.
    """
    client = await show(id)
    _check(client.scopes, client.scope)
    return await rotate(id)


def _check(scopes: frozenset[str], scope: AccountScope) -> None:
    """Raises NotGivenHere."""
    too_much = {one for one in scopes if not _GIVEN.fullmatch(one)}
    if scope.everyone:
        too_much.add("every account")
    if too_much:
        raise NotGivenHere(too_much)
