"""How long does a process that stands still within a transaction keep the others waiting?"""

import asyncio
import signal
import sys
import time
from asyncio.subprocess import PIPE
from pathlib import Path

import pytest

from process_apis.records import open_store
from process_apis.records.postgres import ANSWER_SECONDS, FROZEN_SECONDS

ROOT = Path(__file__).resolve().parents[3]
KEEP = """
INSERT INTO known_part (account_id, part, observed_at, payload, stored_at) VALUES (?, ?, 0, '', 0)
ON CONFLICT (account_id, part) DO UPDATE SET observed_at = known_part.observed_at + 1
"""
WITHIN = """
SELECT 1 FROM pg_stat_activity
WHERE state <> 'idle' AND wait_event = 'ClientRead' AND query LIKE '%INSERT INTO known_part%'
"""
PROGRAM = f"""
import asyncio, sys
from process_apis.records import open_store
async def main():
    async with open_store(sys.argv[1]) as store:
        rows = [("acc_1", str(part)) for part in range(int(sys.argv[2]))]
        print("begun", flush=True)
        while True:
            await store.write({KEEP!r}, rows)
asyncio.run(main())
"""


@pytest.mark.parametrize(
    ("rows", "seconds"), [(1, FROZEN_SECONDS), (40, ANSWER_SECONDS)], ids=["one row", "many rows at once"]
)
async def test_what_it_locked_is_free_soon(postgres_url: str, rows: int, seconds: float) -> None:
    still = await asyncio.create_subprocess_exec(
        sys.executable, "-c", PROGRAM, postgres_url, str(rows), cwd=ROOT, stdout=PIPE
    )
    assert still.stdout is not None
    try:
        assert await still.stdout.readline() == b"begun\n"
        async with open_store(postgres_url) as store:
            for _ in range(500):
                still.send_signal(signal.SIGSTOP)
                await asyncio.sleep(0.02)  # what was sent before has arrived
                if await store.rows(WITHIN):
                    break
                still.send_signal(signal.SIGCONT)
                await asyncio.sleep(0.003)
            else:
                pytest.fail("it was never stopped within a transaction")
            began = time.monotonic()
            await asyncio.sleep(1.0)  # who comes later waits no longer than anybody waits for an answer
            await store.write(KEEP, [("acc_1", "0")])
            assert time.monotonic() - began < seconds + 2
    finally:
        still.kill()
        await still.wait()
