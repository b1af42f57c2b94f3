"""Whose customers are the people of the demonstration?"""

from dataclasses import dataclass

from sandbox.seeding.billing import MONTHS_OF_INVOICES
from sandbox.world import Account, World

PARTNER_ACCOUNTS = 5


@dataclass(frozen=True)
class Personas:
    """Accounts by number, no account twice, none with trouble; each partner serves `PARTNER_ACCOUNTS`."""

    portal_parent: int
    portal_small: int
    limited: int
    partner: tuple[int, ...]
    partner_2: tuple[int, ...]


def people(world: World) -> Personas:
    """The same accounts for the same world; the parent's are two children or more with all there is."""
    whole = [account for account in clean_accounts(world) if _has_everything(world, account)]
    alone = [account for account in whole if not account.parent and not _children(world, account)]
    parent = next(account for account in whole if _is_head_of(world, account, whole))
    small = next(account for account in alone if account.segment == "small")
    rest = [account.number for account in alone if account is not small]
    partner, partner_2 = rest[1 : PARTNER_ACCOUNTS + 1], rest[PARTNER_ACCOUNTS + 1 : 2 * PARTNER_ACCOUNTS + 1]
    return Personas(parent.number, small.number, rest[0], tuple(partner), tuple(partner_2))


def clean_accounts(world: World) -> list[Account]:
    """Those about which all systems agree."""
    troubled = {trouble.account for trouble in world.trouble}
    return [account for account in world.accounts.values() if account.number not in troubled]


def _children(world: World, account: Account) -> list[Account]:
    return [child for child in world.accounts.values() if child.parent == account.number]


def _is_head_of(world: World, account: Account, whole: list[Account]) -> bool:
    children = [child for child in _children(world, account) if child in whole]
    return account.parent is None and len(children) > 1


def _has_everything(world: World, account: Account) -> bool:
    """An active subscription with people, invoices, payments, orders and cases, and no list beyond a page."""
    active = [
        one
        for one in world.subscriptions.values()
        if one.account == account.number and one.status == "active"
    ]
    tables = (world.people, world.orders, world.invoices, world.payments, world.cases)
    lengths = [sum(thing.account == account.number for thing in table.values()) for table in tables]
    return bool(active) and all(0 < length <= 2 * MONTHS_OF_INVOICES for length in lengths)
