"""How does a test ask a NetSuite that says what the test wants?"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from system_apis import netsuite
from system_apis.netsuite.adapter import NetSuite
from tests.system_apis.scripted import Script, saying

KEY: Final = rsa.generate_private_key(public_exponent=65537, key_size=3072)
PEM: Final = KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def now() -> datetime:
    return datetime.now(UTC)


def settings(base_url: str) -> dict[str, Any]:
    return {"base_url": base_url, "client_id": "client", "certificate_id": "cert", "private_key": PEM}


def rows(*items: dict[str, Any], more: bool = False) -> dict[str, Any]:
    """A page of rows in NetSuite's envelope; each also has the links that we do not read."""
    return {"links": [], "count": len(items), "hasMore": more, "items": [{"links": [], **i} for i in items]}


@asynccontextmanager
async def asking(*answers: Any) -> AsyncIterator[tuple[NetSuite, Script]]:
    """The adapter, connected to a script of answers."""
    async with saying(*answers) as script:
        erp = netsuite.connect("books", netsuite.Config(**settings(script.url)), now)
        try:
            yield erp, script
        finally:
            await erp.aclose()
