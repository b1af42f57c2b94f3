"""Does every operation show an example, and is each one what its schema says?"""

from collections.abc import Iterator
from typing import Any

import jsonschema_rs
import pytest

from gateway.api import Api
from gateway.published import PUBLISHED
from gateway.samples import NoSample, Samples
from tests.contracts.test_documents import committed, operations

EACH = pytest.mark.parametrize("api", PUBLISHED, ids=lambda api: api.document)
JSON = "application/json"
Shown = tuple[str, dict[str, Any], Any]


def shown(document: dict[str, Any]) -> Iterator[Shown]:
    """Every example of a document, with the schema it must meet."""
    for method, path, operation in operations(document):
        for what, schema, example in shown_by(operation):
            yield f"{method} {path} {what}", schema, example
    for status, answer in document["components"]["responses"].items():
        for content in answer.get("content", {}).values():
            for code, example in content["examples"].items():
                yield f"{status} {code}", content["schema"], example["value"]


def shown_by(operation: dict[str, Any]) -> Iterator[Shown]:
    for parameter in operation.get("parameters", []):
        if "example" in parameter:
            yield parameter["name"], parameter["schema"], parameter["example"]
    for name, body in {"body": operation.get("requestBody", {}), **successes(operation)}.items():
        for content in body.get("content", {}).values():
            yield name, content["schema"], content["example"]


def successes(operation: dict[str, Any]) -> dict[str, Any]:
    return {status: answer for status, answer in operation["responses"].items() if status.startswith("2")}


def schemas_with_examples(part: Any) -> Iterator[dict[str, Any]]:
    if isinstance(part, dict):
        if "type" in part and isinstance(part.get("examples"), list):
            yield part
        for value in part.values():
            yield from schemas_with_examples(value)
    elif isinstance(part, list):
        for value in part:
            yield from schemas_with_examples(value)


def complaints(document: dict[str, Any], schema: dict[str, Any], example: Any) -> list[str]:
    """What of an example is not as its schema says, formats too."""
    whole = {**schema, "components": document["components"]}
    validator = jsonschema_rs.Draft202012Validator(whole, validate_formats=True)
    return [f"{error.instance_path}: {error.message}" for error in validator.iter_errors(example)]


@EACH
def test_every_example_is_what_its_schema_says(api: Api) -> None:
    document = committed(api)
    wrong = {
        where: found
        for where, schema, example in shown(document)
        if (found := complaints(document, schema, example))
    }
    assert wrong == {}


@EACH
def test_every_example_of_a_type_is_what_the_type_says(api: Api) -> None:
    document = committed(api)
    for schema in schemas_with_examples(document["components"]["schemas"]):
        for example in schema["examples"]:
            assert complaints(document, schema, example) == [], schema


@EACH
def test_every_operation_shows_what_it_takes_and_what_it_gives(api: Api) -> None:
    for method, path, operation in operations(committed(api)):
        where = f"{method} {path}"
        for parameter in operation.get("parameters", []):
            assert "example" in parameter or not parameter["required"], f"{where} {parameter['name']}"
        for body in (operation.get("requestBody", {}), *successes(operation).values()):
            assert all("example" in content for content in body.get("content", {}).values()), where


def test_a_pattern_that_nobody_shows_an_example_of_is_told() -> None:
    with pytest.raises(NoSample, match="plate"):
        Samples({}).of({"type": "string", "pattern": "^[A-Z]{2}-[0-9]{4}$"}, "plate")


def test_a_value_within_itself_ends() -> None:
    folder = {
        "type": "object",
        "properties": {
            "above": {"oneOf": [{"$ref": "#/components/schemas/Folder"}, {"type": "null"}]},
            "inside": {"type": "array", "items": {"$ref": "#/components/schemas/Folder"}},
        },
    }
    sample = Samples({"Folder": folder}).of({"$ref": "#/components/schemas/Folder"})
    assert sample == {"above": None, "inside": []}


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"type": "integer", "minimum": 5}, 5),
        ({"type": "integer", "maximum": 0}, 0),
        ({"type": "string", "maxLength": 3}, "sta"),
        ({"type": "string", "minLength": 10}, "standard00"),
        ({"type": "string", "format": "date"}, "2026-09-30"),
        ({"type": "string", "pattern": "^acc_[0-9a-v]{20}$"}, "acc_0123456789abcdefghij"),
        ({"enum": ["b", "a"]}, "b"),
        ({"const": "c"}, "c"),
        ({"type": "array", "items": {"const": 1}, "minItems": 2}, [1, 1]),
        ({"type": "object", "additionalProperties": {"type": "boolean"}}, {"crm": False}),
        ({"type": ["string", "null"], "examples": ["x"]}, "x"),
    ],
)
def test_a_sample_keeps_within_its_bounds(schema: dict[str, Any], value: Any) -> None:
    assert Samples({}).of(schema) == value
    assert complaints({"components": {}}, schema, value) == []
