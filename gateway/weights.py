"""How much of a plan does an operation cost?

Callers are counted before the router, so weights are known by path: a table of the few operations that weigh
more than one, made at the start. What it does not find weighs one.
"""

import re
from collections.abc import Iterator
from typing import Final

from litestar import Litestar
from litestar.handlers import HTTPRouteHandler
from litestar.routes import HTTPRoute

WEIGHT: Final = "weight"
"""`opt["weight"]`: as how many calls one call of an operation counts."""
LIGHT: Final = 1


class Weights:
    """The weights of the operations of an application. Raises ValueError for one that is below one."""

    def __init__(self, app: Litestar) -> None:
        heavy = list(_heavy(app))
        self._weights = [weight for _, weight in heavy]
        self._paths = re.compile("|".join(f"({path})" for path, _ in heavy)) if heavy else None

    def of(self, method: str, path: str) -> int:
        """What a request weighs, wherever the router would bring it."""
        if self._paths is None:
            return LIGHT
        found = self._paths.fullmatch(f"{method} {path}")
        return self._weights[(found.lastindex or 1) - 1] if found else LIGHT


def _heavy(app: Litestar) -> Iterator[tuple[str, int]]:
    for route in app.routes:
        if isinstance(route, HTTPRoute):
            for method, (handler, _) in route.route_handler_map.items():
                # Litestar adds an OPTIONS to every path, and the edge asks it for nothing that weighs.
                if method != "OPTIONS" and (weight := _weight(handler)) != LIGHT:
                    yield f"{method} {_pattern(route)}", weight


def _weight(handler: HTTPRouteHandler) -> int:
    weight: int = handler.opt.get(WEIGHT, LIGHT)
    if weight < LIGHT:
        raise ValueError(f"{handler.operation_id} weighs {weight}")
    return weight


def _pattern(route: HTTPRoute) -> str:
    return "/" + "/".join(
        re.escape(part) if isinstance(part, str) else "[^/]+" for part in route.path_components
    )
