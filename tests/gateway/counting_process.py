"""How many calls does one process of several let in? (run by the tests, one process each)

Arguments: the Redis, the limit, how many calls at once, how many rounds of them, seconds between rounds.
Says "ready", starts when a line comes in, and prints for each call that was let in
between which two moments of wall time that was decided.
"""

import asyncio
import sys
import time

from canonical.caller import AccountScope, Caller
from gateway.errors import TooManyRequests
from gateway.limits import Limits

CALLER = Caller(subject="s", client="c", scopes=frozenset(), plan="default", scope=AccountScope())


async def call(limits: Limits) -> tuple[float, float] | None:
    began = time.time()
    try:
        await limits.spend(CALLER)
    except TooManyRequests:
        return None
    return began, time.time()


async def run(redis: str, limit: str, calls: int, rounds: int, between: float) -> None:
    limits = Limits({"default": limit}, redis=redis)
    print("ready", flush=True)
    await asyncio.to_thread(sys.stdin.readline)
    for _ in range(rounds):
        for decided in await asyncio.gather(*(call(limits) for _ in range(calls))):
            if decided is not None:
                print(*decided)
        await asyncio.sleep(between)
    assert limits.uncounted == 0
    await limits.close()


if __name__ == "__main__":
    url, limit, calls, rounds, between = sys.argv[1:]
    asyncio.run(run(url, limit, int(calls), int(rounds), float(between)))
