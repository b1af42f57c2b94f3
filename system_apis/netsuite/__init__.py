"""Where does NetSuite begin? (`Config` and `connect` are what others may use)"""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, ClassVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from msgspec import Meta, Struct

from system_apis.granting import ask_for_token
from system_apis.netsuite.adapter import NetSuite
from system_apis.netsuite.auth import GRANTS, Assertion, private_key
from system_apis.netsuite.books import Books
from system_apis.netsuite.changing import Changing
from system_apis.netsuite.checking import Checking
from system_apis.netsuite.customers import Customers
from system_apis.netsuite.lookups import Lookups
from system_apis.netsuite.posting import Accounts, Posting
from system_apis.netsuite.putting import Putting
from system_apis.netsuite.refusals import refusal
from system_apis.netsuite.suiteql import receivables
from system_apis.netsuite.webhook import Proof
from system_apis.sending import Sending
from system_apis.tokens import Bearer, Token, Tokens
from system_apis.transport import Transport
from system_apis.window import Limits

__all__ = ["Config", "connect"]


class Config(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How one NetSuite account is reached.

    `base_url` is its SuiteTalk host, `certificate_id` names the certificate of `private_key` (PEM) in the
    integration's client credentials setup. `time_zone` (IANA) is the preference of the integration's user:
    SuiteQL writes times in it. `concurrency` is how many of the account's slots this connection may take;
    they are shared with everybody else who calls the account (5 in the smallest tier). `deadline` is the
    seconds one question may take.

    Postings go by account numbers: payments and refunds through `clearing_account` (undeposited funds when
    none is set), payouts from there to `bank_account`, less `fees_account`. `other_item` is the SKU for lines
    that have none, and for discounts. `dunning_field` is the custom body field of an invoice that shows how
    its collection stands. Without one of these, what needs it is refused.

    Messages of our script come to `/webhooks/CONNECTION`: `webhook_secret` signs them,
    `webhook_secret_before` holds while it is replaced, `account` (as `1234567_SB1`) stands in each. Without
    both none is taken.
    """

    base_url: str
    client_id: str
    certificate_id: str
    private_key: str
    time_zone: str = "UTC"
    concurrency: Annotated[int, Meta(ge=1)] = 5
    deadline: Annotated[float, Meta(gt=0)] = Limits().deadline
    bank_account: str | None = None
    clearing_account: str | None = None
    fees_account: str | None = None
    other_item: str | None = None
    dunning_field: Annotated[str, Meta(pattern=r"^custbody\w{1,60}$")] | None = None
    account: str | None = None
    webhook_secret: Annotated[str, Meta(min_length=16)] | None = None
    webhook_secret_before: Annotated[str, Meta(min_length=16)] | None = None

    secrets: ClassVar[frozenset[str]] = frozenset({"private_key", "webhook_secret", "webhook_secret_before"})

    def __post_init__(self) -> None:
        private_key(self.private_key)
        try:
            ZoneInfo(self.time_zone)
        except (ZoneInfoNotFoundError, ValueError):
            raise ValueError(f"time_zone: {self.time_zone!r} is no IANA time zone") from None

    def __repr__(self) -> str:
        return f"Config(base_url={self.base_url!r})"


def connect(name: str, config: Config, now: Callable[[], datetime]) -> NetSuite:
    """An open connection called `name`; nothing is asked yet. `now` is when an answer is observed."""
    url = config.base_url.rstrip("/") + GRANTS
    assertion = Assertion(
        url=url,
        client_id=config.client_id,
        certificate_id=config.certificate_id,
        key=private_key(config.private_key),
    )

    async def token() -> Token:
        return await ask_for_token(name, url, form=assertion.form())

    limits = Limits(in_flight=config.concurrency, deadline=config.deadline)
    transport = Transport(
        name, config.base_url, Bearer(Tokens(name, token)), now=now, refusal=refusal(name), limits=limits
    )
    zone = ZoneInfo(config.time_zone)
    books = Books(transport, zone)
    putting = Putting(Sending(transport.window, refusal=refusal(name, writing=True)))
    lookups = Lookups(books, name)
    asked = receivables(config.dunning_field)
    return NetSuite(
        transport,
        books,
        receivables=asked,
        customers=Customers(putting, books, lookups),
        posting=Posting(putting, books, lookups, _accounts(config)),
        changing=Changing(name, books, zone, now),
        proof=Proof(
            tuple(filter(None, (config.webhook_secret, config.webhook_secret_before))), config.account
        ),
        checking=Checking(books, asked),
    )


def _accounts(config: Config) -> Accounts:
    return Accounts(
        bank=config.bank_account,
        clearing=config.clearing_account,
        fees=config.fees_account,
        other_item=config.other_item,
        dunning=config.dunning_field,
    )
