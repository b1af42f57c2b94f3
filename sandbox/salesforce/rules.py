"""What may be written, what must be, and what is there without being written?

From the Object Reference: properties of the standard fields. Which picklists are restricted is the org's own
choice; these are.
"""

from typing import Final

from sandbox.salesforce.deals import STAGES
from sandbox.salesforce.row import INTEGRATION_USER
from sandbox.salesforce.schema import Field, ObjectType

REQUIRED: Final[dict[str, tuple[str, ...]]] = {
    "Account": ("Name",),
    "Contact": ("LastName",),
    "Opportunity": ("Name", "StageName", "CloseDate"),
    "Contract": ("AccountId",),
    "Task": (),
}
"""The objects that can be written, and the fields that cannot be empty."""

DEFAULTS: Final[dict[str, dict[str, str]]] = {
    "Account": {"OwnerId": INTEGRATION_USER, "CurrencyIsoCode": "USD"},
    "Contact": {"OwnerId": INTEGRATION_USER},
    "Opportunity": {"OwnerId": INTEGRATION_USER, "CurrencyIsoCode": "USD"},
    "Contract": {"OwnerId": INTEGRATION_USER, "CurrencyIsoCode": "USD", "Status": "Draft"},
    "Task": {
        "OwnerId": INTEGRATION_USER,
        "CurrencyIsoCode": "USD",
        "Status": "Not Started",
        "Priority": "Normal",
        "TaskSubtype": "Task",
    },
}

# What the org fills in by itself, on every object and on one.
_BY_ITSELF: Final = frozenset(
    "Id IsDeleted CreatedDate CreatedById LastModifiedDate LastModifiedById SystemModstamp LastViewedDate "
    "LastReferencedDate LastActivityDate MasterRecordId PhotoUrl".split()
)
_BY_ITSELF_ON: Final[dict[str, frozenset[str]]] = {
    "Account": frozenset({"IsCustomerPortal"}),
    "Contact": frozenset({"Name", "IsEmailBounced", "LastCURequestDate", "LastCUUpdateDate"}),
    "Opportunity": frozenset(
        "IsClosed IsWon HasOpportunityLineItem HasOpenActivity HasOverdueTask Fiscal FiscalQuarter "
        "FiscalYear ForecastCategory".split()
    ),
    "Contract": frozenset({"ContractNumber", "StatusCode", "EndDate", "ActivatedDate", "ActivatedById"}),
    "Task": frozenset({"IsClosed", "IsHighPriority", "IsArchived", "AccountId", "CompletedDateTime"}),
}

PICKLISTS: Final[dict[tuple[str, str], frozenset[str]]] = {
    ("Opportunity", "StageName"): frozenset(STAGES),
    ("Contract", "Status"): frozenset({"Draft", "In Approval Process", "Activated"}),
    ("Task", "Priority"): frozenset({"High", "Normal", "Low"}),
    ("Task", "Status"): frozenset(
        {"Not Started", "In Progress", "Completed", "Waiting on someone else", "Deferred"}
    ),
}

LENGTHS: Final = {"Description": 32_000, "Risk_Reason__c": 1_000, "CurrencyIsoCode": 3, "StageName": 40}
LENGTH: Final = 255

# References that may lead to several objects; all others lead to the one that the schema names.
POLYMORPHIC: Final = {"WhatId": ("Account", "Opportunity", "Contract"), "WhoId": ("Contact",)}

# What a write holds beside its own row until it is done.
LOCKED_TOO: Final = ("AccountId", "ParentId", "WhatId", "WhoId", "OpportunityId")

# What goes with a row that is deleted: object, reference.
GOES_WITH: Final[dict[str, tuple[tuple[str, str], ...]]] = {
    "Account": (
        ("Contact", "AccountId"), ("Opportunity", "AccountId"), ("Contract", "AccountId"), ("Task", "WhatId"),
    ),
    "Opportunity": (("OpportunityLineItem", "OpportunityId"), ("Task", "WhatId")),
    "Contact": (("Task", "WhoId"),),
    "Contract": (("Task", "WhatId"),),
}  # fmt: skip


def is_writable(kind: ObjectType, field: Field) -> bool:
    """Whether a caller may set this field of an object that can be written."""
    own = _BY_ITSELF_ON.get(kind.name, frozenset())
    return kind.name in REQUIRED and field.type != "address" and field.name not in _BY_ITSELF | own


def most_letters(field: Field) -> int:
    """The longest text that a field takes."""
    return LENGTHS.get(field.name, LENGTH)


def targets(field: Field) -> tuple[str, ...]:
    """The objects that a reference may lead to; none when nobody here knows."""
    return POLYMORPHIC.get(field.name) or ((field.target,) if field.target else ())
