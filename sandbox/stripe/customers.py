"""How does an account read as a Stripe customer?

The keys Tieline once wrote stand in `metadata`: `gateway_id`, `parent_gateway_id`, `legal_entity` and, as
Stripe's own NetSuite connector does it, `netsuite_customer_id`.
"""

from typing import Any

from sandbox.ids import COPY, netsuite_id
from sandbox.stripe.ids import stripe_id
from sandbox.stripe.prices import seconds
from sandbox.world import Account, World

Json = dict[str, Any]

# docs.stripe.com/billing/customer/tax-ids, the kinds our countries need; others are shown as unknown.
TAX_ID_TYPES = {
    "US": "us_ein",
    "JP": "jp_trn",
    "GB": "gb_vat",
    "CH": "ch_vat",
    **dict.fromkeys(("DE", "FR", "NL", "ES", "IT", "AT", "BE", "IE", "PL", "SE", "DK", "FI"), "eu_vat"),
}

# The same for every one of them: what the practice company does not use.
UNUSED: Json = {
    "balance": 0,
    "customer_account": None,
    "default_source": None,
    "description": None,
    "discount": None,
    "livemode": False,
    "phone": None,
    "preferred_locales": [],
    "shipping": None,
    "test_clock": None,
}


def customer(world: World, account: Account, *, delinquent: bool, copy: bool = False) -> Json:
    """The customer, or with `copy` the second record of it that somebody made by mistake: same keys.

    `delinquent`: the last charge of one of its open invoices failed.
    """
    said = account.said.get("billing", {})
    name = said.get("name", account.name) + (" Inc" if copy else "")
    number = account.number + (COPY if copy else 0)
    return {
        "id": stripe_id("customer", number),
        "object": "customer",
        **UNUSED,
        "address": {
            "city": said.get("city", account.city),
            "country": said.get("country", account.country),
            "line1": said.get("street", account.street),
            "line2": None,
            "postal_code": said.get("postal_code", account.postal_code),
            "state": None,
        },
        "created": seconds(account.created),
        "currency": world.entities[account.entity].currency.lower(),
        "delinquent": delinquent and not copy,
        "email": said.get("email", billing_email(world, account)),
        "invoice_prefix": f"T{number:06d}",
        "invoice_settings": {
            "custom_fields": None,
            "default_payment_method": None,
            "footer": None,
            "rendering_options": None,
        },
        "metadata": metadata(world, account),
        "name": name,
        "next_invoice_sequence": 1,
        "tax_exempt": said.get("tax_exempt", "none"),
    }


def metadata(world: World, account: Account) -> dict[str, str]:
    """String to string, as Stripe keeps it; a key without a value is not there at all."""
    parent = world.accounts.get(account.parent) if account.parent else None
    written = {
        "gateway_id": account.key,
        "parent_gateway_id": parent.key if parent else None,
        "legal_entity": account.entity,
        "netsuite_customer_id": str(netsuite_id("customer", account.number))
        if "erp" in account.systems
        else None,
    }
    return {key: value for key, value in written.items() if value is not None}


def billing_email(world: World, account: Account) -> str | None:
    """The billing contact's address, else that of whoever is known first."""
    people = [person for person in world.people.values() if person.account == account.number]
    people.sort(key=lambda person: ("billing" not in person.role.lower(), person.number))
    return people[0].email if people else None


def tax_ids(account: Account) -> list[Json]:
    """An invoice's copy of the customer's tax ids: type and value only."""
    if not account.tax_id:
        return []
    return [{"type": TAX_ID_TYPES.get(account.country, "unknown"), "value": account.tax_id}]


def tax_id(account: Account, value: str) -> Json:
    """The tax id as an object of its own."""
    owner = stripe_id("customer", account.number)
    return {
        "id": stripe_id("tax_id", account.number),
        "object": "tax_id",
        "country": account.country,
        "created": seconds(account.created),
        "customer": owner,
        "customer_account": None,
        "livemode": False,
        "owner": {"customer": owner, "customer_account": None, "type": "customer"},
        "type": TAX_ID_TYPES.get(account.country, "unknown"),
        "value": value,
        "verification": {"status": "pending", "verified_address": None, "verified_name": None},
    }
