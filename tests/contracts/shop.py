"""What is the smallest document that promises one thing of every kind?"""

from typing import Any

Node = Any


def shop() -> Node:
    """A new copy of the document of a small shop, to be changed at will."""
    return {
        "openapi": "3.1.0",
        "info": {"title": "Shop", "version": "1.0.0", "description": "Orders."},
        "servers": [{"url": "/"}],
        "tags": [{"name": "Orders"}],
        "paths": {
            "/orders": {
                "get": {
                    "operationId": "ListOrders",
                    "summary": "List",
                    "tags": ["Orders"],
                    "security": [{"token": ["orders:read"]}, {"key": []}],
                    "parameters": [
                        _parameter("limit", {"type": "integer", "minimum": 1, "maximum": 100, "default": 25}),
                        _parameter("state", {"type": "string", "enum": ["open", "paid"]}),
                        _parameter("Prefer", {"type": "string", "maxLength": 20}, "header"),
                    ],
                    "responses": {
                        "200": _good({"type": "array", "items": _ref("Order"), "maxItems": 100}),
                        "429": {"$ref": "#/components/responses/Problem"},
                    },
                },
                "post": {
                    "operationId": "PlaceOrder",
                    "summary": "Place",
                    "tags": ["Orders"],
                    "security": [{"token": ["orders:write"]}],
                    "requestBody": {
                        "required": True,
                        "content": {"application/json": {"schema": _ref("NewOrder")}},
                    },
                    "responses": {
                        "201": _good(_ref("Order")),
                        "422": {"$ref": "#/components/responses/Problem"},
                    },
                },
            },
            "/orders/{order_id}": {
                "get": {
                    "operationId": "ShowOrder",
                    "summary": "Show",
                    "tags": ["Orders"],
                    "security": [{"token": ["orders:read"]}],
                    "parameters": [_parameter("order_id", {"type": "string", "pattern": "^ord_"}, "path")],
                    "responses": {
                        "200": _good(_ref("Order")),
                        "404": {"$ref": "#/components/responses/Problem"},
                    },
                },
            },
        },
        "components": {
            "schemas": _schemas(),
            "responses": {"Problem": _problem()},
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer"},
                "key": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
            },
        },
    }


def _problem() -> Node:
    return {
        "description": "No.",
        "headers": {"Retry-After": {"schema": {"type": "integer", "minimum": 1}}},
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }


def _ref(name: str) -> Node:
    return {"$ref": f"#/components/schemas/{name}"}


def _parameter(name: str, schema: Node, place: str = "query") -> Node:
    return {"name": name, "in": place, "required": place == "path", "schema": schema}


def _good(schema: Node) -> Node:
    return {
        "description": "Yes.",
        "headers": {"ETag": {"required": True, "schema": {"type": "string"}}},
        "content": {"application/json": {"schema": schema}},
    }


def _schemas() -> Node:
    payment = {"propertyName": "type", "mapping": {"card": "#/components/schemas/Card"}}
    payment["mapping"] |= {"sepa": "#/components/schemas/Sepa"}  # type: ignore[operator]
    return {
        "Problem": {
            "type": "object",
            "properties": {"code": {"type": "string"}, "detail": {"type": ["string", "null"]}},
            "required": ["code"],
        },
        "Order": {
            "type": "object",
            "properties": {
                "id": {"type": "string", "pattern": "^ord_"},
                "state": {"enum": ["open", "paid"], "type": "string"},
                "total": {"type": "integer", "format": "int64", "minimum": 0},
                "placed_at": {"type": "string", "format": "date-time"},
                "note": {"type": ["string", "null"], "maxLength": 100},
                "tags": {"type": "object", "additionalProperties": {"type": "string"}},
                "payment": {
                    "oneOf": [_ref("Card"), _ref("Sepa"), {"type": "null"}],
                    "discriminator": payment,
                },
                "replaces": {"oneOf": [_ref("Order"), {"type": "null"}]},
            },
            "required": ["id", "state", "total"],
        },
        "NewOrder": {
            "type": "object",
            "properties": {
                "sku": {"type": "string", "maxLength": 20},
                "quantity": {"type": "integer", "format": "int32", "minimum": 1, "maximum": 99},
                "gift": {"type": "boolean", "default": False},
                "deliver_on": {"type": ["string", "null"], "format": "date"},
                "codes": {"type": "array", "items": {"type": "string"}, "maxItems": 5, "uniqueItems": True},
                "payment": {"oneOf": [_ref("Card"), _ref("Sepa")], "discriminator": payment},
            },
            "required": ["sku"],
            "additionalProperties": False,
        },
        "Card": {
            "type": "object",
            "properties": {"type": {"const": "card", "type": "string"}, "last4": {"type": "string"}},
            "required": ["type", "last4"],
        },
        "Sepa": {
            "type": "object",
            "properties": {"type": {"const": "sepa", "type": "string"}, "iban": {"type": "string"}},
            "required": ["type", "iban"],
        },
    }
