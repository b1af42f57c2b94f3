"""Which platforms do we know, which kind of system is each, and how is each opened?"""

from collections.abc import Callable
from datetime import datetime
from typing import Any, ClassVar, Final, NamedTuple, Protocol, TypeVar

from canonical.identity import Kind
from system_apis import netsuite, salesforce, stripe, zendesk
from system_apis.findings import Finding
from system_apis.health import Health
from system_apis.messages import Messages
from system_apis.ports import Billing, Crm, Erp, Support


class Adapter(Messages, Protocol):
    """What every adapter can do beside its port."""

    def health(self) -> Health:
        """How the connection is doing."""
        ...

    async def check(self) -> list[Finding]:
        """What it lacks before it can do its work, in plain words; nothing is changed."""
        ...

    async def aclose(self) -> None:
        """Let go of it."""
        ...


class PlatformConfig(Protocol):
    """A platform's own settings; `secrets` names the fields whose values are given by reference."""

    secrets: ClassVar[frozenset[str]]

    @property
    def base_url(self) -> str:
        """Where it stands."""
        ...


class Platform(NamedTuple):
    """A platform: its kind of system, the Struct of its own settings, and how it is opened."""

    kind: Kind
    config: type[PlatformConfig]
    connect: Callable[[str, Any, Callable[[], datetime]], Adapter]


C = TypeVar("C", bound=PlatformConfig)


class CrmAdapter(Crm, Adapter, Protocol):
    """A CRM, opened."""


class BillingAdapter(Billing, Adapter, Protocol):
    """A billing system, opened."""


class SupportAdapter(Support, Adapter, Protocol):
    """A support system, opened."""


class ErpAdapter(Erp, Adapter, Protocol):
    """An ERP, opened."""


# One for each kind, so that an adapter which does not fill its port is told by the type checker, here.
def crm(config: type[C], connect: Callable[[str, C, Callable[[], datetime]], CrmAdapter]) -> Platform:
    return Platform(Kind.CRM, config, connect)


def billing(config: type[C], connect: Callable[[str, C, Callable[[], datetime]], BillingAdapter]) -> Platform:
    return Platform(Kind.BILLING, config, connect)


def support(config: type[C], connect: Callable[[str, C, Callable[[], datetime]], SupportAdapter]) -> Platform:
    return Platform(Kind.SUPPORT, config, connect)


def erp(config: type[C], connect: Callable[[str, C, Callable[[], datetime]], ErpAdapter]) -> Platform:
    return Platform(Kind.ERP, config, connect)


PLATFORMS: Final[dict[str, Platform]] = {
    "salesforce": crm(salesforce.Config, salesforce.connect),
    "stripe": billing(stripe.Config, stripe.connect),
    "zendesk": support(zendesk.Config, zendesk.connect),
    "netsuite": erp(netsuite.Config, netsuite.connect),
}
