"""How do accounts and contacts read?"""

from sandbox.ids import COPY, salesforce_id
from sandbox.salesforce.row import Row, a_row
from sandbox.salesforce.staff import owners
from sandbox.world import Account, Person, World

PARTS = ("State", "Latitude", "Longitude", "GeocodeAccuracy", "Street", "City", "PostalCode", "Country")


def known(world: World) -> dict[int, Account]:
    """The accounts that the CRM knows, by number."""
    return {number: account for number, account in world.accounts.items() if "crm" in account.systems}


def accounts(world: World) -> list[Row]:
    """One row for each account the CRM knows, then the second rows of those it holds twice."""
    found = known(world)
    rows = [_account(world, account) for account in found.values()]
    copies = [_copy(world, account) for account in found.values() if "crm" in account.copies]
    return rows + copies


def contacts(world: World) -> list[Row]:
    """The people of the accounts the CRM knows."""
    found, by_owner = known(world), owners(world)
    return [
        _contact(person, found[person.account], by_owner)
        for person in world.people.values()
        if person.account in found
    ]


def address(kind: str, account: Account) -> Row:
    """An account's address as a compound field and its parts; `kind` is Billing, Shipping or Mailing."""
    parts: Row = {
        f"{kind}Street": account.street,
        f"{kind}City": account.city,
        f"{kind}PostalCode": account.postal_code,
        f"{kind}Country": account.country,
    }
    return parts | {f"{kind}Address": whole_address(kind, parts)}


def whole_address(kind: str, row: Row) -> Row | None:
    """The compound field that the parts of an address make, null without any."""
    whole = {part[0].lower() + part[1:]: row.get(kind + part) for part in PARTS}
    return whole if any(value is not None for value in whole.values()) else None


def _account(world: World, account: Account) -> Row:
    said: dict[str, str] = account.said.get("crm", {})
    values = {
        "Name": said.get("name", account.name),
        "ParentId": _parent(world, account),
        "OwnerId": owners(world)[account.owner],
        "Type": "Customer",
        "Website": f"https://{said.get('domain', account.domain)}",
        "PhotoUrl": f"/services/images/photo/{salesforce_id('Account', account.number)}",
        "CurrencyIsoCode": world.entities[account.entity].currency,
        "Global_Customer_Id__c": account.key,
        "Legal_Entity__c": said.get("entity", account.entity),
        "Tax_Id__c": said.get("tax_id", account.tax_id),
        "Support_Tier__c": said.get("tier", account.tier),
        "Subscription_Status__c": said.get("status", account.told_status),
        "Risk_Flag__c": said.get("risk_flag") == "true",
        "Segment__c": said.get("segment", account.segment),
        "Payment_Terms__c": f"Net {account.payment_terms_days}",
    }
    places = address("Billing", account) | address("Shipping", account)
    return a_row("Account", account.number, account.created, account.changed, **values, **places)


def _copy(world: World, account: Account) -> Row:
    """The same customer typed in a second time, before anyone gave it the shared key."""
    row = _account(world, account)
    twin = salesforce_id("Account", account.number + COPY)
    return row | {"Id": twin, "Name": f"{row['Name']} Inc", "Global_Customer_Id__c": None}


def _parent(world: World, account: Account) -> str | None:
    """The parent's id: null when the CRM never had that parent, dangling when it says one that nobody has."""
    said = account.said.get("crm", {}).get("parent")
    number = int(said) if said is not None else account.parent
    if number is None or (number in world.accounts and number not in known(world)):
        return None
    return salesforce_id("Account", number)


def _contact(person: Person, account: Account, by_owner: dict[str, str]) -> Row:
    values = {
        "AccountId": salesforce_id("Account", account.number),
        "OwnerId": by_owner[account.owner],
        "FirstName": person.first_name,
        "LastName": person.last_name,
        "Name": f"{person.first_name} {person.last_name}",
        "Email": person.email,
        "Title": person.role,
        "Role__c": person.role,
    }
    place = address("Mailing", account)
    return a_row("Contact", person.number, account.created, account.created, **values, **place)
