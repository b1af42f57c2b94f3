"""Who works in the org, and what is the org called?"""

import re
import unicodedata

from sandbox.ids import salesforce_id
from sandbox.salesforce.row import Row, a_row
from sandbox.world import World

COMPANY = "Tieline Practice Company"
PREFERENCES = {
    "TimeZoneSidKey": "GMT",
    "LocaleSidKey": "en_US",
    "LanguageLocaleKey": "en_US",
    "EmailEncodingKey": "UTF-8",
    "UserType": "Standard",
    "IsActive": True,
}


def owners(world: World) -> dict[str, str]:
    """The user id of each owner of an account that the CRM knows, by the name the world gives them."""
    names = sorted({account.owner for account in world.accounts.values() if "crm" in account.systems})
    return {name: salesforce_id("User", number) for number, name in enumerate(names, start=2)}


def users(world: World) -> list[Row]:
    """The integration user, then the owners of accounts."""
    names = ["Integration User", *owners(world)]
    return [_user(world, number, name) for number, name in enumerate(names, start=1)]


def organization(world: World) -> list[Row]:
    """The one row that says which org this is."""
    values = {
        "Name": COMPANY,
        "Country": "US",
        "OrganizationType": "Enterprise Edition",
        "InstanceName": "USA100",
        "IsSandbox": True,
        "DefaultLocaleSidKey": "en_US",
        "LanguageLocaleKey": "en_US",
        "TimeZoneSidKey": "GMT",
    }
    return [a_row("Organization", 1, world.anchor, world.anchor, **values)]


def _user(world: World, number: int, name: str) -> Row:
    first, _, last = name.rpartition(" ")
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    handle = re.sub(r"[^a-z0-9]+", ".", plain.lower()).strip(".")
    values = PREFERENCES | {
        "Name": name,
        "FirstName": first or None,
        "LastName": last,
        "Username": f"{handle}@tieline-practice.example",
        "Email": f"{handle}@tieline-practice.example",
        "Alias": handle[:8],
        "CommunityNickname": handle[:40],
    }
    return a_row("User", number, world.anchor, world.anchor, **values)
