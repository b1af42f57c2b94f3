"""How does a test reach a practice NetSuite of its own, on a real port?"""

import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from sandbox.kit.clock import BusinessClock
from sandbox.kit.credentials import Keys, load_or_make
from sandbox.kit.practice import Practice
from sandbox.kit.serving import running
from sandbox.netsuite import NetSuite
from sandbox.world import World
from tests.sandbox.netsuite.erp_world import ANCHOR, a_world

TOKEN = "/services/rest/auth/oauth2/v1/token"
RECORD = "/services/rest/record/v1"
SUITEQL = "/services/rest/query/v1/suiteql"
GRANT = {
    "grant_type": "client_credentials",
    "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
}


@dataclass
class Erp:
    """A running account and a client, signed in once `sign_in` was called."""

    practice: Practice
    client: httpx.AsyncClient
    key: PrivateKeyTypes

    @property
    def world(self) -> World:
        return self.practice.world

    @property
    def url(self) -> str:
        return str(self.client.base_url).rstrip("/")

    def reopen(self) -> None:
        """Let the books be opened again, from facts that a test has changed."""
        self.world.erp.records.clear()

    def assertion(self, *, algorithm: str = "PS256", kid: str | None = None, **claims: Any) -> str:
        """A client assertion that is good but for what is said otherwise."""
        keys = self.practice.keys.netsuite
        now = int(time.time())
        good = {"iss": keys.client_id, "scope": "rest_webservices", "aud": self.url + TOKEN}
        return jwt.encode(
            good | {"iat": now, "exp": now + 3000} | claims,
            self.key,  # type: ignore[arg-type]  # an RSA key, as the kit makes them
            algorithm=algorithm,
            headers={"kid": kid or keys.certificate_id},
        )

    async def token(self, assertion: str | None = None, **form: str) -> httpx.Response:
        """The answer of the token endpoint."""
        sent = GRANT | {"client_assertion": assertion or self.assertion()} | form
        return await self.client.post(TOKEN, data=sent)

    async def sign_in(self) -> None:
        token = (await self.token()).json()["access_token"]
        self.client.headers["Authorization"] = f"Bearer {token}"

    async def get(self, path: str, **query: str) -> httpx.Response:
        """A GET below the record service."""
        return await self.client.get(RECORD + path, params=query)

    async def put(self, path: str, body: dict[str, Any], **query: str) -> httpx.Response:
        """An upsert."""
        return await self.client.put(RECORD + path, json=body, params=query)

    async def post(self, path: str, body: dict[str, Any], **headers: str) -> httpx.Response:
        """A create."""
        return await self.client.post(RECORD + path, json=body, headers=headers)

    async def patch(self, path: str, body: dict[str, Any], **query: str) -> httpx.Response:
        """A change."""
        return await self.client.patch(RECORD + path, json=body, params=query)

    async def written(self, path: str, body: dict[str, Any], **query: str) -> dict[str, Any]:
        """The whole record after an upsert, which must succeed."""
        response = await self.put(path, body, **query)
        assert (response.status_code, response.content) == (204, b""), response.text
        found = await self.client.get(response.headers["Location"], params={"expandSubResources": "true"})
        return dict(found.json())

    @staticmethod
    def refusal(response: httpx.Response) -> tuple[int, str, str, str | None]:
        """Status, sentence, code and path of an answer that must be a refusal."""
        (error,) = response.json()["o:errorDetails"]
        return response.status_code, error["detail"], error["o:errorCode"], error.get("o:errorPath")

    async def ledger(self, id: str) -> dict[str, Decimal]:
        """What a transaction did to the accounts, by their numbers: debits positive."""
        rows = await self.rows(
            "SELECT a.acctnumber AS account, l.amount AS amount FROM transactionaccountingline l"
            f" JOIN account a ON a.id = l.account WHERE l.transaction = {id}"
        )
        return {row["account"]: Decimal(row["amount"]) for row in rows}

    async def fault(self, fault: str, **bounds: Any) -> None:
        """Begin a fault."""
        response = await self.client.post("/_sim/faults", json={"fault": fault, **bounds})
        assert response.status_code == 200, response.text

    async def ids(self, type: str, q: str) -> list[int]:
        """The ids that a condition selects, which must be a good one."""
        response = await self.get(f"/{type}", q=q)
        assert response.status_code == 200, response.text
        return [int(item["id"]) for item in response.json()["items"]]

    async def suiteql(self, q: str, **query: str) -> httpx.Response:
        """The answer to a query."""
        return await self.client.post(SUITEQL, params=query, json={"q": q}, headers={"Prefer": "transient"})

    async def rows(self, q: str) -> list[dict[str, Any]]:
        """The rows of a query, which must be a good one, without their links."""
        response = await self.suiteql(q)
        assert response.status_code == 200, response.text
        return [{k: v for k, v in item.items() if k != "links"} for item in response.json()["items"]]

    async def query_refusal(self, q: str) -> str:
        """What NetSuite has against a query that must be refused."""
        response = await self.suiteql(q)
        (error,) = response.json()["o:errorDetails"]
        assert (response.status_code, error["o:errorCode"], error["o:errorQueryParam"]) == (
            400,
            "INVALID_PARAMETER",
            "q",
        )
        return str(error["detail"])


@pytest.fixture(scope="session")
def keys() -> Keys:
    return load_or_make()


@pytest.fixture(scope="session")
def private_key(keys: Keys) -> PrivateKeyTypes:
    return load_pem_private_key(keys.netsuite.private_key_pem.encode(), None)


@pytest.fixture(scope="session")
def made_once(keys: Keys) -> Practice:
    """A practice company; to make one takes longer than a test."""
    return Practice(seed=1, anchor=ANCHOR, clock=BusinessClock(), keys=keys)


@pytest.fixture
async def stranger(made_once: Practice, private_key: PrivateKeyTypes) -> AsyncIterator[Erp]:
    """An account, and a client that has not signed in."""
    practice = made_once
    practice.world = a_world()
    practice.faults.clear()
    practice.calls.clear()
    practice.webhooks.clear()
    async with (
        running(practice, (NetSuite,)) as urls,
        # Plain HTTP: reading the certificate store for every test would cost more than the test.
        httpx.AsyncClient(base_url=urls["netsuite"], verify=False) as client,
    ):
        yield Erp(practice, client, private_key)


@pytest.fixture
async def erp(stranger: Erp) -> Erp:
    await stranger.sign_in()
    return stranger
