"""How do we prove to Salesforce who we are? (OAuth 2.0 client credentials of a connected app)"""

from typing import Final

from system_apis.granting import ask_for_token
from system_apis.salesforce.refusals import refusal
from system_apis.tokens import Bearer, Token, Tokens

PATH: Final = "/services/oauth2/token"


def auth(connection: str, base_url: str, client_id: str, client_secret: str) -> Bearer:
    """The shared token of a connection.

    Salesforce does not say how long a token lives (the org's session settings do), so it is used until it
    is refused. The answer's `instance_url` is not followed: this flow works on the org's own My Domain host
    only, which is the one that is configured.
    """

    url = base_url.rstrip("/") + PATH
    form = {"grant_type": "client_credentials", "client_id": client_id, "client_secret": client_secret}

    async def ask() -> Token:
        return await ask_for_token(connection, url, form=form, refusal=refusal(connection))

    return Bearer(Tokens(connection, ask))
