"""How would FastStream on Redis Streams keep and hand on the same events? (REDIS_URL PLAN; prints JSON)

The default of FastStream for at-least-once work: a consumer group, each message acknowledged once its handler
has returned, in the order of the stream. It runs in an environment of its own, without the house.
"""

import asyncio
import json
import statistics
import sys
import time
from collections.abc import Awaitable, Callable
from typing import Any

import uvloop
from faststream import AckPolicy  # type: ignore[import-not-found,unused-ignore]
from faststream.redis import (  # type: ignore[import-not-found,unused-ignore]
    RedisBroker,
    StreamSub,
)

Publish = Callable[[int, str], Awaitable[None]]


async def main(url: str, plan: dict[str, Any]) -> dict[str, float]:
    """All figures."""
    broker = RedisBroker(url, logger=None)
    arrived: list[tuple[int, float]] = []

    async def receive(message: dict[str, Any]) -> None:
        arrived.append((message["n"], time.perf_counter()))

    def subscribed(stream: str) -> None:
        source = StreamSub(stream, group="g", consumer="c", max_records=500, last_id=">", polling_interval=10)
        broker.subscriber(stream=source, ack_policy=AckPolicy.NACK_ON_ERROR)(receive)

    await broker.connect()
    body = plan["body"]

    async def publish(n: int, stream: str) -> None:
        await broker.publish({"n": n, **body}, stream=stream, maxlen=1_000_000)

    figures = await intake(publish, plan["events"], plan["callers"])
    redis = await broker.connect()
    await redis.xgroup_create("backlog", "g", id="0", mkstream=True)
    await redis.xgroup_create("paced", "g", id="0", mkstream=True)
    subscribed("backlog")
    began, cpu = time.perf_counter(), time.process_time()
    await broker.start()
    while len(arrived) < plan["events"]:  # noqa: ASYNC110
        await asyncio.sleep(0.005)
    figures["delivered"] = plan["events"] / (time.perf_counter() - began)
    figures["delivered_cpu"] = (time.process_time() - cpu) / plan["events"] * 1e6
    arrived.clear()
    await broker.stop()

    paced = RedisBroker(url, logger=None)
    source = StreamSub("paced", group="g", consumer="c", max_records=500, last_id=">", polling_interval=10)
    paced.subscriber(stream=source, ack_policy=AckPolicy.NACK_ON_ERROR)(receive)
    await paced.start()

    async def publish_paced(n: int) -> None:
        await paced.publish({"n": n, **body}, stream="paced", maxlen=1_000_000)

    due, kept = await at_a_pace(publish_paced, plan["per_second"], plan["seconds"])
    while len(arrived) < len(due):  # noqa: ASYNC110
        await asyncio.sleep(0.005)
    await paced.stop()
    told = [at - due[n] for n, at in arrived]
    return {**figures, **quantiles("kept", kept), **quantiles("told", told)}


async def intake(publish: Publish, events: int, callers: int) -> dict[str, float]:
    """So many callers at once, each one after the other."""
    numbers = iter(range(events))

    async def caller() -> None:
        for n in numbers:
            await publish(n, "backlog")

    began, cpu = time.perf_counter(), time.process_time()
    await asyncio.gather(*[caller() for _ in range(callers)])
    spent = time.perf_counter() - began
    return {"intake": events / spent, "intake_cpu": (time.process_time() - cpu) / events * 1e6}


async def at_a_pace(
    publish: Callable[[int], Awaitable[None]], per_second: int, seconds: float
) -> tuple[list[float], list[float]]:
    """When each was due, and how long it took from then until it was kept."""
    due: list[float] = []
    kept: list[float] = []
    room = asyncio.Semaphore(64)  # its pool has a hundred connections, and refuses what comes beyond

    async def one(n: int) -> None:
        async with room:
            await publish(n)
        kept.append(time.perf_counter() - due[n])

    began = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for n in range(int(per_second * seconds)):
            due.append(began + n / per_second)
            if (wait := due[n] - time.perf_counter()) > 0:
                await asyncio.sleep(wait)
            group.create_task(one(n))
    return due, kept


def quantiles(name: str, seconds: list[float]) -> dict[str, float]:
    """p50 and p99 in milliseconds."""
    cuts = statistics.quantiles(seconds, n=100)
    return {f"{name}_p50": cuts[49] * 1e3, f"{name}_p99": cuts[98] * 1e3}


if __name__ == "__main__":
    print(json.dumps(uvloop.run(main(sys.argv[1], json.loads(sys.argv[2])))))
