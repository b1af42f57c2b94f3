"""How does an account read as a Zendesk organization?

`external_id` carries Tieline's key; what the other systems know is projected into organization fields.
"""

from datetime import UTC, date, datetime, time
from typing import Any

from sandbox.ids import COPY, zendesk_id
from sandbox.world import Account, World

Json = dict[str, Any]

HOST = "https://tieline-practice.zendesk.com/api/v2"
FIELDS = ("support_tier", "entitlement_until", "subscription_status", "legal_entity", "parent_account")


DATES = ("entitlement_until",)


def stamp(moment: datetime) -> str:
    """A UTC instant as Zendesk writes it: to the second, with Z."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def organization(world: World, account: Account, *, copy: bool = False) -> Json:
    """The organization, or with `copy` the second record of it that somebody made by mistake: same key."""
    said = account.said.get("support", {})
    tier = said.get("tier", account.tier)
    return an_organization(
        zendesk_id("organization", account.number + (COPY if copy else 0)),
        account.created,
        account.changed,
        name=said.get("name", account.name) + (" Inc" if copy else ""),
        external_id=account.key,
        domain_names=[] if copy else [account.domain],
        tags=[f"tier_{tier}", account.segment],
        organization_fields={
            "support_tier": tier,
            "entitlement_until": said.get("entitlement_until", entitled_until(world, account)),
            "subscription_status": said.get("status", account.told_status),
            "legal_entity": account.entity,
            "parent_account": parent_key(world, account),
        },
    )


def an_organization(id: int, created: datetime, changed: datetime, **values: Any) -> Json:
    """An organization with all its keys: these values, and what every new one has."""
    return {
        "url": f"{HOST}/organizations/{id}.json",
        "id": id,
        "shared_tickets": False,
        "shared_comments": False,
        "external_id": None,
        "created_at": stamp(created),
        "updated_at": stamp(changed),
        "domain_names": [],
        "details": None,
        "notes": None,
        "group_id": None,
        "tags": [],
        "organization_fields": dict.fromkeys(FIELDS),
        **values,
    }


def parent_key(world: World, account: Account) -> str | None:
    return world.accounts[account.parent].key if account.parent else None


def entitled_until(world: World, account: Account) -> str | None:
    """The end of the last contract in force, as a date field holds it: midnight UTC."""
    ends = [
        contract.end
        for contract in world.contracts.values()
        if contract.account == account.number and contract.status == "Activated"
    ]
    return midnight(max(ends)) if ends else None


def midnight(day: date) -> str:
    return datetime.combine(day, time(), UTC).isoformat()


def organization_field(world: World, key: str, place: int) -> Json:
    """The definition of one organization field."""
    id = zendesk_id("field", place + 1)
    return {
        "url": f"{HOST}/organization_fields/{id}.json",
        "id": id,
        "type": "date" if key in DATES else "text",
        "key": key,
        "title": key.replace("_", " ").capitalize(),
        "description": "",
        "raw_title": key.replace("_", " ").capitalize(),
        "raw_description": "",
        "position": place,
        "active": True,
        "system": False,
        "regexp_for_validation": None,
        "created_at": stamp(world.anchor),
        "updated_at": stamp(world.anchor),
    }
