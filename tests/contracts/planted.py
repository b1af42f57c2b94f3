"""Which changes do we plant into a document, and what must be found of each?"""

# ruff: noqa: E501 (tables: one line a row)

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import msgspec

from gateway.releases.pairs import Document

Node = Any
Change = Callable[[Node], object]
Expected = set[tuple[str, str, str]]

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


B, R, O = "BREAK", "RISK", "OK"  # noqa: E741 (columns of a table)

# fmt: off
PLANTED: list[tuple[str, Change, Expected]] = [
    # operations
    ("a path goes", drop("/paths/~1orders~1{order_id}"), {(B, "operation-removed", SHOW)}),
    ("an operation goes", drop(PLACE), {(B, "operation-removed", PLACE)}),
    ("a path comes", put("/paths/~1carts", {"get": {"responses": {}}}), {(O, "operation-added", "/paths/~1carts/get")}),
    ("an operation comes", put("/paths/~1orders~1{order_id}/delete", {"responses": {}}), {(O, "operation-added", "/paths/~1orders~1{order_id}/delete")}),
    ("an operation is renamed", put(f"{LIST}/operationId", "FindOrders"), {(B, "operation-renamed", LIST)}),
    ("an operation moves to another tag", put(f"{LIST}/tags", ["Sales"]), {(R, "operation-regrouped", LIST)}),
    ("an operation is deprecated", put(f"{LIST}/deprecated", True), {(O, "operation-deprecated", LIST)}),
    ("callbacks come", put(f"{LIST}/callbacks", {"done": {}}), {(R, "part-changed", f"{LIST}/callbacks")}),
    ("webhooks come", put("/webhooks", {"paid": {}}), {(R, "part-changed", "/webhooks")}),
    ("it moves to another server", put("/servers/0/url", "/v2"), {(B, "server-removed", "/servers"), (O, "server-added", "/servers")}),
    # credentials
    ("a scope more is needed", put(f"{SHOW}/security", [{"token": ["orders:read", "orders:all"]}]), {(B, "credentials-tightened", SHOW)}),
    ("another scope is needed", put(f"{SHOW}/security", [{"token": ["orders:all"]}]), {(B, "credentials-tightened", SHOW)}),
    ("no scope is needed", put(f"{SHOW}/security", [{"token": []}]), {(O, "credentials-loosened", SHOW)}),
    ("a key does not suffice any more", drop(f"{LIST}/security/1"), {(B, "credentials-tightened", LIST)}),
    ("a key suffices too", add(f"{SHOW}/security", {"key": []}), {(O, "credentials-loosened", SHOW)}),
    ("both are needed", put(f"{LIST}/security", [{"token": ["orders:read"], "key": []}]), {(B, "credentials-tightened", LIST)}),
    ("nothing is needed", put(f"{SHOW}/security", [{}]), {(O, "credentials-loosened", SHOW)}),
    ("the key is sent in another header", put("/components/securitySchemes/key/name", "Api-Key"), {(B, "credential-scheme-changed", "/components/securitySchemes/key")}),
    # parameters
    ("a parameter goes", drop(f"{LIST}/parameters/1"), {(B, "parameter-removed", f"{LIST}/parameters/1")}),
    ("a parameter comes", add(f"{LIST}/parameters", OPTIONAL), {(O, "parameter-added", f"{LIST}/parameters/3")}),
    ("a parameter comes that must be sent", add(f"{LIST}/parameters", REQUIRED), {(B, "required-parameter-added", f"{LIST}/parameters/3")}),
    ("a parameter must be sent", put(f"{LIST}/parameters/0/required", True), {(B, "parameter-now-required", f"{LIST}/parameters/0")}),
    ("a query parameter becomes a header", put(f"{LIST}/parameters/1/in", "header"), {(B, "parameter-removed", f"{LIST}/parameters/1"), (O, "parameter-added", f"{LIST}/parameters/1")}),
    ("a query parameter is renamed", put(f"{LIST}/parameters/1/name", "status"), {(B, "parameter-removed", f"{LIST}/parameters/1"), (O, "parameter-added", f"{LIST}/parameters/1")}),
    ("a path parameter is renamed", other_path_name, {(B, "parameter-renamed", "/paths/~1orders~1{id}/get/parameters/0")}),
    ("a parameter is written another way", put(f"{LIST}/parameters/1/style", "pipeDelimited"), {(B, "parameter-serialisation-changed", f"{LIST}/parameters/1")}),
    ("a parameter is deprecated", put(f"{LIST}/parameters/1/deprecated", True), {(O, "parameter-deprecated", f"{LIST}/parameters/1")}),
    ("a page gets smaller", put(f"{LIST}/parameters/0/schema/maximum", 50), {(B, "request-bound-tightened", f"{LIST}/parameters/0/schema")}),
    ("a page may be larger", put(f"{LIST}/parameters/0/schema/maximum", 200), {(O, "request-bound-loosened", f"{LIST}/parameters/0/schema")}),
    ("a page has another size when none is asked for", put(f"{LIST}/parameters/0/schema/default", 10), {(R, "request-default-changed", f"{LIST}/parameters/0/schema")}),
    ("a filter loses a value", put(f"{LIST}/parameters/1/schema/enum", ["open"]), {(B, "request-values-removed", f"{LIST}/parameters/1/schema")}),
    ("a filter gains a value", add(f"{LIST}/parameters/1/schema/enum", "lost"), {(O, "request-values-added", f"{LIST}/parameters/1/schema")}),
    ("a filter takes any value", drop(f"{LIST}/parameters/1/schema/enum"), {(O, "request-enumeration-opened", f"{LIST}/parameters/1/schema")}),
    ("a header becomes an enumeration", put(f"{LIST}/parameters/2/schema/enum", ["a"]), {(B, "request-enumeration-added", f"{LIST}/parameters/2/schema")}),
    ("an id follows another pattern", put(f"{SHOW}/parameters/0/schema/pattern", "^o_"), {(B, "request-constraint-changed", f"{SHOW}/parameters/0/schema")}),
    ("an id follows no pattern", drop(f"{SHOW}/parameters/0/schema/pattern"), {(O, "request-constraint-removed", f"{SHOW}/parameters/0/schema")}),
    # bodies
    ("the body goes", drop(f"{PLACE}/requestBody"), {(B, "request-body-removed", f"{PLACE}/requestBody")}),
    ("the body need not be sent", put(f"{PLACE}/requestBody/required", False), {(O, "request-body-now-optional", f"{PLACE}/requestBody")}),
    ("a body may be sent", put(f"{SHOW}/requestBody", {"content": {}}), {(O, "request-body-added", f"{SHOW}/requestBody")}),
    ("a body must be sent", put(f"{SHOW}/requestBody", {"required": True, "content": {}}), {(B, "required-request-body-added", f"{SHOW}/requestBody")}),
    ("the body has another media type", all_of(drop(f"{PLACE}/requestBody/content/{JSON}"), put(f"{PLACE}/requestBody/content/application~1xml", {})), {(B, "request-media-type-removed", f"{PLACE}/requestBody/content/{JSON}"), (O, "request-media-type-added", f"{PLACE}/requestBody/content/application~1xml")}),
    # answers
    ("a success goes", drop(f"{SHOW}/responses/200"), {(B, "success-removed", f"{SHOW}/responses/200")}),
    ("a success comes", put(f"{PLACE}/responses/202", {"description": "Later."}), {(R, "success-added", f"{PLACE}/responses/202")}),
    ("an error goes", drop(f"{SHOW}/responses/404"), {(O, "error-removed", f"{SHOW}/responses/404")}),
    ("an error comes", put(f"{SHOW}/responses/410", {"$ref": "#/components/responses/Problem"}), {(O, "error-added", f"{SHOW}/responses/410")}),
    ("an answer has another media type", all_of(drop(f"{SHOW}/responses/200/content/{JSON}"), put(f"{SHOW}/responses/200/content/text~1csv", {})), {(B, "response-media-type-removed", f"{SHOW}/responses/200/content/{JSON}"), (R, "response-media-type-added", f"{SHOW}/responses/200/content/text~1csv")}),
    ("a header goes", drop(f"{SHOW}/responses/200/headers/ETag"), {(B, "response-header-removed", f"{SHOW}/responses/200/headers/ETag")}),
    ("a header of an error goes", drop("/components/responses/Problem/headers/Retry-After"), {(B, "response-header-removed", "/components/responses/Problem/headers/Retry-After")}),
    ("a header comes", put(f"{SHOW}/responses/200/headers/Age", {"schema": STRING}), {(O, "response-header-added", f"{SHOW}/responses/200/headers/Age")}),
    ("a header may be missing", put(f"{SHOW}/responses/200/headers/ETag/required", False), {(B, "response-header-now-optional", f"{SHOW}/responses/200/headers/ETag")}),
    ("a header has another type", put("/components/responses/Problem/headers/Retry-After/schema", STRING), {(B, "response-type-changed", "/components/responses/Problem/headers/Retry-After/schema")}),
    ("an answer is no list any more", put(f"{LIST}/responses/200/content/{JSON}/schema", {"$ref": f"#{ORDER}"}), {(B, "response-type-changed", ORDER)}),
    # what is given
    ("a property of an answer goes", drop(f"{ORDER}/properties/note"), {(B, "response-property-removed", f"{ORDER}/properties/note")}),
    ("a property of an answer comes", put(f"{ORDER}/properties/currency", STRING), {(O, "response-property-added", f"{ORDER}/properties/currency")}),
    ("a property of an answer is renamed", all_of(drop(f"{ORDER}/properties/note"), put(f"{ORDER}/properties/remark", STRING)), {(B, "response-property-removed", f"{ORDER}/properties/note"), (O, "response-property-added", f"{ORDER}/properties/remark")}),
    ("a property may be missing", put(f"{ORDER}/required", ["id", "state"]), {(B, "response-property-now-optional", f"{ORDER}/properties/total")}),
    ("a property is always there", add(f"{ORDER}/required", "note"), {(O, "response-property-now-required", f"{ORDER}/properties/note")}),
    ("a whole number becomes text", put(f"{ORDER}/properties/total", STRING), {(B, "response-type-changed", f"{ORDER}/properties/total")}),
    ("a whole number becomes any number", put(f"{ORDER}/properties/total/type", "number"), {(B, "response-type-widened", f"{ORDER}/properties/total")}),
    ("a value may be null", put(f"{ORDER}/properties/id/type", ["string", "null"]), {(B, "response-null-given", f"{ORDER}/properties/id")}),
    ("a value is never null", put(f"{ORDER}/properties/note/type", "string"), {(O, "response-null-gone", f"{ORDER}/properties/note")}),
    ("a state comes", add(f"{ORDER}/properties/state/enum", "lost"), {(R, "response-values-added", f"{ORDER}/properties/state")}),
    ("a state goes", put(f"{ORDER}/properties/state/enum", ["open"]), {(O, "response-values-removed", f"{ORDER}/properties/state")}),
    ("all states are called otherwise", put(f"{ORDER}/properties/state/enum", ["OPEN", "PAID"]), {(B, "response-values-replaced", f"{ORDER}/properties/state")}),
    ("a state may be anything", drop(f"{ORDER}/properties/state/enum"), {(R, "response-enumeration-opened", f"{ORDER}/properties/state")}),
    ("a total may be negative", put(f"{ORDER}/properties/total/minimum", -10), {(R, "response-bound-loosened", f"{ORDER}/properties/total")}),
    ("a total fits in fewer bits", put(f"{ORDER}/properties/total/format", "int32"), {(O, "response-bound-tightened", f"{ORDER}/properties/total")}),
    ("a note may be longer", put(f"{ORDER}/properties/note/maxLength", 200), {(R, "response-bound-loosened", f"{ORDER}/properties/note")}),
    ("a moment becomes a day", put(f"{ORDER}/properties/placed_at/format", "date"), {(B, "response-format-changed", f"{ORDER}/properties/placed_at")}),
    ("a moment becomes free text", drop(f"{ORDER}/properties/placed_at/format"), {(B, "response-format-removed", f"{ORDER}/properties/placed_at")}),
    ("an id follows another pattern in answers", put(f"{ORDER}/properties/id/pattern", "^o_"), {(R, "response-constraint-changed", f"{ORDER}/properties/id")}),
    ("the values of a map have another type", put(f"{ORDER}/properties/tags/additionalProperties/type", "integer"), {(B, "response-type-changed", f"{ORDER}/properties/tags/additionalProperties")}),
    ("a property within the answer's own kind is deprecated", put(f"{ORDER}/properties/replaces/deprecated", True), {(O, "response-deprecated", f"{ORDER}/properties/replaces")}),
    ("another way to have paid", cash("Order"), {(R, "response-alternative-added", f"{ORDER}/properties/payment")}),
    ("a way to have paid goes", drop(f"{ORDER}/properties/payment/oneOf/1"), {(O, "response-alternative-removed", f"{ORDER}/properties/payment")}),
    ("a payment is never null", drop(f"{ORDER}/properties/payment/oneOf/2"), {(O, "response-null-gone", f"{ORDER}/properties/payment")}),
    ("ways to have paid are not told apart", drop(f"{ORDER}/properties/payment/discriminator"), {(R, "response-discriminator-removed", f"{ORDER}/properties/payment")}),
    ("an order replaces an order or a name", add(f"{ORDER}/properties/replaces/oneOf", STRING), {(B, "response-union-opened", f"{ORDER}/properties/replaces")}),
    ("items of a list are another kind of thing", put(f"{LIST}/responses/200/content/{JSON}/schema/items", STRING), {(B, "response-type-changed", f"{LIST}/responses/200/content/{JSON}/schema/items")}),
    ("a list may be longer", put(f"{LIST}/responses/200/content/{JSON}/schema/maxItems", 1000), {(R, "response-bound-loosened", f"{LIST}/responses/200/content/{JSON}/schema")}),
    ("an error tells one thing less", drop("/components/schemas/Problem/properties/detail"), {(B, "response-property-removed", "/components/schemas/Problem/properties/detail")}),
    # what is taken
    ("a property is refused", drop(f"{NEW}/properties/gift"), {(B, "request-property-refused", f"{NEW}/properties/gift")}),
    ("a property may be sent", put(f"{NEW}/properties/note", STRING), {(O, "request-property-added", f"{NEW}/properties/note")}),
    ("a new property must be sent", all_of(put(f"{NEW}/properties/note", STRING), add(f"{NEW}/required", "note")), {(B, "request-required-property-added", f"{NEW}/properties/note")}),
    ("a property must be sent", add(f"{NEW}/required", "quantity"), {(B, "request-property-now-required", f"{NEW}/properties/quantity")}),
    ("a property need not be sent", put(f"{NEW}/required", []), {(O, "request-property-now-optional", f"{NEW}/properties/sku")}),
    ("others may be sent", drop(f"{NEW}/additionalProperties"), {(O, "request-others-allowed", NEW)}),
    ("a text must be shorter", put(f"{NEW}/properties/sku/maxLength", 10), {(B, "request-bound-tightened", f"{NEW}/properties/sku")}),
    ("a text must not be empty", put(f"{NEW}/properties/sku/minLength", 1), {(B, "request-bound-tightened", f"{NEW}/properties/sku")}),
    ("more may be ordered", drop(f"{NEW}/properties/quantity/maximum"), {(O, "request-bound-loosened", f"{NEW}/properties/quantity")}),
    ("fewer may be ordered", all_of(drop(f"{NEW}/properties/quantity/maximum"), put(f"{NEW}/properties/quantity/exclusiveMaximum", 99)), {(B, "request-bound-tightened", f"{NEW}/properties/quantity")}),
    ("they come by the dozen", put(f"{NEW}/properties/quantity/multipleOf", 12), {(B, "request-constraint-added", f"{NEW}/properties/quantity")}),
    ("null is refused", put(f"{NEW}/properties/deliver_on/type", "string"), {(B, "request-null-refused", f"{NEW}/properties/deliver_on")}),
    ("null is taken", put(f"{NEW}/properties/sku/type", ["string", "null"]), {(O, "request-null-taken", f"{NEW}/properties/sku")}),
    ("a part of a day may be ordered", put(f"{NEW}/properties/quantity/type", "number"), {(O, "request-type-widened", f"{NEW}/properties/quantity")}),
    ("a text must be a day", put(f"{NEW}/properties/sku/format", "date"), {(B, "request-format-added", f"{NEW}/properties/sku")}),
    ("a day need not be one", drop(f"{NEW}/properties/deliver_on/format"), {(R, "request-format-removed", f"{NEW}/properties/deliver_on")}),
    ("what is left out means something else", put(f"{NEW}/properties/gift/default", True), {(R, "request-default-changed", f"{NEW}/properties/gift")}),
    ("codes may come twice", put(f"{NEW}/properties/codes/uniqueItems", False), {(O, "request-constraint-removed", f"{NEW}/properties/codes")}),
    ("codes are numbers", put(f"{NEW}/properties/codes/items/type", "integer"), {(B, "request-type-changed", f"{NEW}/properties/codes/items")}),
    ("anything goes for a code", put(f"{NEW}/properties/codes/items", {}), {(O, "request-type-widened", f"{NEW}/properties/codes/items")}),
    ("one thing must be forgone for another", put(f"{NEW}/dependentRequired", {"gift": ["note"]}), {(B, "request-constraint-added", NEW)}),
    ("another way to pay", cash("NewOrder"), {(O, "request-alternative-added", f"{NEW}/properties/payment")}),
    ("a way to pay goes", drop(f"{NEW}/properties/payment/oneOf/1"), {(B, "request-alternative-removed", f"{NEW}/properties/payment")}),
    ("ways to pay are told apart by something else", put(f"{NEW}/properties/payment/discriminator", {"propertyName": "kind"}), {(B, "request-discriminator-changed", f"{NEW}/properties/payment")}),
    # what travels both ways is judged both ways
    ("a card tells more", put(f"{CARD}/properties/brand", STRING), {(O, "request-property-added", f"{CARD}/properties/brand"), (O, "response-property-added", f"{CARD}/properties/brand")}),
    ("a card tells less", all_of(drop(f"{CARD}/properties/last4"), put(f"{CARD}/required", ["type"])), {(R, "request-property-ignored", f"{CARD}/properties/last4"), (B, "response-property-removed", f"{CARD}/properties/last4")}),
    ("an account number is shorter", put(f"{SEPA}/properties/iban/maxLength", 34), {(B, "request-bound-tightened", f"{SEPA}/properties/iban"), (O, "response-bound-tightened", f"{SEPA}/properties/iban")}),
    ("a card is closed to other properties", put(f"{CARD}/additionalProperties", False), {(B, "request-others-refused", CARD), (O, "response-others-refused", CARD)}),
    ("a tag is called otherwise", put(f"{CARD}/properties/type/const", "credit_card"), {(B, "request-values-removed", f"{CARD}/properties/type"), (O, "request-values-added", f"{CARD}/properties/type"), (B, "response-values-replaced", f"{CARD}/properties/type")}),
    ("a schema is called otherwise", renamed, {(R, "request-schema-renamed", f"{NEW}/properties/payment/oneOf/1"), (R, "response-schema-renamed", f"{ORDER}/properties/payment/oneOf/1")}),
]
"""Name, what is done to the document, what must be found of it: all of it, and nothing else."""

