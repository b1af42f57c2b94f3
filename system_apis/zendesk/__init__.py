"""Where does Zendesk begin? (`Config` and `connect` are what others may use)"""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, ClassVar

import httpx
from msgspec import Meta, Struct

from system_apis.health import Quota
from system_apis.sending import Sending
from system_apis.transport import Transport
from system_apis.window import Limits
from system_apis.zendesk import auth
from system_apis.zendesk.adapter import ToldBy, Zendesk
from system_apis.zendesk.changing import Changing
from system_apis.zendesk.checking import Checking
from system_apis.zendesk.refusals import refusal
from system_apis.zendesk.writing import Writing

__all__ = ["Config", "connect"]


class Config(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How one Zendesk account is reached.

    Either an OAuth client (`client_id`, `client_secret`), or in the legacy mode `email` and `api_token`.
    `deadline` is the seconds one question may take.

    Messages come signed to `/webhooks/CONNECTION`: `webhook_secret` signs them, `webhook_secret_before` still
    holds while it is replaced, and `account_id`, when given, must stand in them. Without a secret, none is
    taken.
    """

    base_url: str
    client_id: str | None = None
    client_secret: str | None = None
    email: str | None = None
    api_token: str | None = None
    deadline: Annotated[float, Meta(gt=0)] = Limits().deadline
    webhook_secret: str | None = None
    webhook_secret_before: str | None = None
    account_id: str | None = None

    secrets: ClassVar[frozenset[str]] = frozenset(
        {"client_secret", "api_token", "webhook_secret", "webhook_secret_before"}
    )

    def __post_init__(self) -> None:
        self.auth("")

    def __repr__(self) -> str:
        return f"Config(base_url={self.base_url!r})"

    def auth(self, connection: str) -> httpx.Auth:
        """The way of proving who we are that is set up. `ValueError` unless it is exactly one."""
        match (self.client_id, self.client_secret, self.email, self.api_token):
            case (str(client_id), str(client_secret), None, None):
                return auth.oauth(connection, self.base_url, client_id, client_secret)
            case (None, None, str(email), str(api_token)):
                return auth.api_token(email, api_token)
        raise ValueError("give client_id and client_secret, or email and api_token")


def connect(name: str, config: Config, now: Callable[[], datetime]) -> Zendesk:
    """An open connection called `name`; nothing is asked yet. `now` is when an answer is observed."""
    limits = Limits(deadline=config.deadline)
    transport = Transport(
        name,
        config.base_url,
        config.auth(name),
        now=now,
        refusal=refusal(name),
        usage=usage,
        limits=limits,
    )
    sending = Sending(transport.window, refusal=refusal(name, writing=True))
    secrets = tuple(filter(None, (config.webhook_secret, config.webhook_secret_before)))
    return Zendesk(
        transport,
        Writing(sending),
        Changing(transport, now),
        ToldBy(secrets, config.account_id),
        Checking(transport),
    )


def usage(headers: httpx.Headers) -> Quota | None:
    """The calls of this minute, from the account's rate limit headers."""
    limit, left = headers.get("X-Rate-Limit", ""), headers.get("X-Rate-Limit-Remaining", "")
    if not (limit.isdecimal() and left.isdecimal()):
        return None
    return Quota(used=max(0, int(limit) - int(left)), limit=int(limit))
