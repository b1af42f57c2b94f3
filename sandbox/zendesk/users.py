"""How do the people of the practice world read as Zendesk users?

Contacts of customers are end users of their organization; whoever else writes in a case is an agent.
"""

from datetime import datetime
from typing import Any

from sandbox.ids import zendesk_id
from sandbox.world import Account, Person, World
from sandbox.zendesk.organizations import HOST, stamp

Json = dict[str, Any]

# The same for every one of them: what the practice company does not use.
UNUSED: Json = {
    "phone": None,
    "shared_phone_number": None,
    "photo": None,
    "organization_id": None,
    "external_id": None,
    "tags": [],
    "alias": None,
    "shared": False,
    "shared_agent": False,
    "last_login_at": None,
    "two_factor_auth_enabled": False,
    "signature": None,
    "details": None,
    "notes": None,
    "role_type": None,
    "custom_role_id": None,
    "moderator": False,
    "only_private_comments": False,
    "suspended": False,
    "default_group_id": None,
    "report_csv": False,
    "user_fields": {},
}


def end_user(person: Person, account: Account) -> Json:
    return user(
        zendesk_id("user", person.number),
        f"{person.first_name} {person.last_name}",
        person.email,
        account.created,
        account.changed,
    ) | {"organization_id": zendesk_id("organization", account.number), "details": person.role}


def agent(world: World, number: int, email: str) -> Json:
    """An agent of the practice company, numbered among the agents."""
    name = email.partition("@")[0].replace(".", " ").title()
    return user(zendesk_id("agent", number), name, email, world.anchor, world.anchor) | {
        "role": "agent",
        "role_type": 0,
        "default_group_id": zendesk_id("group", 1),
        "ticket_restriction": None,
        "moderator": True,
    }


def user(id: int, name: str, email: str | None, created: datetime, changed: datetime) -> Json:
    """What end users and agents have alike; the rest is an end user's until it is said otherwise."""
    return {
        "id": id,
        **UNUSED,
        "url": f"{HOST}/users/{id}.json",
        "name": name,
        "email": email,
        "created_at": stamp(created),
        "updated_at": stamp(changed),
        "time_zone": "UTC",
        "iana_time_zone": "Etc/UTC",
        "locale_id": 1,
        "locale": "en-US",
        "role": "end-user",
        "verified": True,
        "active": True,
        "ticket_restriction": "requested",
        "restricted_agent": True,
    }
