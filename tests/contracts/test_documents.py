"""Is what we promised what we serve, and is it well promised?"""

import re
from collections.abc import Callable, Iterator
from typing import Any

import msgspec
import pytest
from litestar import Litestar
from litestar.di import Provide
from litestar.routes import HTTPRoute
from openapi_spec_validator import OpenAPIV31SpecValidator

from gateway import contracts
from gateway.api import Api
from gateway.contracting import PROVIDED
from gateway.documents import routes_of
from gateway.operations import operation_of
from gateway.promises import KEY, TOKEN
from gateway.published import PUBLISHED

METHODS = {"get", "post", "put", "patch", "delete"}


def committed(api: Api) -> dict[str, Any]:
    file = contracts.DOCUMENTS / f"{api.document}.json"
    return msgspec.json.decode(file.read_bytes(), type=dict[str, Any])


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in document["paths"].items():
        for method in item.keys() & METHODS:
            yield method.upper(), path, item[method]


def served(api: Api) -> dict[tuple[str, str], frozenset[str]]:
    """What a router that holds this API only would answer, with the scopes it asks for."""
    given = {name: Provide(_given(name), sync_to_thread=False) for name in ("caller", *PROVIDED)}
    app = Litestar(list(api.routers), dependencies=given, openapi_config=None, logging_config=None)
    return {
        (method, route.path_format): operation_of(handler).scopes
        for route in app.routes
        if isinstance(route, HTTPRoute)
        for handler in route.route_handlers
        for method in handler.http_methods - {"OPTIONS"}
    }


def _given(name: str) -> Callable[[], str]:
    """Litestar refuses one provider for two names."""
    return lambda: name


EACH = pytest.mark.parametrize("api", PUBLISHED, ids=lambda api: api.document)


def test_the_committed_documents_are_what_the_code_serves() -> None:
    assert contracts.check(PUBLISHED, dependencies=PROVIDED) == []


@EACH
def test_documents_and_routes_agree_both_ways(api: Api) -> None:
    promised = {
        (method, path): frozenset(operation["security"][0][TOKEN])
        for method, path, operation in operations(committed(api))
    }
    assert promised == served(api)


@EACH
def test_the_document_is_valid_openapi(api: Api) -> None:
    OpenAPIV31SpecValidator(committed(api)).validate()


@EACH
def test_every_path_is_under_the_prefix_of_its_version(api: Api) -> None:
    assert {
        path for _, path, _ in operations(committed(api)) if not path.startswith(f"{api.prefix}/")
    } == set()


@EACH
def test_every_operation_is_named_described_and_guarded(api: Api) -> None:
    names = []
    for method, path, operation in operations(committed(api)):
        where = f"{method} {path}"
        assert re.fullmatch(r"[A-Z][A-Za-z0-9]+", operation["operationId"] or ""), where
        assert operation["summary"], where
        assert operation["description"], where
        assert operation["tags"], where
        token, key = operation["security"]
        assert token[TOKEN] == key[KEY] != [], where
        names.append(operation["operationId"])
    assert len(names) == len(set(names))


@EACH
def test_every_error_is_one_of_the_shared_problems(api: Api) -> None:
    document = committed(api)
    for method, path, operation in operations(document):
        errors = {status: one for status, one in operation["responses"].items() if status >= "400"}
        assert {"400", "401", "403", "429", "500"} <= errors.keys(), f"{method} {path}"
        for status, error in errors.items():
            assert list(error) == ["$ref"]
            shared = document["components"]["responses"][error["$ref"].rpartition("/")[2]]
            assert list(shared["content"]) == ["application/problem+json"], status


@EACH
def test_every_parameter_has_a_bound_and_none_is_null(api: Api) -> None:
    for method, path, operation in operations(committed(api)):
        for parameter in operation.get("parameters", []):
            schema, where = parameter["schema"], f"{method} {path} {parameter['name']}"
            assert "null" not in str(schema.get("type")), where
            assert {"maxLength", "maximum", "enum", "const", "format", "$ref"} & schema.keys() or schema[
                "type"
            ] == "boolean", where


@EACH
def test_every_reference_leads_somewhere_and_everything_is_used(api: Api) -> None:
    document = committed(api)
    used = set(re.findall(r'"(?:\$ref)":"#/components/([^"]+)"', msgspec.json.encode(document).decode()))
    there = {
        f"{kind}/{name}"
        for kind in ("schemas", "headers", "responses")
        for name in document["components"][kind]
    }
    assert used - there == set()
    assert there - used == set()


def test_a_document_that_is_missing_changed_or_left_over_is_told(tmp_path: Any) -> None:
    api, other = PUBLISHED[:2]
    contracts.write([api, other], tmp_path, PROVIDED)
    (tmp_path / f"{api.document}.json").write_bytes(b"{}")
    assert contracts.check([api, *PUBLISHED[2:3]], tmp_path, PROVIDED) == [
        f"{api.document}.json: differs from what the code serves",
        f"{PUBLISHED[2].document}.json: not written yet",
        f"{other.document}.json: no such API is published",
    ]
    contracts.write([api], tmp_path, PROVIDED)
    assert contracts.check([api], tmp_path, PROVIDED) == []


def test_prefixes_and_names_are_given_once() -> None:
    assert (
        len({api.prefix for api in PUBLISHED}) == len({api.document for api in PUBLISHED}) == len(PUBLISHED)
    )


@EACH
def test_components_have_names_a_client_can_carry(api: Api) -> None:
    for name, schema in committed(api)["components"]["schemas"].items():
        assert re.fullmatch(r"[A-Z][A-Za-z0-9]+(_[A-Z][A-Za-z0-9]+)*(_list)?", name)
        assert schema["title"] == name


@EACH
def test_what_a_body_may_hold_is_bounded_by_its_type_and_not_by_its_document_only(api: Api) -> None:
    """The document bounds what a type leaves open; of what we take, a type leaves nothing open."""
    bodies = [route.body for route in routes_of(api, PROVIDED) if route.body]
    _, named = msgspec.json.schema_components(bodies)
    for name, schema in named.items():
        for field, each in schema.get("properties", {}).items():
            assert is_bounded(each), f"{name}.{field}"


def is_bounded(schema: dict[str, Any]) -> bool:
    if "anyOf" in schema:
        return all(is_bounded(one) for one in schema["anyOf"])
    ends = {"string": "maxLength", "array": "maxItems", "integer": "maximum"}
    end = ends.get(schema.get("type", ""))
    inside = is_bounded(schema["items"]) if "items" in schema else True
    return inside and (end is None or bool({end, "enum", "const", "format"} & schema.keys()))
