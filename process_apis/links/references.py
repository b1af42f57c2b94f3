"""What does one of our ids stand for, and may this caller know?"""

from collections.abc import Iterable

from canonical.caller import AccountScope
from canonical.identity import ExternalRef, Kind, Prefix, derive
from process_apis import records
from process_apis.errors import NotFound
from process_apis.links.model import Reference
from process_apis.links.reading import is_connected
from process_apis.links.scoping import account
from process_apis.records.lately import Lately

IN_MEMORY = 50_000
SECONDS_IN_MEMORY = 3600.0

_known: Lately[str, Reference] = Lately(IN_MEMORY, SECONDS_IN_MEMORY)

_KEEP = """
INSERT INTO reference (id, kind, connection, object, external_id, account_id) VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT (id) DO UPDATE SET account_id = excluded.account_id
WHERE reference.account_id <> excluded.account_id
"""
_FIND = "SELECT kind, connection, object, external_id, account_id FROM reference WHERE id = ?"

_NAMES: dict[str, str] = {
    Prefix.ACCOUNT: "account",
    Prefix.CONTACT: "contact",
    Prefix.CONTRACT: "contract",
    Prefix.SUBSCRIPTION: "subscription",
    Prefix.ORDER: "order",
    Prefix.INVOICE: "invoice",
    Prefix.PAYMENT: "payment",
    Prefix.CASE: "case",
}


async def remember(account_id: str, prefix: Prefix, refs: Iterable[ExternalRef]) -> tuple[str, ...]:
    """Our ids for records that are being shown, in the same order; from now on `resolve` knows them.

    What was remembered lately is not written again; a record that moved to another account moves here too.
    """
    shown = {derive(prefix, ref): Reference(ref=ref, account_id=account_id) for ref in refs}
    new = {id: reference for id, reference in shown.items() if _known.get(id) != reference}
    if new:
        rows = [
            (id, it.ref.kind, it.ref.connection, it.ref.object, it.ref.id, it.account_id)
            for id, it in sorted(new.items())  # one order for all, so two writers never wait for each other
        ]
        await records.store().write(_KEEP, rows)
    for id, reference in new.items():
        _known.keep(id, reference)
    return tuple(shown)


async def resolve(id: str, scope: AccountScope) -> Reference:
    """What one of our ids stands for.

    Raises NotFound when it was never shown, belongs to an account outside the scope, or came from a
    connection that is no more.
    """
    what = name_of(id)
    reference = _known.get(id) or await _read(id)
    if reference is None or not is_connected(reference.ref):
        raise NotFound(what)
    try:
        await account(reference.account_id, scope)
    except NotFound:
        raise NotFound(what) from None
    return reference


def name_of(id: str) -> str:
    """What kind of thing one of our ids stands for, in words."""
    return _NAMES.get(id.partition("_")[0], "record")


def forget() -> None:
    """Read every reference from the table again."""
    _known.clear()


async def _read(id: str) -> Reference | None:
    generation = _known.generation
    for kind, connection, object, external_id, account_id in await records.store().rows(_FIND, id):
        ref = ExternalRef(kind=Kind(kind), connection=connection, object=object, id=external_id)
        reference = Reference(ref=ref, account_id=account_id)
        _known.keep(id, reference, read_in=generation)
        return reference
    return None
