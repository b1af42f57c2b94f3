"""Which platforms do we know, which kind of system is each, and how is each opened?"""

from collections.abc import Callable
from datetime import datetime
from typing import Any, ClassVar, Final, NamedTuple, Protocol

from canonical.identity import Kind
from system_apis import netsuite, salesforce, stripe, zendesk
from system_apis.health import Health


class Adapter(Protocol):
    """What every adapter can do beside its port."""

    def health(self) -> Health:
        """How the connection is doing."""
        ...

    async def aclose(self) -> None:
        """Let go of it."""
        ...


class PlatformConfig(Protocol):
    """A platform's own settings; `secrets` names the fields whose values are given by reference."""

    secrets: ClassVar[frozenset[str]]


class Platform(NamedTuple):
    """A platform: its kind of system, the Struct of its own settings, and how it is opened."""

    kind: Kind
    config: type[PlatformConfig]
    connect: Callable[[str, Any, Callable[[], datetime]], Adapter]


PLATFORMS: Final[dict[str, Platform]] = {
    "salesforce": Platform(Kind.CRM, salesforce.Config, salesforce.connect),
    "stripe": Platform(Kind.BILLING, stripe.Config, stripe.connect),
    "zendesk": Platform(Kind.SUPPORT, zendesk.Config, zendesk.connect),
    "netsuite": Platform(Kind.ERP, netsuite.Config, netsuite.connect),
}
