"""What does one API promise? (OpenAPI 3.1: operations from its handlers, schemas from its types)"""

import inspect
from collections.abc import Callable, Iterable, Iterator
from types import NoneType
from typing import Any, NamedTuple

from litestar import Litestar, Response
from litestar.di import Provide
from litestar.handlers import HTTPRouteHandler
from litestar.routes import HTTPRoute

from gateway.api import Api, Audience, State
from gateway.components import Schema, components_of, not_null, pruned
from gateway.errors import Complaint
from gateway.operations import ERRORS, SCOPES, Parameter, parameters_of
from gateway.problems import Problem
from gateway.promises import CONTACT, EVERY, HEADERS, LICENSE, SECURITY, credentials, errors_of, responses_to
from gateway.samples import Samples

_JSON = "application/json"
_AGEING = ("Deprecation", "Sunset", "Link")
_ENDED = 410


class Route(NamedTuple):
    """One operation where it is mounted."""

    method: str
    path: str
    handler: HTTPRouteHandler
    parameters: list[Parameter]
    answer: Any
    body: Any


def routes_of(api: Api, dependencies: Iterable[str] = ()) -> list[Route]:
    """Every operation of an API, by path. `dependencies` are the names of what handlers are given."""
    given = {name: Provide(_stand_in(), sync_to_thread=False) for name in ("caller", *dependencies)}
    app = Litestar(list(api.routers), dependencies=given, openapi_config=None, logging_config=None)
    return sorted(_routes(app), key=lambda route: (route.path, route.method))


def _stand_in() -> Callable[[], None]:
    """Stands for a dependency while nobody calls; each for its own, as Litestar refuses one for two."""

    def nothing() -> None:
        return None

    return nothing


def _routes(app: Litestar) -> Iterator[Route]:
    for route in app.routes:
        if not isinstance(route, HTTPRoute):
            continue
        inside = frozenset(route.path_parameters)
        for handler in route.route_handlers:
            for method in sorted(handler.http_methods - {"OPTIONS"}):
                yield Route(
                    method.lower(),
                    route.path_format,
                    handler,
                    parameters_of(handler, inside),
                    _answer(handler),
                    _body(handler),
                )


def _answer(handler: HTTPRouteHandler) -> Any:
    declared = handler.parsed_fn_signature.return_type
    return declared.inner_types[0].raw if declared.is_subclass_of(Response) else declared.raw


def _body(handler: HTTPRouteHandler) -> Any:
    data = handler.parsed_fn_signature.parameters.get("data")
    return data.raw if data else None


def document(api: Api, dependencies: Iterable[str] = ()) -> Schema:
    """The document of one API in one version."""
    routes = routes_of(api, dependencies)
    types = [type_ for route in routes for type_ in _types(route)]
    schemas, components = components_of([*types, Problem, Complaint])
    ready, samples = iter(schemas), Samples(components)
    paths: dict[str, Schema] = {}
    for route in routes:
        paths.setdefault(route.path, {})[route.method] = _operation(api, route, ready, samples)
    whole = {
        "openapi": "3.1.0",
        "info": {
            "title": api.title,
            "version": api.version,
            "description": api.about,
            "contact": CONTACT,
            "license": LICENSE,
        },
        "jsonSchemaDialect": "https://json-schema.org/draft/2020-12/schema",
        "servers": [{"url": "/", "x-internal": api.audience is Audience.INTERNAL}],
        "tags": [
            {"name": name, "description": api.about}
            for name in sorted({tag for route in routes for tag in route.handler.resolve_tags()})
        ],
        "paths": paths,
        "components": {
            "schemas": components,
            "headers": HEADERS,
            "responses": responses_to(api.audience),
            "securitySchemes": SECURITY,
        },
    }
    return pruned(whole)


def _types(route: Route) -> list[Any]:
    """The types of a route in the order in which `_operation` takes their schemas."""
    return [*(each.type for each in route.parameters), *([route.body] if route.body else []), route.answer]


def _operation(api: Api, route: Route, schemas: Iterator[Schema], samples: Samples) -> Schema:
    handler = route.handler
    operation: Schema = {
        "operationId": handler.operation_id,
        "summary": handler.summary,
        "description": inspect.getdoc(handler.fn) or "",
        "tags": handler.resolve_tags(),
        "security": credentials(sorted(handler.opt.get(SCOPES, ()))),
    }
    if api.state is State.DEPRECATED:
        operation["deprecated"] = True
    if route.parameters:
        operation["parameters"] = [_parameter(each, next(schemas), samples) for each in route.parameters]
    if route.body:
        operation["requestBody"] = {"required": True, "content": _content(next(schemas), samples)}
    operation["responses"] = _responses(api, route, _content(next(schemas), samples))
    return operation


def _content(schema: Schema, samples: Samples) -> Schema:
    return {_JSON: {"schema": schema, "example": samples.of(schema)}}


def _parameter(parameter: Parameter, schema: Schema, samples: Samples) -> Schema:
    schema = not_null(schema)
    described = {"description": schema.pop("description")} if "description" in schema else {}
    default = {"default": parameter.default} if parameter.default is not None else {}
    required = parameter.required or parameter.place == "path"
    example = {"example": samples.of(schema, parameter.name)} if required else {}
    return {
        "name": parameter.name,
        "in": parameter.place,
        "required": required,
        **described,
        "schema": {**schema, **default},
        **example,
    }


def _responses(api: Api, route: Route, content: Schema) -> Schema:
    reads = route.method == "get"
    ageing = api.state is State.DEPRECATED
    names = (*EVERY, *(("ETag", "Cache-Control") if reads else ()), *(("Link",) if _is_list(route) else ()))
    names = tuple(dict.fromkeys((*names, *(_AGEING if ageing else ()))))
    good: Schema = {
        "description": "As asked.",
        "headers": {name: {"$ref": f"#/components/headers/{name}"} for name in names},
    }
    if route.answer not in (None, NoneType):
        good["content"] = content
    same = {"304": {"$ref": "#/components/responses/NotModified"}} if reads else {}
    also = (*route.handler.opt.get(ERRORS, ()), *((_ENDED,) if ageing else ()))
    errors = errors_of(route.parameters, route.body is not None, also)
    return {str(route.handler.status_code): good, **same, **errors}


def _is_list(route: Route) -> bool:
    return hasattr(route.answer, "__origin__") and "next_cursor" in route.answer.__origin__.__struct_fields__
