"""Which flows are there to try durable runs with? A shop that sells, with everything that can go wrong."""

import asyncio
from collections import Counter, defaultdict
from datetime import date, datetime, timedelta
from typing import ClassVar

from msgspec import Struct

from process_apis import durable
from process_apis.durable import ONCE, Policy, Undo, Undone
from process_apis.errors import Taken
from system_apis.errors import Missing, PlatformError, Unavailable

QUICK = Policy(attempts=3, first_wait=0.01, longest_wait=0.02, deadline=5.0)


class Sold(Struct, frozen=True, tag=True):
    order: str
    parcel: str
    on: date


class Declined(Struct, frozen=True, tag=True):
    because: str


class Parcel(Struct, frozen=True):
    number: str
    on: date


class Shop:
    """What was asked of the suppliers, what they did, and what they will say next."""

    asked: ClassVar[Counter[str]] = Counter()
    done: ClassVar[list[str]] = []
    keys: ClassVar[defaultdict[str, list[str]]] = defaultdict(list)
    trouble: ClassVar[dict[str, list[Exception]]] = {}
    at_once: ClassVar[int] = 0
    most_at_once: ClassVar[int] = 0
    door: ClassVar[asyncio.Event | None] = None


def reset() -> None:
    Shop.asked.clear()
    Shop.done.clear()
    Shop.keys.clear()
    Shop.trouble.clear()
    Shop.at_once = Shop.most_at_once = 0
    Shop.door = None


def fails(step: str, *errors: Exception) -> None:
    """The next calls of this step end so."""
    Shop.trouble.setdefault(step, []).extend(errors)


def heals(step: str) -> None:
    Shop.trouble.pop(step, None)


def _ask(step: str, order: str) -> None:
    Shop.asked[f"{step} {order}"] += 1
    if Shop.trouble.get(step):
        raise Shop.trouble[step].pop(0)
    Shop.done.append(f"{step} {order}")


def asked(step: str, order: str) -> int:
    return Shop.asked[f"{step} {order}"]


@durable.step(QUICK)
async def reserve(order: str) -> int:
    """How many were put aside."""
    Shop.keys["reserve"].append(durable.key())
    _ask("reserve", order)
    return 3


@durable.step(QUICK)
async def release(order: str) -> None:
    _ask("release", order)


@durable.step(QUICK)
async def charge(order: str, amount: int) -> str:
    Shop.keys["charge"].append(durable.key("card"))
    _ask("charge", order)
    if amount < 0:
        raise Missing("bank", f"no amount {amount}")
    return f"paid {amount}"


@durable.step(QUICK)
async def refund(order: str) -> None:
    _ask("refund", order)


@durable.step(QUICK)
async def ship(order: str) -> Parcel:
    _ask("ship", order)
    return Parcel(number=f"parcel of {order}", on=date(2026, 3, 15))


@durable.flow("shop-sale")
async def sale(order: str, amount: int) -> Sold | Declined:
    """The plain one: what goes wrong is not caught."""
    await reserve(order)
    await charge(order, amount)
    parcel = await ship(order)
    return Sold(order=order, parcel=parcel.number, on=parcel.on)


@durable.flow("shop-impatient", patience=timedelta(seconds=2))
async def impatient(order: str) -> str:
    return (await ship(order)).number


@durable.flow("shop-promise")
async def promise(order: str, amount: int) -> Sold | Undone:
    """All or nothing."""
    undo = Undo()
    try:
        undo.by(release, order)
        await reserve(order)
        undo.by(refund, order)
        await charge(order, amount)
        parcel = await ship(order)
    except PlatformError as error:
        await undo.all()
        return Undone(reason=error.detail)
    return Sold(order=order, parcel=parcel.number, on=parcel.on)


@durable.flow("shop-choosy")
async def choosy(order: str) -> str:
    """Goes on after an error of a step, and stops at a later one."""
    try:
        await charge(order, -1)
        found = "charged"
    except Missing as missing:
        found = missing.detail
    await ship(order)
    return found


@durable.flow("shop-effect")
async def effect(kind: str, order: str) -> str:
    await {"ship": ship, "release": release}[kind](order)
    return kind


@durable.flow("shop-fan-out")
async def fan_out(order: str) -> tuple[str, ...]:
    """A fact: each effect is a child, and none holds up another."""
    children = [
        await durable.start(effect, kind, order, id=f"{durable.here().run}:{kind}")
        for kind in ("ship", "release")
    ]
    return tuple([await durable.finished(child) for child in children])


@durable.flow("shop-side-by-side")
async def side_by_side(order: str) -> int:
    await asyncio.gather(reserve(order), ship(order), release(order))
    return await reserve(order)


@durable.flow("shop-grace")
async def grace(order: str, until: datetime) -> str:
    await reserve(order)
    await durable.until(until)
    await release(order)
    return "let go"


@durable.step(ONCE)
async def look_up(secret: str) -> str:
    return {"a": "b"}[secret]


@durable.flow("shop-bug")
async def bug(secret: str) -> str:
    return await look_up(secret)


@durable.step(ONCE)
async def sold_out(order: str) -> str:
    raise Taken(order)


@durable.flow("shop-own-error")
async def own_error(order: str) -> str:
    try:
        return await sold_out(order)
    except Taken as error:
        await ship(order)
        return str(error)


@durable.step(ONCE)
async def pass_the_door(order: str) -> None:
    Shop.at_once += 1
    Shop.most_at_once = max(Shop.most_at_once, Shop.at_once)
    try:
        if Shop.door is not None:
            await Shop.door.wait()
    finally:
        Shop.at_once -= 1
    _ask("pass", order)


@durable.flow("shop-crowd")
async def crowd(order: str) -> str:
    await pass_the_door(order)
    return order


@durable.step(ONCE)
async def approved(order: str) -> bool:
    _ask("approved", order)
    if order not in Approvals.given:
        raise durable.NotYet("an approval", f"approval:{order}")
    return True


class Approvals:
    given: ClassVar[set[str]] = set()


@durable.flow("shop-approval")
async def needs_approval(order: str) -> str:
    await reserve(order)
    return "granted" if await approved(order) else "refused"


def down(times: int, platform: str = "carrier") -> list[Exception]:
    return [Unavailable(platform, "down") for _ in range(times)]
