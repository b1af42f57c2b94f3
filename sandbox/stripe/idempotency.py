"""Was this very call carried out before, under the same key?

Once an endpoint began, its answer is kept under the caller's key, a failed one and a 500 too, and given again
to the same call. A call that was refused before anything began is not kept.
(docs.stripe.com/api/idempotent_requests)
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Final

from aiohttp import web

from sandbox.kit.practice import Practice
from sandbox.stripe.errors import Refusal
from sandbox.stripe.memory import NAME, Answer, Memory

HEADER: Final = "Idempotency-Key"
LONGEST: Final = 255
KEPT: Final = timedelta(hours=24)
LIMIT: Final = 20_000
REPLAYED: Final = {"Idempotent-Replayed": "true"}


class Keys:
    """The keys of one practice company. What is under way right now is not kept over a restart."""

    def __init__(self, practice: Practice) -> None:
        self._practice = practice
        self._under_way: set[str] = set()

    @contextmanager
    def held(self, request: web.Request) -> Iterator[Refusal | None]:
        """While a call with a key is under way; gives Stripe's 409 for a second one with the same key."""
        key = key_of(request)
        if key is None or key in self._under_way:
            yield None if key is None else in_use(key)
            return
        self._under_way.add(key)
        try:
            yield None
        finally:
            self._under_way.discard(key)

    async def answered(self, request: web.Request) -> web.Response | None:
        """The answer kept under this call's key, if any. `Refusal`: the key was another call's."""
        key = key_of(request)
        if key is None:
            return None
        if len(key) > LONGEST:
            raise Refusal(
                400, f"Idempotency keys can be at most {LONGEST} characters long.", type="idempotency_error"
            )
        kept = self._memory().answers.get(key)
        if kept is None:
            return None
        if kept.call != await fingerprint(request):
            raise Refusal(
                400,
                "Keys for idempotent requests can only be used with the same parameters they were first used"
                f" with. Try using a key other than '{key}' if you meant to execute a different request.",
                type="idempotency_error",
            )
        return web.Response(
            body=kept.body,
            status=kept.status,
            headers={**kept.headers, **REPLAYED},
            content_type="application/json",
        )

    async def keep(self, request: web.Request, answer: web.Response) -> None:
        """Keep an answer under this call's key, if it has one."""
        key = key_of(request)
        if key is None or not isinstance(answer.body, bytes):
            return
        headers = {name: value for name, value in answer.headers.items() if name.startswith("stripe-")}
        answers = self._memory().answers
        now = datetime.now(UTC)
        answers[key] = Answer(await fingerprint(request), answer.status, answer.body, headers, now)
        for oldest in list(answers)[: max(0, len(answers) - LIMIT)]:
            del answers[oldest]
        while answers and next(iter(answers.values())).at < now - KEPT:
            del answers[next(iter(answers))]
        self._practice.remember()

    def _memory(self) -> Memory:
        return self._practice.memory(NAME, Memory)


def key_of(request: web.Request) -> str | None:
    """Keys count on POST only: every other method is idempotent by itself."""
    return request.headers.get(HEADER) if request.method == "POST" else None


async def fingerprint(request: web.Request) -> str:
    """What makes two calls the same: method, path and parameters."""
    said = f"{request.method} {request.path_qs}\n".encode() + await request.read()
    return hashlib.sha256(said).hexdigest()


def in_use(key: str) -> Refusal:
    return Refusal(
        409,
        "There is currently another in-progress request using this Idempotent Key (that probably means you"
        f" submitted twice, and the other request is still going through): {key}. Please try again later.",
        "idempotency_key_in_use",
        type="idempotency_error",
    )
