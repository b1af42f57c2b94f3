"""How does one who keeps the house running give out a key, and never more than they may?"""

from collections.abc import Iterable

from canonical.caller import AccountScope
from process_apis.clients.keeping import create, rotate, show
from process_apis.clients.model import Client
from process_apis.clients.rights import kept_back
from process_apis.errors import ProcessError


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
    if too_much := kept_back(scopes, scope):
        raise NotGivenHere(too_much)
