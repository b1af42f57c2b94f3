"""Which external ids belong to this thing?

The rule is written in docs/identity.md. `forget` empties what is only in memory, for a new store.
"""

from process_apis.links.identity import is_account_id
from process_apis.links.learning import learn, sweep
from process_apis.links.model import LinkedAccount, Presence, Reference, SweepReport
from process_apis.links.moving import whose
from process_apis.links.owning import owner
from process_apis.links.reading import memory
from process_apis.links.references import forget as _forget_references
from process_apis.links.references import remember, resolve
from process_apis.links.scoping import account, accounts, children
from process_apis.links.searching import search

__all__ = [
    "LinkedAccount",
    "Presence",
    "Reference",
    "SweepReport",
    "account",
    "accounts",
    "children",
    "forget",
    "is_account_id",
    "learn",
    "owner",
    "remember",
    "resolve",
    "search",
    "sweep",
    "whose",
]


def forget() -> None:
    """Read everything from the store again: it is another one now."""
    memory.clear()
    _forget_references()
