"""How is a customer made, and changed?

A customer made here is one that only billing knows: Stripe takes the same customer twice without a word.
"""

from typing import Any, Final

import msgspec

from sandbox.stripe import requests
from sandbox.stripe.desk import Desk, merged
from sandbox.stripe.errors import Refusal
from sandbox.stripe.ids import stripe_id
from sandbox.world import Account

Json = dict[str, Any]

METADATA_KEYS: Final = 50
_PLAIN: Final = ("name", "email", "phone", "description", "tax_exempt", "preferred_locales")


def create(desk: Desk, sent: requests.NewCustomer, _: str) -> Json:
    fields = written(sent, {})
    number = desk.practice.next_number("accounts")
    address = fields.get("address") or {}
    entities = desk.world.entities
    account = Account(
        number=number,
        key=fields.get("metadata", {}).get("gateway_id", ""),
        name=sent.name or "",
        parent=None,
        entity=fields.get("metadata", {}).get("legal_entity", ""),
        domain="",
        segment="small",
        owner="",
        street=address.get("line1") or "",
        city=address.get("city") or "",
        postal_code=address.get("postal_code") or "",
        country=address.get("country") or "",
        tax_id=sent.tax_id_data[0].value if sent.tax_id_data else None,
        payment_terms_days=30,
        tier="none",
        created=desk.now,
        changed=desk.now,
        systems={"billing"},
    )
    if account.entity not in entities:
        account.entity = next(iter(entities))
    desk.world.accounts[number] = account
    id = stripe_id("customer", number)
    # What nobody said is null, whatever the company's own table has to have there.
    nothing: Json = {"name": None, "email": None, "address": None, "currency": None, "metadata": {}}
    desk.say(id, {**nothing, **fields})
    desk.changed(accounts=[number])
    desk.tell("customer", id, "customer.created")
    return desk.find("customer", id)


def update(desk: Desk, sent: requests.Customer, id: str) -> Json:
    number = desk.number("customer", id)
    before = desk.find("customer", id)
    fields = written(sent, before)
    account = desk.world.accounts[number]
    desk.say(id, fields)
    if fields:
        account.changed = desk.now
        desk.changed(accounts=[number])
    desk.tell("customer", id, "customer.updated", before=before)
    return desk.find("customer", id)


def add_tax_id(desk: Desk, sent: requests.TaxId, id: str) -> Json:
    """The practice company keeps one tax id for each customer: a second one is refused."""
    number = desk.number("customer", id)
    account = desk.world.accounts[number]
    if account.tax_id is not None:
        raise Refusal(400, "The practice company keeps one tax ID for each customer.", param="value")
    account.tax_id, account.changed = sent.value, desk.now
    tax_id = stripe_id("tax_id", number)
    desk.say(tax_id, {"type": sent.type, "created": int(desk.now.timestamp())})
    desk.changed(accounts=[number])
    desk.tell("tax_id", tax_id, "customer.tax_id.created")
    return desk.find("tax_id", tax_id)


def written(sent: requests.Customer, before: Json) -> Json:
    """The fields of the object that this write sets."""
    fields: Json = {}
    for name in _PLAIN:
        value = getattr(sent, name)
        if value is not None:
            fields[name] = value or None
    if sent.tax_exempt == "":
        fields["tax_exempt"] = "none"
    if isinstance(sent.address, requests.Address):
        old = before.get("address") or dict.fromkeys(requests.Address.__struct_fields__)
        given = {
            name: value for name, value in msgspec.to_builtins(sent.address).items() if value is not None
        }
        fields["address"] = {**old, **{name: value or None for name, value in given.items()}}
    elif sent.address == "":
        fields["address"] = None
    if sent.invoice_settings:
        old = before.get("invoice_settings") or {
            "custom_fields": None,
            "default_payment_method": None,
            "footer": None,
            "rendering_options": None,
        }
        given = msgspec.to_builtins(sent.invoice_settings)
        fields["invoice_settings"] = {**old, **{name: one for name, one in given.items() if one is not None}}
    return fields | metadata(sent.metadata, before)


def metadata(sent: dict[str, str] | str | None, before: Json) -> Json:
    """The metadata after this write, if it says anything about it."""
    if sent is None:
        return {}
    after = merged(before.get("metadata") or {}, sent)
    if len(after) > METADATA_KEYS:
        raise Refusal(400, f"You can specify up to {METADATA_KEYS} metadata keys.", param="metadata")
    for key, value in after.items():
        if len(key) > 40:
            raise Refusal(400, f"Metadata keys must be under 40 characters: {key}", param="metadata")
        if len(value) > 500:
            raise Refusal(400, f"Metadata values must be under 500 characters: {key}", param="metadata")
    return {"metadata": after}
