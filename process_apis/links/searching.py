"""Which accounts does our own cross-reference find by these words?"""

from canonical.caller import AccountScope
from process_apis import records
from process_apis.errors import NothingToSearch
from process_apis.links.identity import folded, folded_domain
from process_apis.links.model import LinkedAccount
from process_apis.links.reading import read
from process_apis.links.scoping import within
from process_apis.links.table import marks, parts

# An exact id first, then whoever is called or lives exactly so, then whose name begins so, then the rest.
# One scan for everything that is not an id: a name may be found by its middle.
_FIND = """
SELECT account_id, MIN(place) FROM (
  SELECT account_id, 0 AS place FROM account_record WHERE account_id = ? OR key = ? OR external_id = ?
  UNION ALL
  SELECT account_id, 0 FROM reference WHERE id = ? OR external_id = ?
  UNION ALL
  SELECT account_id, CASE WHEN email = ? OR domain = ? OR name_folded = ? THEN 1
                          WHEN name_folded LIKE ? ESCAPE '!' THEN 2 ELSE 3 END
  FROM account_record
  WHERE email = ? OR domain = ? OR domain LIKE ? ESCAPE '!' OR name_folded LIKE ? ESCAPE '!'
) found {among} GROUP BY account_id ORDER BY 2, 1 LIMIT ?
"""
_EVERYONE = _FIND.format(among="")


async def search(text: str, scope: AccountScope, limit: int) -> list[LinkedAccount]:
    """The accounts of a scope found by name, domain, e-mail, our own id or any platform's id, best first.

    Only our own table is asked, so this answers when platforms do not. Raises NothingToSearch.
    """
    text = text.strip()
    low, name = text.lower(), folded(text)
    if not name:
        raise NothingToSearch
    domain = folded_domain(low.rpartition("@")[2]) or low
    begins, contains, lives = f"{_literal(name)}%", f"%{_literal(name)}%", f"{_literal(low)}%"
    values = [*[text] * 5, low, domain, name, begins, low, domain, lives, contains]
    return await read(await _found(values, scope, limit))


async def _found(values: list[str], scope: AccountScope, limit: int) -> list[str]:
    if scope.everyone:
        return [id for id, _ in await records.store().rows(_EVERYONE, *values, limit)]
    best: list[tuple[int, str]] = []
    for some in parts(sorted(await within(scope))):
        among = _FIND.format(among=f"WHERE account_id IN ({marks(len(some))})")
        best += [(place, id) for id, place in await records.store().rows(among, *values, *some, limit)]
    return [id for _, id in sorted(best)[:limit]]


def _literal(text: str) -> str:
    return "".join(f"!{letter}" if letter in "!%_" else letter for letter in text)
