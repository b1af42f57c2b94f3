"""How would one build the same answers with FastAPI, slowapi and httpx?

Each as its own documents advise: an application on uvicorn with uvloop and httptools, one shared client, a
limit per client by slowapi in memory, a token verified once and then remembered. The first argument names a
file with the accounts and what is asked upstream for each, the second is the port. Runs in an environment of
its own.
"""

import asyncio
import json
import sys
import time
from pathlib import Path
from typing import Any

import httpx
import jwt
import uvicorn  # type: ignore[import-not-found,unused-ignore]
from fastapi import Depends, FastAPI, HTTPException, Request  # type: ignore[import-not-found,unused-ignore]
from slowapi import Limiter

WORK = json.loads(Path(sys.argv[1]).read_bytes())
KEY = jwt.PyJWK(WORK["key"]).key
proven: dict[str, dict[str, Any]] = {}


def subject(request: Request) -> str:
    """Whom a limit is for."""
    return str(request.state.caller["sub"])


async def the_caller(request: Request) -> dict[str, Any]:
    """Who calls; 401 for nobody. Remembered for a minute."""
    token = request.headers.get("authorization", "").removeprefix("Bearer ")
    caller = proven.get(token)
    if caller is None or caller["until"] < time.time():
        try:
            claims = jwt.decode(token, KEY, ["ES256"], audience=WORK["audience"], issuer=WORK["issuer"])
        except jwt.PyJWTError as error:
            raise HTTPException(401) from error
        caller = proven[token] = {**claims, "until": min(claims["exp"], time.time() + 60)}
    if "agent:read" not in caller["scope"].split():
        raise HTTPException(403)
    request.state.caller = caller
    return caller


limiter = Limiter(key_func=subject)
app = FastAPI()
app.state.limiter = limiter
client = httpx.AsyncClient(
    trust_env=False,
    timeout=60,  # its pool is slow when many wait, and an error would be no figure
    limits=httpx.Limits(max_connections=64, max_keepalive_connections=64, keepalive_expiry=None),
    headers=WORK["headers"],
)


def account(id: str) -> dict[str, Any]:
    """What is known of an account; 404 when nothing."""
    if id not in WORK["accounts"]:
        raise HTTPException(404)
    known: dict[str, Any] = WORK["accounts"][id]
    return known


async def asked(question: dict[str, Any]) -> Any:
    """One upstream's answer."""
    answer = await client.request(
        question["method"], question["url"], content=question["body"] or None, headers=question["headers"]
    )
    answer.raise_for_status()
    return answer.json()


@limiter.limit(WORK["limit"])  # type: ignore[untyped-decorator,unused-ignore]
async def entitlement(request: Request, id: str, feature: str) -> Any:
    """From memory."""
    return {**account(id)["entitlement"], "feature": feature}


@limiter.limit(WORK["limit"])  # type: ignore[untyped-decorator,unused-ignore]
async def invoices(request: Request, account_id: str) -> Any:
    """One read passed on."""
    return await asked(account(account_id)["invoices"])


@limiter.limit(WORK["limit"])  # type: ignore[untyped-decorator,unused-ignore]
async def picture(request: Request, id: str) -> Any:
    """Everything that the gateway asks for the same account, side by side, in one answer."""
    parts = await asyncio.gather(*[asked(one) for one in account(id)["picture"]])
    return {"account": id, "parts": parts}


async def alive() -> dict[str, str]:
    """Whether this serves yet."""
    return {"status": "ok"}


for path, operation in (
    ("/v1/accounts/{id}", picture),
    ("/v1/accounts/{id}/entitlements/{feature}", entitlement),
    ("/v1/invoices/{account_id}", invoices),
):
    app.add_api_route(path, operation, dependencies=[Depends(the_caller)])
app.add_api_route("/livez", alive)

if __name__ == "__main__":
    uvicorn.run(
        app,
        port=int(sys.argv[2]),
        loop="uvloop",
        http="httptools",
        access_log=False,
        log_level="error",
    )
