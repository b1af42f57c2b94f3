"""Who is asking, and for which accounts?"""

from msgspec import Struct


class AccountScope(Struct, frozen=True, kw_only=True):
    """Which accounts a caller may know of. What is outside is missing to them, not forbidden.

    `everyone` is for our own people; `children` adds the direct and indirect children of `accounts`.
    """

    accounts: frozenset[str] = frozenset()
    children: bool = False
    everyone: bool = False


class Caller(Struct, frozen=True, kw_only=True):
    """A proven caller: who (`subject`), by which program (`client`), with which scopes, plan and accounts."""

    subject: str
    client: str
    scopes: frozenset[str]
    plan: str
    scope: AccountScope

    @property
    def account(self) -> str | None:
        """The caller's own account, when there is exactly one."""
        return next(iter(self.scope.accounts)) if len(self.scope.accounts) == 1 else None


EVERYONE = AccountScope(everyone=True)
