"""How does a test change the shop's document?"""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import msgspec

from gateway.releases.pairs import Document

Node = Any
Change = Callable[[Node], object]

LIST = "/paths/~1orders/get"
PLACE = "/paths/~1orders/post"
SHOW = "/paths/~1orders~1{order_id}/get"
ORDER = "/components/schemas/Order"
NEW = "/components/schemas/NewOrder"
CARD = "/components/schemas/Card"
SEPA = "/components/schemas/Sepa"
JSON = "application~1json"


def put(pointer: str, value: Node) -> Change:
    """Write one value, wherever it is."""

    def change(document: Node) -> None:
        above, _, key = pointer.rpartition("/")
        key = key.replace("~1", "/")
        there = Document(document).at(above)
        there[int(key) if isinstance(there, list) else key] = value

    return change


def drop(pointer: str) -> Change:
    """Take one value away."""

    def change(document: Node) -> None:
        above, _, key = pointer.rpartition("/")
        key = key.replace("~1", "/")
        there = Document(document).at(above)
        del there[int(key) if isinstance(there, list) else key]

    return change


def add(pointer: str, value: Node) -> Change:
    """Append to a list."""
    return lambda document: Document(document).at(pointer).append(value)


def all_of(*changes: Change) -> Change:
    """One change made of several."""
    return lambda document: [change(document) for change in changes]


def renamed(document: Node) -> None:
    """A component by another name, wherever it is used."""
    text = msgspec.json.encode(document).decode().replace('"Sepa"', '"Transfer"')
    text = text.replace("/schemas/Sepa", "/schemas/Transfer")
    document |= msgspec.json.decode(text)


def other_path_name(document: Node) -> None:
    """The path parameter by another name, in the path and in the operation."""
    item = document["paths"].pop("/orders/{order_id}")
    item["get"]["parameters"][0]["name"] = "id"
    document["paths"]["/orders/{id}"] = item


def parameter_above(document: Node) -> None:
    """A parameter said once for the whole path promises the same."""
    item = document["paths"]["/orders/{order_id}"]
    item["parameters"] = item["get"].pop("parameters")


def inlined(document: Node) -> None:
    """A schema in place of its reference promises the same."""
    body = document["paths"]["/orders"]["post"]["requestBody"]["content"]["application/json"]
    body["schema"] = deepcopy(document["components"]["schemas"]["NewOrder"])


def composed(document: Node) -> None:
    """The same properties, in two parts."""
    card = document["components"]["schemas"]["Card"]
    last4 = {
        "type": "object",
        "properties": {"last4": card["properties"].pop("last4")},
        "required": ["last4"],
    }
    card["required"].remove("last4")
    document["components"]["schemas"]["Card"] = {"allOf": [last4, card]}


def said_in_another_order(document: Node) -> None:
    """The order of names, values and alternatives promises nothing."""
    order = document["components"]["schemas"]["Order"]
    order["required"].reverse()
    order["properties"] = dict(reversed(order["properties"].items()))
    order["properties"]["state"]["enum"].reverse()
    order["properties"]["payment"]["oneOf"].reverse()
    document["paths"]["/orders"]["get"]["parameters"].reverse()
    document["paths"]["/orders"]["get"]["security"].reverse()


STRING = {"type": "string"}
OPTIONAL = {"name": "after", "in": "query", "required": False, "schema": STRING}
REQUIRED = {**OPTIONAL, "required": True}
CASH = {
    "type": "object",
    "properties": {"type": {"const": "cash", "type": "string"}},
    "required": ["type"],
}


def cash(of: str) -> Change:
    """One more way to pay in one place, with its tag."""
    pointer = f"/components/schemas/{of}/properties/payment"
    return all_of(
        put("/components/schemas/Cash", CASH),
        add(f"{pointer}/oneOf", {"$ref": "#/components/schemas/Cash"}),
        put(
            f"{pointer}/discriminator",
            {
                "propertyName": "type",
                "mapping": {
                    "card": "#/components/schemas/Card",
                    "sepa": "#/components/schemas/Sepa",
                    "cash": "#/components/schemas/Cash",
                },
            },
        ),
    )
