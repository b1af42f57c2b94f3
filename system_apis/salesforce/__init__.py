"""What does Salesforce show to the house? (`Config` and `connect`, nothing else)"""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, ClassVar

from msgspec import Meta, Struct

from system_apis.salesforce.adapter import SalesforceCrm
from system_apis.salesforce.auth import auth
from system_apis.salesforce.reading import Reading
from system_apis.salesforce.refusals import refusal, usage
from system_apis.transport import Transport
from system_apis.window import Limits

__all__ = ["Config", "connect"]


class Config(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One org: its My Domain address and a connected app with the client credentials flow.

    `currency` is for an org with a single currency (multi-currency orgs say it on every row), `batch` the
    rows per page of whole lists, `deadline` the seconds one question may take.
    """

    secrets: ClassVar[frozenset[str]] = frozenset({"client_secret"})

    base_url: str
    client_id: str
    client_secret: str
    api_version: Annotated[str, Meta(pattern=r"^\d{2,3}\.0$")] = "66.0"
    currency: Annotated[str, Meta(pattern="^[A-Z]{3}$")] | None = None
    batch: Annotated[int, Meta(ge=200, le=2000)] = 2000
    deadline: Annotated[float, Meta(gt=0)] = Limits().deadline

    def __repr__(self) -> str:
        return f"Config(base_url={self.base_url!r})"


def connect(name: str, config: Config, now: Callable[[], datetime]) -> SalesforceCrm:
    """A connection that asks nothing until it is asked."""
    transport = Transport(
        name,
        config.base_url,
        auth(name, config.base_url, config.client_id, config.client_secret),
        now=now,
        refusal=refusal(name),
        usage=usage,
        limits=Limits(deadline=config.deadline),
    )
    reading = Reading(transport, version=config.api_version, currency=config.currency, batch=config.batch)
    return SalesforceCrm(transport, reading)
