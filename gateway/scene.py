"""Which settings does the gateway of the demo run with?"""

from typing import Any, Final

import msgspec

from gateway.people import AUDIENCE, ISSUER, Person

TIERS: Final = {
    "bronze": {"rank": 1, "first_response_minutes": 1440},
    "silver": {"rank": 2, "first_response_minutes": 480},
    "gold": {"rank": 3, "first_response_minutes": 60},
    "platinum": {"rank": 4, "first_response_minutes": 15},
}
ORIGINS: Final = ("http://localhost:5173", "http://127.0.0.1:5173")
"""Where a page under development is served, by today's usual tool for that."""
CONTACT: Final = "mailto:security@tieline.example"
PLANS: Final = {"default": "6000/minute", "limited": "5/minute"}


def settings_text(
    port: int,
    database: str | None,
    redis: str | None,
    people: dict[str, Person],
    reach: dict[str, Any],
    skus: dict[str, Any],
    metrics: int,
) -> str:
    """The text of `tieline.toml`; every secret is a reference to a file beside it."""
    top = {
        "port": port,
        "base_url": f"http://127.0.0.1:{port}",
        "database": database or "sqlite:///tieline.sqlite",
        "cursor_secret": "file:secrets/cursor",
        "business_clock": "practice/clock.json",
        **({"redis": redis} if redis else {}),
        "plans": PLANS,
        "tiers": TIERS,
        "skus": skus,
        "origins": list(ORIGINS),
        "security": {"contacts": [CONTACT]},
        "telemetry": {
            "traces": "traces.jsonl",
            "access_log": False,
            "metrics": f"127.0.0.1:{metrics}",
        },
        "issuers": [{"issuer": ISSUER, "audience": AUDIENCE, "jwks": "issuer/jwks.json", "keys": "issuer"}],
        "clients": [_client(name, person) for name, person in people.items() if person.key],
        "connections": [_connection(name, one) for name, one in reach.items()],
    }
    return msgspec.toml.encode(top).decode()


def _client(name: str, person: Person) -> dict[str, Any]:
    return {
        "name": name,
        "key": f"file:secrets/{name}_key",
        "plan": person.plan,
        "scopes": person.scopes,
        "accounts": person.accounts,
    }


# platform -> setting of its connection -> name among its keys; the secret ones are references
_KEYS: Final[dict[str, dict[str, str]]] = {
    "salesforce": {"client_id": "client_id", "organization_id": "organization_id"},
    "stripe": {},
    "zendesk": {"client_id": "client_id"},
    "netsuite": {"client_id": "client_id", "certificate_id": "certificate_id", "account": "account"},
}
_SECRETS: Final[dict[str, dict[str, str]]] = {
    "salesforce": {"client_secret": "client_secret", "webhook_secret": "webhook_secret"},
    "stripe": {"api_key": "api_key", "webhook_secret": "webhook_secret"},
    "zendesk": {"client_secret": "client_secret", "webhook_secret": "webhook_secret"},
    "netsuite": {"private_key": "private_key_pem", "webhook_secret": "webhook_secret"},
}
# How the practice company has set up its ledger.
_SET_UP: Final[dict[str, dict[str, str]]] = {
    "netsuite": {
        "bank_account": "1000",
        "clearing_account": "1050",
        "fees_account": "6100",
        "dunning_field": "custbody_tieline_dunning",
    },
}


def _connection(platform: str, reach: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": platform,
        "platform": platform,
        "config": {
            "base_url": reach["base_url"],
            **{setting: reach[key] for setting, key in _KEYS[platform].items()},
            **{setting: f"file:secrets/{platform}_{key}" for setting, key in _SECRETS[platform].items()},
            **_SET_UP.get(platform, {}),
        },
    }
