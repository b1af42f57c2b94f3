"""Do the practice platforms know where the gateway is, and is what was done there after the power went?"""

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx

from gateway.practice import practising

FREE = dict.fromkeys(("salesforce", "stripe", "zendesk", "netsuite"), 0)
WRITTEN_WITHIN = 15.0


async def test_each_platform_posts_to_its_connection_and_salesforce_with_its_secret(tmp_path: Path) -> None:
    async with practising(tmp_path, FREE, "http://127.0.0.1:8080") as (practice, reach):
        secret = reach["salesforce"]["webhook_secret"]
        assert {name: practice.webhooks[name].url for name in FREE} == {
            "salesforce": f"http://127.0.0.1:8080/webhooks/salesforce/{secret}",
            "stripe": "http://127.0.0.1:8080/webhooks/stripe",
            "zendesk": "http://127.0.0.1:8080/webhooks/zendesk",
            "netsuite": "http://127.0.0.1:8080/webhooks/netsuite",
        }
        assert reach["salesforce"]["organization_id"].startswith("00D")


async def test_alone_they_post_to_nobody(tmp_path: Path) -> None:
    async with practising(tmp_path, FREE) as (practice, _):
        assert {practice.webhooks[name].url for name in FREE} == {None}


def started(data: Path) -> tuple[subprocess.Popen[str], str]:
    """The practice platforms in a process of their own, and where Stripe is."""
    command = [sys.executable, "-m", "gateway", "sandbox", "--data", str(data), "--practice-port", "0"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    for line in process.stdout:
        if line.startswith("stripe"):
            return process, line.split()[1]
    raise AssertionError("it ended before it said where Stripe is")


def end(process: subprocess.Popen[str], how: signal.Signals) -> None:
    process.send_signal(how)
    process.communicate()


def test_a_process_that_is_killed_loses_nothing_that_is_older_than_a_moment(tmp_path: Path) -> None:
    process, url = started(tmp_path)
    try:
        key = json.loads((tmp_path / "keys.json").read_text())["stripe"]["api_key"]
        header = {"Authorization": f"Bearer {key}"}
        made = httpx.post(url + "/v1/customers", headers=header, data={"name": "Nova"}).json()
        deadline = time.monotonic() + WRITTEN_WITHIN
        while not ((kept := tmp_path / "company.msgpack").exists() and b"Nova" in kept.read_bytes()):
            assert time.monotonic() < deadline
            time.sleep(0.1)  # written a moment after the change
    finally:
        end(process, signal.SIGKILL)
    process, url = started(tmp_path)
    try:
        again = httpx.get(f"{url}/v1/customers/{made['id']}", headers=header).json()
        assert again == made
    finally:
        end(process, signal.SIGTERM)
