"""How do the world's accounts and people stand in NetSuite? (pure)"""

from typing import Final

from sandbox.ids import COPY, netsuite_id
from sandbox.netsuite.company import COUNTRIES, Company
from sandbox.netsuite.shapes import Choice, Field, Line, Record, Reference
from sandbox.world import Account, Person, World

SYSTEM: Final = "erp"


def name_in_erp(account: Account) -> str:
    """The company name as the ERP has it, which can differ from what the CRM says."""
    return account.said.get(SYSTEM, {}).get("name", account.name)


def customer_pointer(world: World, number: int) -> Reference | None:
    """A pointer to the customer that an account is, or nothing when the ERP does not know it."""
    account = world.accounts[number]
    if SYSTEM not in account.systems:
        return None
    return Reference("customer", netsuite_id("customer", number), name_in_erp(account))


def customers(world: World, company: Company) -> list[Record]:
    """Every account the ERP knows; one that it holds twice is there a second time, under a longer name."""
    known = [account for account in world.accounts.values() if SYSTEM in account.systems]
    people = {person.account: person for person in reversed(world.people.values())}
    records = [_customer(world, company, account, people.get(account.number)) for account in known]
    return records + [
        _copy(record) for record, account in zip(records, known, strict=True) if SYSTEM in account.copies
    ]


def contacts(world: World, company: Company) -> list[Record]:
    """Every person of an account that the ERP knows."""
    return [
        _contact(world, company, person)
        for person in world.people.values()
        if SYSTEM in world.accounts[person.account].systems
    ]


def _customer(world: World, company: Company, account: Account, person: Person | None) -> Record:
    name = name_in_erp(account)
    currency = world.entities[account.entity].currency
    fields: dict[str, Field] = {
        "externalId": account.key,
        "entityId": f"CUST{account.number:05d}",
        "companyName": name,
        "email": person.email if person else f"billing@{account.domain}",
        "url": f"https://{account.domain}",
        "parent": customer_pointer(world, account.parent) if account.parent is not None else None,
        "subsidiary": company.subsidiary(account.entity),
        "currency": company.currency(currency),
        "terms": company.term(account.payment_terms_days),
        "defaultTaxReg": _registration_pointer(account),
        "taxable": True,
        "isPerson": False,
        "isInactive": False,
        "creditHoldOverride": Choice("AUTO", "Auto"),
        "dateCreated": account.created,
        "lastModifiedDate": account.changed,
    }
    sublists: dict[str, list[Line]] = {
        "addressBook": [_address(account)],
        "currencyList": [{"currency": company.currency(currency)}],
        "taxRegistration": _registrations(account),
    }
    return Record("customer", netsuite_id("customer", account.number), fields, sublists)


def _address(account: Account) -> Line:
    said = account.said.get(SYSTEM, {})
    street = said.get("street", account.street)
    return {
        "label": street,
        "defaultBilling": True,
        "defaultShipping": True,
        "addr1": street,
        "city": said.get("city", account.city),
        "zip": said.get("postal_code", account.postal_code),
        "country": _country(account),
        "addressee": name_in_erp(account),
    }


def _registrations(account: Account) -> list[Line]:
    """The tax registrations of an account with SuiteTax: one at home, if the customer has a number."""
    number = _tax_id(account)
    return [{"nexusCountry": _country(account), "taxRegistrationNumber": number}] if number else []


def _registration_pointer(account: Account) -> Reference | None:
    """The default registration is shown as its number."""
    number = _tax_id(account)
    id = netsuite_id("customer", account.number)
    return Reference("customerTaxRegistration", id, number) if number else None


def _tax_id(account: Account) -> str | None:
    return account.said.get(SYSTEM, {}).get("tax_id", account.tax_id)


def _country(account: Account) -> Choice:
    return Choice(account.country, COUNTRIES.get(account.country, account.country))


def _copy(original: Record) -> Record:
    """The same customer entered a second time: nothing was ever booked on it."""
    number = original.id + COPY
    fields = original.fields | {
        "companyName": f"{original.fields['companyName']} Inc",
        "entityId": f"CUST{number:05d}",
    }
    return Record("customer", number, fields, original.sublists)


def _contact(world: World, company: Company, person: Person) -> Record:
    account = world.accounts[person.account]
    fields: dict[str, Field] = {
        "entityId": f"{person.first_name} {person.last_name}",
        "firstName": person.first_name,
        "lastName": person.last_name,
        "email": person.email,
        "title": person.role,
        "company": customer_pointer(world, person.account),
        "subsidiary": company.subsidiary(account.entity),
        "isInactive": False,
        "lastModifiedDate": account.changed,
    }
    return Record("contact", netsuite_id("contact", person.number), fields)