MEANINGLESS: list[tuple[str, Change]] = [
    ("nothing", lambda _: None),
    ("a version", put("/info/version", "1.0.1")),
    ("a title and a description", all_of(put("/info/title", "Store"), put(f"{ORDER}/description", "An order."))),
    ("a summary", put(f"{LIST}/summary", "List all")),
    ("an example", put(f"{ORDER}/properties/id/examples", ["ord_1"])),
    ("a word of our own", put(f"{LIST}/x-cost", 3)),
    ("a component nobody uses", put("/components/schemas/Cash", CASH)),
    ("the order of things", said_in_another_order),
    ("a parameter said for the whole path", parameter_above),
    ("a schema in place of its reference", inlined),
    ("a schema in two parts", composed),
    ("a header in other letters", all_of(drop(f"{SHOW}/responses/200/headers/ETag"), put(f"{SHOW}/responses/200/headers/etag", {"required": True, "schema": STRING}))),
    ("a parameter in other letters", put(f"{LIST}/parameters/2/name", "prefer")),
    ("the default way of writing", put(f"{LIST}/parameters/1/style", "form")),
    ("more than four as at least five", all_of(drop(f"{NEW}/properties/quantity/minimum"), put(f"{NEW}/properties/quantity/exclusiveMinimum", 0))),
    ("one value as an enumeration", all_of(drop(f"{CARD}/properties/type/const"), put(f"{CARD}/properties/type/enum", ["card"]))),
    ("null as an alternative", put(f"{ORDER}/properties/note", {"oneOf": [{"type": "string", "maxLength": 100}, {"type": "null"}]})),
    ("a length of nothing", put(f"{NEW}/properties/sku/minLength", 0)),
    ("others allowed in so many words", put(f"{ORDER}/additionalProperties", True)),
    ("no default", put(f"{NEW}/properties/sku/default", None)),
]
"""Name, what is done to the document: it promises the same as before."""
# fmt: on
