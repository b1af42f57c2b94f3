"""Which accounts may this caller know of?"""

from bisect import bisect_right

from canonical.caller import AccountScope
from process_apis import records
from process_apis.errors import InvalidCursor, NotFound
from process_apis.links.identity import is_account_id
from process_apis.links.model import LinkedAccount
from process_apis.links.reading import memory, read
from process_apis.links.table import marks, parts

CHILDREN_SHOWN = 200
DESCENDANTS_SHOWN = 5_000
"""A hierarchy with more accounts than this is listed up to here; each of them is still found by its id."""

_CHILDREN = """
SELECT DISTINCT c.account_id FROM account_record p
JOIN account_record c ON c.kind = p.kind AND c.connection = p.connection
  AND c.object = p.object AND c.parent = p.external_id
WHERE p.account_id IN ({marks}) ORDER BY c.account_id LIMIT ?
"""
_EVERYONE = "SELECT DISTINCT account_id FROM account_record WHERE account_id > ? ORDER BY account_id LIMIT ?"


async def account(id: str, scope: AccountScope) -> LinkedAccount:
    """One account with its records. Raises NotFound when it is unknown or outside the scope."""
    linked = memory.get(id) or await _read(id)
    if linked is None or not (scope.everyone or id in scope.accounts or await _inherits(scope, linked)):
        raise NotFound("account")
    return linked


async def children(id: str) -> tuple[LinkedAccount, ...]:
    """The direct children of an account by name, at most CHILDREN_SHOWN of them."""
    found = await _children_of([id], CHILDREN_SHOWN)
    return tuple(sorted(found, key=lambda child: (child.name, child.id)))


async def accounts(scope: AccountScope, after: str | None, limit: int) -> list[LinkedAccount]:
    """At most `limit` accounts of a scope that come after this id: its own accounts, then their children.

    Raises InvalidCursor when `after` is no account id.
    """
    if after is not None and not is_account_id(after):
        raise InvalidCursor
    if scope.everyone:
        return await _of_everyone(after or "", limit)
    own = scope.accounts
    ids = sorted(own) + sorted(await _descendants(scope) - own)
    start = 0 if after is None else bisect_right(ids, _place(after, own), key=lambda id: _place(id, own))
    found: list[LinkedAccount] = []
    # An own account that no system knows is passed over, so a page may need more ids than accounts.
    while start < len(ids) and len(found) < limit:
        wanted = limit - len(found)
        found += await read(ids[start : start + wanted])
        start += wanted
    return found


async def _of_everyone(after: str, limit: int) -> list[LinkedAccount]:
    found: list[LinkedAccount] = []
    while len(found) < limit:
        wanted = limit - len(found)
        ids = [id for (id,) in await records.store().rows(_EVERYONE, after, wanted)]
        found += await read(ids)  # without those whose connection is not in the settings any more
        if len(ids) < wanted:
            break
        after = ids[-1]
    return found


async def within(scope: AccountScope) -> frozenset[str]:
    """The own accounts of a scope and, with `children`, theirs; no more than DESCENDANTS_SHOWN of those."""
    return scope.accounts | await _descendants(scope)


def _place(id: str, own: frozenset[str]) -> tuple[bool, str]:
    return id not in own, id


async def _read(id: str) -> LinkedAccount | None:
    found = await read([id]) if is_account_id(id) else []
    return found[0] if found else None


async def _inherits(scope: AccountScope, linked: LinkedAccount) -> bool:
    """Whether, with `children`, one of its ancestors is the caller's own."""
    seen = {linked.id}
    while scope.children and linked.parent and linked.parent not in seen:
        if linked.parent in scope.accounts:
            return True
        seen.add(linked.parent)
        parent = memory.get(linked.parent) or await _read(linked.parent)
        if parent is None:
            return False
        linked = parent
    return False


async def _descendants(scope: AccountScope) -> frozenset[str]:
    seen: set[str] = set(scope.accounts) if scope.children else set()
    level = sorted(seen)
    while level and len(seen) < DESCENDANTS_SHOWN:
        found = await _children_of(level, DESCENDANTS_SHOWN)
        level = [child.id for child in found if child.id not in seen]
        seen.update(level)
    return frozenset(seen)


async def _children_of(ids: list[str], limit: int) -> list[LinkedAccount]:
    found: list[LinkedAccount] = []
    parents = frozenset(ids)
    for some in parts(ids):
        rows = await records.store().rows(_CHILDREN.format(marks=marks(len(some))), *some, limit)
        found += await read([id for (id,) in rows])
    # A record that does not name its account may say another parent than the one that does.
    return [child for child in found if child.parent in parents]
