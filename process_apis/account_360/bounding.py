"""What of a picture may its caller know?

Other accounts are named in it: those above and below, and those that look like the same customer. A caller is
told of those within their scope. What holds nothing else is given to everybody as the very same object.
"""

from msgspec.structs import replace

from canonical.caller import AccountScope
from process_apis.account_360 import rules
from process_apis.account_360.model import Hierarchy, Picture
from process_apis.links import LinkedAccount


def bounded(picture: Picture, scope: AccountScope) -> Picture:
    """The picture of an account within the scope, naming no account outside it."""
    if scope.everyone:
        return picture
    account = bounded_account(picture.account, scope)
    part, shown = picture.parts.hierarchy, picture.parts.hierarchy.data
    hierarchy = _bounded_hierarchy(shown, scope) if shown else shown
    if account is picture.account and hierarchy == shown:
        return picture
    parts = replace(picture.parts, hierarchy=replace(part, data=hierarchy))
    return replace(picture, account=account, parts=parts, findings=rules.findings(account, parts))


def bounded_account(account: LinkedAccount, scope: AccountScope) -> LinkedAccount:
    """An account within the scope, naming no other outside it."""
    if scope.everyone:
        return account
    # Who has an account only as somebody's child has that parent, too.
    inherited = scope.children and account.id not in scope.accounts
    parent = account.parent if inherited or account.parent in scope.accounts else None
    doubles = tuple(one for one in account.possible_duplicates if one in scope.accounts)
    if (parent, doubles) == (account.parent, account.possible_duplicates):
        return account
    return replace(account, parent=parent, possible_duplicates=doubles)


def _bounded_hierarchy(hierarchy: Hierarchy, scope: AccountScope) -> Hierarchy:
    own = [place for place, one in enumerate(hierarchy.ancestors) if one.id in scope.accounts]
    if scope.children:  # all below the highest that is theirs, and all below the account itself
        return replace(hierarchy, ancestors=hierarchy.ancestors[: max(own, default=-1) + 1])
    children = tuple(one for one in hierarchy.children if one.id in scope.accounts)
    ancestors = tuple(hierarchy.ancestors[place] for place in own)
    return replace(hierarchy, ancestors=ancestors, children=children, has_more=False)
