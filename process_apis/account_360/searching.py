"""Which accounts does an agent mean by these words?"""

import asyncio
import logging
import re

from msgspec import Struct

from canonical.caller import AccountScope
from canonical.customer import AccountRecord
from canonical.identity import Kind
from process_apis import links
from process_apis.account_360.bounding import bounded_account
from process_apis.account_360.questions import side_by_side
from process_apis.errors import NotFound
from process_apis.links import LinkedAccount
from process_apis.systems import systems
from system_apis.connections import Connection
from system_apis.errors import PlatformError

log = logging.getLogger(__name__)

FOUND = 25
SEARCH_LIMIT = 1.5
"""Seconds one system may take to search; all search at the same time."""
_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")
"""What is pasted along with the words and stands in no record; NUL, for one, is refused by databases."""


class Found(Struct, frozen=True, kw_only=True):
    """The accounts found, best first, and the connections that could not be asked."""

    accounts: tuple[LinkedAccount, ...]
    unanswered: tuple[str, ...]


async def search(text: str, scope: AccountScope) -> Found:
    """By name, domain, email, invoice, order or contract number, and any platform's or our own id.

    What is outside the scope is not found, and takes no place of what is inside. Our own cross-reference
    answers first and alone when every platform is down. Raises NothingToSearch.
    """
    text = _CONTROL.sub(" ", text).strip()
    connections = [connection for kind in Kind for connection in systems().all(kind)]
    async with side_by_side() as group:  # when there is nothing to search for, nobody is asked any longer
        ours = group.create_task(links.search(text, scope, FOUND))
        asked = [group.create_task(_asked(connection, text)) for connection in connections]
    theirs = [task.result() for task in asked]
    accounts = {account.id: account for account in ours.result()}
    records = [record for found in theirs for record in found or ()]
    for account in await _linked(records, scope):
        accounts.setdefault(account.id, account)
    return Found(
        accounts=tuple(bounded_account(one, scope) for one in list(accounts.values())[:FOUND]),
        unanswered=tuple(
            connection.name for connection, found in zip(connections, theirs, strict=True) if found is None
        ),
    )


async def _asked(connection: Connection, text: str) -> tuple[AccountRecord, ...] | None:
    """What one system finds, or None when it cannot be asked."""
    try:
        async with asyncio.timeout(SEARCH_LIMIT):
            found: tuple[AccountRecord, ...] = await connection.port.find(text)
            return found
    except (PlatformError, TimeoutError) as trouble:
        log.info("search without %s: %s", connection.name, type(trouble).__name__)
        return None


async def _linked(records: list[AccountRecord], scope: AccountScope) -> list[LinkedAccount]:
    """The accounts of these records within the scope; one that is newer than our last look is learnt now."""
    if not records:
        return []
    found = []
    for id in await links.learn(records):
        try:
            found.append(await links.account(id, scope))
        except NotFound:  # not the caller's to know of, or removed between the two looks
            continue
    return found
