"""How does a stranger find what there is, and whom to tell of a hole? (`/.well-known`, `/versions`)"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
from litestar import MediaType, Response, get
from litestar.handlers import HTTPRouteHandler
from msgspec import Struct

from gateway.api import Api
from gateway.docs import html_page
from gateway.operations import PUBLIC
from gateway.versions import PAGE, page

CATALOG = "/.well-known/api-catalog"
SECURITY = "/.well-known/security.txt"
GOOD_FOR = timedelta(days=360)
"""RFC 9116, 2.5.5, asks for less than a year."""

_LINKSET = 'application/linkset+json; profile="https://www.rfc-editor.org/info/rfc9727"'
_FOR_A_DAY = {"Cache-Control": "public, max-age=86400"}


class Security(Struct, frozen=True, kw_only=True):
    """Whom to tell of a hole: URIs (`mailto:`, `https:`), and until when that is right."""

    contacts: tuple[str, ...]
    expires: datetime


def built_at() -> datetime:
    """When this house was put where it runs: what it says of itself is as old as that."""
    return datetime.fromtimestamp(Path(__file__).stat().st_mtime, UTC)


def inventory_routes(apis: Iterable[Api], base_url: str, security: Security | None) -> list[HTTPRouteHandler]:
    """The catalog (RFC 9727), the page of versions and, when there is a contact, security.txt (RFC 9116)."""
    known = tuple(apis)
    base = base_url.rstrip("/")
    catalog = msgspec.json.encode({"linkset": linkset(known, base)})
    link = {"Link": f'<{base}{CATALOG}>; rel="api-catalog"', **_FOR_A_DAY}

    @get(CATALOG, opt={PUBLIC: True})
    async def api_catalog() -> Response[bytes]:
        """Every API in every version, its document and its state."""
        return Response(catalog, media_type=_LINKSET, headers=link)

    @get(PAGE, opt={PUBLIC: True})
    async def versions() -> Response[str]:
        """Which versions there are, and until when."""
        return html_page("Versions", page(known))

    return [api_catalog, versions, *([_security(security, base)] if security else [])]


def _security(security: Security, base: str) -> HTTPRouteHandler:
    text = security_text(security, base)

    @get(SECURITY, opt={PUBLIC: True})
    async def security_txt() -> Response[str]:
        """Whom to tell of a hole."""
        return Response(text, media_type=MediaType.TEXT, headers=_FOR_A_DAY)

    return security_txt


def security_text(security: Security, base: str) -> str:
    """The file as RFC 9116 writes it."""
    lines = (
        *(f"Contact: {contact}" for contact in security.contacts),
        f"Expires: {security.expires.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        "Preferred-Languages: en",
        f"Canonical: {base}{SECURITY}",
    )
    return "".join(f"{line}\n" for line in lines)


def linkset(apis: tuple[Api, ...], base: str) -> list[dict[str, Any]]:
    """The catalog's own links, then each API's (RFC 9264, 4.2)."""
    items = [{"href": f"{base}{api.prefix}", "title": f"{api.title} ({api.document})"} for api in apis]
    prefixes = {api.document: api.prefix for api in apis}
    return [{"anchor": f"{base}{CATALOG}", "item": items}, *(_links(api, base, prefixes) for api in apis)]


def _links(api: Api, base: str, prefixes: Mapping[str, str]) -> dict[str, Any]:
    links: dict[str, Any] = {
        "anchor": f"{base}{api.prefix}",
        "service-desc": [{"href": f"{base}/openapi/{api.document}.json", "type": "application/json"}],
        "service-doc": [{"href": f"{base}/docs", "type": "text/html"}],
        "status": [{"href": f"{base}/readyz", "type": "application/json"}],
    }
    if api.deprecation:
        links["successor-version"] = [{"href": f"{base}{prefixes[api.deprecation.successor]}"}]
        links["deprecation"] = [{"href": f"{base}{PAGE}", "type": "text/html"}]
    return links
