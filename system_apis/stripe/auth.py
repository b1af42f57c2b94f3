"""How do we prove to Stripe who we are? (a secret key, docs.stripe.com/api/authentication)"""

from collections.abc import Generator

import httpx


class SecretKey(httpx.Auth):
    """A restricted or secret key, sent with every call. It cannot be renewed: a 401 is for a person."""

    def __init__(self, key: str) -> None:
        self._key = key

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        request.headers["Authorization"] = f"Bearer {self._key}"
        yield request
