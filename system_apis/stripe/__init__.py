"""What does Stripe show to the house? (`Config` and `connect`, nothing else)"""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, ClassVar, Final

from msgspec import Meta, Struct

from system_apis.stripe.adapter import StripeBilling
from system_apis.stripe.auth import SecretKey
from system_apis.stripe.checking import Checking
from system_apis.stripe.refusals import refusal
from system_apis.stripe.webhook import Proof
from system_apis.transport import Transport
from system_apis.window import Limits

__all__ = ["Config", "connect"]

VERSION: Final = "2026-10-28.endive"


class Config(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One Stripe account: its secret key, and `account` when it is reached through a platform's key.

    Events come to `/webhooks/CONNECTION`: `webhook_secret` is the endpoint's signing secret, and
    `webhook_secret_before` the one that still holds while it is rolled. Without one no event is taken.
    `deadline` is the seconds one question may take.
    """

    secrets: ClassVar[frozenset[str]] = frozenset({"api_key", "webhook_secret", "webhook_secret_before"})

    api_key: str
    account: Annotated[str, Meta(pattern="^acct_")] | None = None
    webhook_secret: Annotated[str, Meta(min_length=16)] | None = None
    webhook_secret_before: Annotated[str, Meta(min_length=16)] | None = None
    base_url: str = "https://api.stripe.com"
    deadline: Annotated[float, Meta(gt=0)] = Limits().deadline

    def __repr__(self) -> str:
        return f"Config(base_url={self.base_url!r}, account={self.account!r})"


def connect(name: str, config: Config, now: Callable[[], datetime]) -> StripeBilling:
    """A connection that asks nothing until it is asked."""
    # The shapes in wire.py are those of one version, whatever the account's own default is.
    headers = {"Stripe-Version": VERSION}
    if config.account is not None:
        headers["Stripe-Account"] = config.account
    transport = Transport(
        name,
        config.base_url,
        SecretKey(config.api_key),
        now=now,
        refusal=refusal(name),
        headers=headers,
        limits=Limits(deadline=config.deadline),
    )
    return StripeBilling(
        transport,
        Proof(
            tuple(filter(None, (config.webhook_secret, config.webhook_secret_before))),
            config.account,
            _live(config.api_key),
        ),
        now,
        Checking(transport, config.api_key),
    )


def _live(key: str) -> bool | None:
    """Whether a key is one of live mode, as its name says."""
    return next((live for mark, live in (("_live_", True), ("_test_", False)) if mark in key), None)
