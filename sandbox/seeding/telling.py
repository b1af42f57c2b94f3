"""What were CRM and support last told of what is billed?

They keep copies, which nobody but an integration brings up to date: a subscription that changes later leaves
them as they are.
"""

from typing import Final

from sandbox.world import World

# A customer with several subscriptions shows the one that matters most.
FOREMOST: Final = ("active", "past_due", "trialing", "unpaid", "paused", "canceled")


def tell(world: World) -> None:
    """Write down with each account the status of its foremost subscription; none for who has none."""
    statuses: dict[int, set[str]] = {}
    for subscription in world.subscriptions.values():
        statuses.setdefault(subscription.account, set()).add(subscription.status)
    for account in world.accounts.values():
        found = statuses.get(account.number, set())
        account.told_status = next((status for status in FOREMOST if status in found), None)
