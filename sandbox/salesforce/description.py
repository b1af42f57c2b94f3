"""What does the org say about itself: versions, resources, objects, limits?"""

from typing import Any, Final

from sandbox.salesforce.exchange import Answer, Ask
from sandbox.salesforce.rules import DEFAULTS, PICKLISTS, REQUIRED, is_writable, most_letters, targets
from sandbox.salesforce.schema import OBJECTS, Field, ObjectType, object_at

OLDEST, NEWEST = 31, 68
SEASONS: Final = ("Spring", "Summer", "Winter")
RESOURCES: Final = ("sobjects", "query", "queryAll", "limits", "composite")
SOAP_TYPES: Final = {
    "id": "tns:ID",
    "reference": "tns:ID",
    "boolean": "xsd:boolean",
    "int": "xsd:int",
    "double": "xsd:double",
    "currency": "xsd:double",
    "percent": "xsd:double",
    "date": "xsd:date",
    "datetime": "xsd:dateTime",
    "address": "urn:address",
}


def versions() -> list[dict[str, str]]:
    """`/services/data`, which asks for no token."""
    return [_version(number) for number in range(OLDEST, NEWEST + 1)]


def _version(number: int) -> dict[str, str]:
    """Three releases a year; v60.0 was Spring '24, and a Winter release is named after the next year."""
    year, season = divmod(number - 60, 3)
    label = f"{SEASONS[season]} '{24 + year + (season == 2)}"
    return {"label": label, "url": f"/services/data/v{number}.0", "version": f"{number}.0"}


def resources(ask: Ask) -> Answer:
    """`/services/data/vXX.X/`: the path of each resource."""
    return Answer({name: f"/services/data/v{ask.version}/{name}" for name in RESOURCES})


def objects(ask: Ask) -> Answer:
    """`/sobjects`: all objects in short."""
    found = [_summary(ask, kind) for kind in OBJECTS.values()]
    return Answer({"encoding": "UTF-8", "maxBatchSize": 200, "sobjects": found})


def basics(ask: Ask) -> Answer:
    """`/sobjects/X`: one object in short."""
    return Answer({"objectDescribe": _summary(ask, object_at(ask.names["object"])), "recentItems": []})


def describe(ask: Ask) -> Answer:
    """`/sobjects/X/describe`: its fields and relationships."""
    kind = object_at(ask.names["object"])
    children = [
        {"childSObject": child.object, "field": child.field, "relationshipName": child.name}
        for child in kind.children.values()
    ]
    fields = [_field(kind, field) for field in kind.fields.values()]
    return Answer(_summary(ask, kind) | {"fields": fields, "childRelationships": children})


def limits(ask: Ask) -> Answer:
    """`/limits`: the one that a reader of records meets."""
    daily = ask.allowance.daily
    left = daily - ask.allowance.used(ask.now)
    return Answer({"DailyApiRequests": {"Max": daily, "Remaining": left}})


def _summary(ask: Ask, kind: ObjectType) -> dict[str, Any]:
    path = f"/services/data/v{ask.version}/sobjects/{kind.name}"
    urls = {"sobject": path, "describe": f"{path}/describe", "rowTemplate": f"{path}/{{ID}}"}
    return {
        "name": kind.name,
        "label": kind.name,
        "keyPrefix": kind.prefix,
        "custom": kind.name.endswith("__c"),
        "createable": kind.name in REQUIRED,
        "updateable": kind.name in REQUIRED,
        "deletable": kind.name in REQUIRED,
        "queryable": True,
        "retrieveable": True,
        "replicateable": True,
        "urls": urls,
    }


def _field(kind: ObjectType, field: Field) -> dict[str, Any]:
    written = is_writable(kind, field)
    values = sorted(PICKLISTS.get((kind.name, field.name), ()))
    return {
        "name": field.name,
        "label": field.name.removesuffix("__c").replace("_", " "),
        "type": field.type,
        "soapType": SOAP_TYPES.get(field.type, "xsd:string"),
        "length": most_letters(field) if field.type == "string" else 0,
        "nillable": field.type not in {"id", "boolean"} and field.name not in REQUIRED.get(kind.name, ()),
        "createable": written,
        "updateable": written,
        "defaultedOnCreate": field.type == "boolean" or field.name in DEFAULTS.get(kind.name, {}),
        "restrictedPicklist": bool(values),
        "picklistValues": [{"active": True, "label": value, "value": value} for value in values],
        "custom": field.name.endswith("__c"),
        "externalId": field.external_id,
        "idLookup": field.external_id or field.type == "id",
        "unique": field.external_id,
        "filterable": field.type != "address",
        "sortable": field.type != "address",
        "referenceTo": list(targets(field)),
        "relationshipName": field.relationship,
    }
