"""Do CRM and support keep what they were told, until somebody tells them more?"""

import base64
from pathlib import Path

import aiohttp

from sandbox.ids import salesforce_id, stripe_id
from sandbox.kit.opening import opened
from sandbox.kit.practice import Practice
from sandbox.platforms import running


async def test_what_happens_in_billing_changes_nothing_elsewhere() -> None:
    practice = opened()
    async with running(practice) as urls, aiohttp.ClientSession() as client:
        shown = {
            "accounts": f"{urls['salesforce']}/_sim/state/Account",
            "staff": f"{urls['salesforce']}/_sim/state/User",
            "organizations": f"{urls['zendesk']}/_sim/state/organizations",
            "users": f"{urls['zendesk']}/_sim/state/users",
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
        key = {"Authorization": f"Bearer {practice.keys.stripe.api_key}"}
        for path in ("customers", f"customers/{stripe_id('customer', 1)}"):
            url = f"{urls['stripe']}/v1/{path}"
            async with client.post(url, data={"name": "New name"}, headers=key) as answer:
                assert answer.status == 200, await answer.text()
        assert await states() == before


def test_every_account_was_told_the_status_of_what_it_has() -> None:
    world = opened().world
    served = {one.account for one in world.subscriptions.values()}
    told = {account.number for account in world.accounts.values() if account.told_status}
    assert told == served
    paused = next(one for one in world.subscriptions.values() if one.status == "paused")
    assert world.accounts[paused.account].told_status == "paused"


async def test_what_was_written_outlives_a_restart(tmp_path: Path) -> None:
    practice = opened(tmp_path)
    account = salesforce_id("Account", 1)
    async with running(practice) as urls, aiohttp.ClientSession() as client:
        crm, support = _signed_in(practice)
        rows = f"{urls['salesforce']}/services/data/v66.0/sobjects"
        task = {"Subject": "Call", "WhatId": account}
        async with client.patch(f"{rows}/Task/Tieline_Key__c/k1", json=task, headers=crm) as answer:
            made = (await answer.json())["id"]
        async with client.delete(f"{rows}/Contact/{salesforce_id('Contact', 1)}", headers=crm) as answer:
            assert answer.status == 204
        ticket = {"ticket": {"comment": {"body": "Help"}, "external_id": "k1", "tags": ["late"]}}
        keyed = support | {"Idempotency-Key": "k1"}
        async with client.post(f"{urls['zendesk']}/api/v2/tickets", json=ticket, headers=keyed) as answer:
            first = await answer.json()
    again = opened(tmp_path)
    async with running(again) as urls, aiohttp.ClientSession() as client:
        rows = f"{urls['salesforce']}/services/data/v66.0/sobjects"
        async with client.patch(f"{rows}/Task/Tieline_Key__c/k1", json=task, headers=crm) as answer:
            assert (answer.status, (await answer.json())["id"]) == (200, made)
        async with client.get(f"{rows}/Contact/{salesforce_id('Contact', 1)}", headers=crm) as answer:
            assert (await answer.json())[0]["errorCode"] == "ENTITY_IS_DELETED"
        async with client.post(f"{urls['zendesk']}/api/v2/tickets", json=ticket, headers=keyed) as answer:
            assert answer.headers["x-idempotency-lookup"] == "hit"
            assert await answer.json() == first
        path = f"{urls['zendesk']}/api/v2/tickets/{first['ticket']['id']}/comments"
        async with client.get(path, headers=support) as answer:
            assert [one["body"] for one in (await answer.json())["comments"]] == ["Help"]


def _signed_in(practice: Practice) -> tuple[dict[str, str], dict[str, str]]:
    """The headers of a call to Salesforce and of one to Zendesk."""
    zendesk = practice.keys.zendesk
    basic = base64.b64encode(f"{zendesk.email}/token:{zendesk.api_token}".encode()).decode()
    crm = {"Authorization": f"Bearer {practice.keys.salesforce.access_token}"}
    return crm, {"Authorization": f"Basic {basic}"}
