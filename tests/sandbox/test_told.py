"""Do CRM and support keep what they were told of billing until somebody tells them more?"""

import aiohttp

from sandbox.kit.opening import opened
from sandbox.platforms import running


async def test_a_subscription_that_fails_changes_nothing_elsewhere() -> None:
    practice = opened()
    async with running(practice) as urls, aiohttp.ClientSession() as client:
        shown = {
            "salesforce": f"{urls['salesforce']}/_sim/state/Account",
            "zendesk": f"{urls['zendesk']}/_sim/state/organizations",
        }

        async def states() -> dict[str, object]:
            found = {}
            for name, url in shown.items():
                async with client.get(url) as answer:
                    found[name] = (await answer.json())["data"]
            return found

        before = await states()
        async with client.post(f"{urls['stripe']}/_sim/fail-payment") as answer:
            assert answer.status == 200
        assert practice.world.version > 0
        assert await states() == before


def test_every_account_was_told_the_status_of_what_it_has() -> None:
    world = opened().world
    served = {one.account for one in world.subscriptions.values()}
    told = {account.number for account in world.accounts.values() if account.told_status}
    assert told == served
    paused = next(one for one in world.subscriptions.values() if one.status == "paused")
    assert world.accounts[paused.account].told_status == "paused"
