"""How do we prove to Zendesk who we are?"""

import httpx

from system_apis.granting import ask_for_token
from system_apis.tokens import Bearer, Token, Tokens


def oauth(connection: str, base_url: str, client_id: str, client_secret: str) -> httpx.Auth:
    """OAuth 2.0 client credentials, asked for in JSON (Zendesk, "OAuth tokens for grant types")."""

    async def token() -> Token:
        asked = {
            "grant_type": "client_credentials",
            "client_id": client_id,
            "client_secret": client_secret,
            "scope": "read write",
        }
        return await ask_for_token(connection, f"{base_url.rstrip('/')}/oauth/tokens", json=asked)

    return Bearer(Tokens(connection, token))


def api_token(email: str, token: str) -> httpx.Auth:
    """The legacy mode: Basic with an API token. Zendesk gives out no new ones and ends them on 2027-04-30."""
    return httpx.BasicAuth(f"{email}/token", token)
