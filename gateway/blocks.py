"""What can be said in each block of `tieline.toml`?"""

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct

from gateway.logs import Level


class Issuer(Struct, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """Whose access tokens are accepted: `jwks` is a URL, or the path of a file with the key set.

    `keys` is set for an issuer that is ourselves: the folder of its signing keys, where `jwks.json` is too.
    Clients then get tokens for their keys at `/oauth/token`.
    """

    issuer: str
    audience: str
    jwks: str
    keys: str | None = None


class ClientSettings(Struct, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """A client with an API key that exists from the start; `key` is a reference."""

    name: str
    key: str
    plan: str = "default"
    scopes: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    children: bool = False
    everyone: bool = False


class Tier(Struct, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """A service tier: higher ranks are better. A payment may be `grace_days` late before suspension."""

    rank: int
    first_response_minutes: int
    grace_days: Annotated[int, Meta(ge=0, le=365)] = 14


class Sku(Struct, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """What having bought a SKU allows; an add-on has no tier."""

    tier: str | None = None
    features: tuple[str, ...] = ()


class Telemetry(Struct, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """`sample` is the share of requests that are traced: JSON lines in the file `traces`, when set.

    `log` is how much our own rooms say beside the access log. `metrics` is the internal address where
    Prometheus may ask, `otlp` that of a collector that is told of metrics and traces.
    """

    sample: Annotated[float, Meta(ge=0, le=1)] = 1.0
    traces: str | None = None
    access_log: bool = True
    log: Level = "warning"
    metrics: Annotated[str, Meta(pattern=r"^(\d+\.\d+\.\d+\.\d+|\[[0-9a-fA-F:]+\]):\d{1,5}$")] | None = None
    otlp: Annotated[str, Meta(pattern=r"^https?://[^\s?#]+$")] | None = None


class Security(Struct, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """Whom to tell of a hole: URIs; right until `expires`, which is 360 days after the build if absent."""

    contacts: Annotated[
        tuple[Annotated[str, Meta(pattern=r"^(mailto:|https://|tel:)\S+$")], ...], Meta(min_length=1)
    ]
    expires: Annotated[datetime, Meta(tz=True)] | None = None
