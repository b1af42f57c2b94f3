"""What does Salesforce show to the house? (`Config` and `connect`, nothing else)"""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, ClassVar

from msgspec import Meta, Struct

from system_apis.salesforce.adapter import SalesforceCrm, ToldBy
from system_apis.salesforce.auth import auth
from system_apis.salesforce.changing import Changing
from system_apis.salesforce.checking import Checking
from system_apis.salesforce.reading import Reading
from system_apis.salesforce.refusals import refusal, usage
from system_apis.salesforce.writing import Writing
from system_apis.sending import Sending
from system_apis.transport import Transport
from system_apis.window import Limits

__all__ = ["Config", "connect"]


class Config(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One org: its My Domain address and a connected app with the client credentials flow.

    `currency` is for an org with a single currency (multi-currency orgs say it on every row), `batch` the
    rows per page of whole lists, `deadline` the seconds one question may take.

    Outbound messages come to `/webhooks/CONNECTION/SECRET`: `webhook_secret` is that secret, and
    `webhook_secret_before` the one that still holds while it is replaced; `organization_id` stands in each
    message. Without both no message is taken.
    """

    secrets: ClassVar[frozenset[str]] = frozenset(
        {"client_secret", "webhook_secret", "webhook_secret_before"}
    )

    base_url: str
    client_id: str
    client_secret: str
    api_version: Annotated[str, Meta(pattern=r"^\d{2,3}\.0$")] = "66.0"
    currency: Annotated[str, Meta(pattern="^[A-Z]{3}$")] | None = None
    batch: Annotated[int, Meta(ge=200, le=2000)] = 2000
    deadline: Annotated[float, Meta(gt=0)] = Limits().deadline
    organization_id: Annotated[str, Meta(pattern="^00D[A-Za-z0-9]{12,15}$")] | None = None
    webhook_secret: Annotated[str, Meta(min_length=16)] | None = None
    webhook_secret_before: Annotated[str, Meta(min_length=16)] | None = None

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
    sending = Sending(transport.window, refusal=refusal(name, writing=True))
    return SalesforceCrm(
        transport,
        reading,
        Writing(sending, reading, version=config.api_version),
        Changing(name, reading, now),
        ToldBy(
            tuple(filter(None, (config.webhook_secret, config.webhook_secret_before))),
            config.organization_id or "",
        ),
        Checking(transport, version=config.api_version, currency=config.currency),
    )
