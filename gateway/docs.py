"""How does a reader find their way in our APIs, without a request to anybody else?"""

import html
from collections.abc import Iterable
from functools import lru_cache
from hashlib import sha256
from importlib.resources import files

import msgspec
from litestar import MediaType, Response, get
from litestar.exceptions import NotFoundException
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from gateway.api import Api
from gateway.kinds import BY_CODE
from gateway.operations import PUBLIC

_IMMUTABLE = "public, max-age=31536000, immutable"
# Scalar writes style attributes. Scripts, fonts, images and requests are our own only.
_POLICY = (
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; "
    "object-src 'none'; base-uri 'none'; frame-ancestors 'none'"
)
_OPTIONS: dict[str, object] = {
    "withDefaultFonts": False,
    "telemetry": False,
    "agent": {"disabled": True},
    "mcp": {"disabled": True},
    "hideClientButton": True,
    "showDeveloperTools": "never",
}
"""Without these Scalar asks other hosts for fonts, counts its readers, and offers services of its maker."""


def docs_routes(apis: Iterable[Api]) -> list[HTTPRouteHandler]:
    """`/docs`, what it loads, and a page for each kind of problem."""
    assets = {"scalar.js": _scalar(), "start.js": _start(apis)}
    named = {f"{sha256(content).hexdigest()[:16]}-{name}": content for name, content in assets.items()}
    page = _page("APIs", "".join(f'<script src="/docs-assets/{name}"></script>' for name in named))

    @get("/docs", opt={PUBLIC: True}, media_type=MediaType.HTML)
    async def docs() -> Response[str]:
        """All documents on one page."""
        return _html(page)

    @get("/docs-assets/{name:str}", opt={PUBLIC: True})
    async def asset(name: FromPath[str]) -> Response[bytes]:
        """What a name holds never changes, as it is named by its content."""
        if name not in named:
            raise NotFoundException
        digest = name.partition("-")[0]
        headers = {"Cache-Control": _IMMUTABLE, "ETag": f'"{digest}"'}
        return Response(named[name], media_type="text/javascript; charset=utf-8", headers=headers)

    @get("/problems/{code:str}", opt={PUBLIC: True})
    async def problem(code: FromPath[str]) -> Response[str]:
        """What a kind of problem means and what to do about it."""
        if code not in BY_CODE:
            raise NotFoundException
        kind = BY_CODE[code]
        told = f"<h1>{html.escape(kind.title)}</h1><p><code>{code}</code>, status {kind.status}</p>"
        return html_page(kind.title, f"<main>{told}<p>{html.escape(kind.advice)}</p></main>")

    return [docs, asset, problem]


def html_page(title: str, body: str) -> Response[str]:
    """A page of ours that asks nobody else for anything."""
    return _html(_page(title, body))


def _html(page: str) -> Response[str]:
    return Response(page, media_type=MediaType.HTML, headers={"Content-Security-Policy": _POLICY})


def _page(title: str, body: str) -> str:
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<link rel="icon" href="data:,"><title>Tieline: {html.escape(title)}</title></head>'
        f'<body><div id="app"></div>{body}</body></html>'
    )


@lru_cache(maxsize=1)
def _scalar() -> bytes:
    """The viewer, as its PyPI package brings it."""
    folder = files("flask_openapi_scalar") / "templates" / "scalar" / "js"
    return (folder / "scalar.standalone.js").read_bytes()


def _start(apis: Iterable[Api]) -> bytes:
    sources = [
        {
            "title": f"{api.title} ({api.document})",
            "slug": api.document.replace(".", "-"),
            "url": _path(api),
        }
        for api in apis
    ]
    options = msgspec.json.encode({"sources": sources, **_OPTIONS})
    return b"Scalar.createApiReference('#app', " + options + b")"


def _path(api: Api) -> str:
    return f"/openapi/{api.document}.json"
