"""How do objects, fields and relationships hang together?"""

from dataclasses import dataclass, field

from sandbox.ids import SALESFORCE_PREFIXES
from sandbox.salesforce.errors import Refused, not_found
from sandbox.salesforce.fields import EXTERNAL_IDS, FIELDS

# Which object a reference points at; the relationship is the field without its `Id`.
TARGETS = {
    "AccountId": "Account",
    "ActivatedById": "User",
    "CompanySignedId": "User",
    "ContractId": "Contract",
    "CreatedById": "User",
    "CustomerSignedId": "Contact",
    "LastModifiedById": "User",
    "ManagerId": "User",
    "OpportunityId": "Opportunity",
    "OwnerId": "User",
    "ParentId": "Account",
    "Pricebook2Id": "Pricebook2",
    "PricebookEntryId": "PricebookEntry",
    "Product2Id": "Product2",
    "ReportsToId": "Contact",
}

# Parent object, child relationship as a subquery names it, child object, its reference.
CHILDREN = (
    ("Account", "ChildAccounts", "Account", "ParentId"),
    ("Account", "Contacts", "Contact", "AccountId"),
    ("Account", "Opportunities", "Opportunity", "AccountId"),
    ("Account", "Contracts", "Contract", "AccountId"),
    ("Contract", "Opportunities", "Opportunity", "ContractId"),
    ("Opportunity", "OpportunityLineItems", "OpportunityLineItem", "OpportunityId"),
    ("Account", "Tasks", "Task", "WhatId"),
    ("Opportunity", "Tasks", "Task", "WhatId"),
    ("Contact", "Tasks", "Task", "WhoId"),
    ("Product2", "PricebookEntries", "PricebookEntry", "Product2Id"),
    ("Pricebook2", "PricebookEntries", "PricebookEntry", "Pricebook2Id"),
)


@dataclass(frozen=True)
class Field:
    """A field. A reference with a `target` can be followed by its `relationship` name."""

    name: str
    type: str
    external_id: bool = False
    target: str | None = None

    @property
    def relationship(self) -> str | None:
        return self.name.removesuffix("Id") if self.target else None


@dataclass(frozen=True)
class Child:
    """The rows of `object` whose `field` points here."""

    name: str
    object: str
    field: str


@dataclass(frozen=True)
class ObjectType:
    """An object. Names are looked up in lower case: the vendor's are case-insensitive."""

    name: str
    prefix: str
    fields: dict[str, Field]
    parents: dict[str, Field]
    children: dict[str, Child] = field(default_factory=dict)


def _object_type(name: str) -> ObjectType:
    fields = {
        written: Field(written, type_, (name, written) in EXTERNAL_IDS, TARGETS.get(written))
        for group in FIELDS[name]
        for type_, names in group.items()
        for written in names.split()
    }
    children = [Child(child, kind, by) for parent, child, kind, by in CHILDREN if parent == name]
    return ObjectType(
        name,
        SALESFORCE_PREFIXES[name],
        {written.lower(): found for written, found in fields.items()},
        {found.relationship.lower(): found for found in fields.values() if found.relationship},
        {child.name.lower(): child for child in children},
    )


OBJECTS: dict[str, ObjectType] = {name: _object_type(name) for name in FIELDS}
_BY_LOWER = {name.lower(): kind for name, kind in OBJECTS.items()}


def known(name: str) -> ObjectType | None:
    """The object of this name in any case, or none."""
    return _BY_LOWER.get(name.lower())


def object_at(name: str) -> ObjectType:
    """The object a path names. Raises `Refused` (404) like the vendor for one that is not there."""
    kind = known(name)
    if kind is None:
        raise not_found()
    return kind


def external_id_at(kind: ObjectType, name: str) -> Field:
    """The external id field a path names; `Id` counts as one. Raises `Refused` (404) for any other."""
    found = kind.fields.get(name.lower())
    if found is None or not (found.external_id or found.name == "Id"):
        raise Refused(
            404, "NOT_FOUND", f"Provided external ID field does not exist or is not accessible: {name}"
        )
    return found
