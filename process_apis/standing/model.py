"""What is the standing of an account?"""

from datetime import datetime

from msgspec import Struct

from canonical.billing import SubscriptionStatus
from canonical.projections import Risk


class Standing(Struct, frozen=True, kw_only=True):
    """What others show of an account; nobody owns it there, all of it can be worked out again."""

    risk: Risk
    subscription_status: SubscriptionStatus | None
    tier: str | None
    entitled_until: datetime | None


class Shown(Struct, frozen=True, kw_only=True, tag=True):
    """What was written into a record: the names of the fields that had changed, none when all was right."""

    changed: tuple[str, ...]
