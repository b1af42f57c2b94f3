"""Does everybody have a share of their own, behind a proxy too, and nobody more than one?"""

from typing import cast

import httpx
import msgspec
import pytest
from litestar.types import HTTPScope, Receive, Scope, Send

from gateway.addresses import behind, home, network_of
from gateway.app import House, create
from gateway.edge import Edge
from tests.gateway.things import Visit


async def asked_for(door: httpx.AsyncClient, *forwarded: str) -> list[int]:
    """The statuses of requests that a proxy says it was asked to make, each by its X-Forwarded-For."""
    return [(await door.get("/docs", headers={"x-forwarded-for": one})).status_code for one in forwarded]


async def test_behind_a_proxy_strangers_are_counted_each_alone(visit: Visit) -> None:
    door = await visit(None, anonymous="1/minute", proxies=("127.0.0.1",))
    assert await asked_for(door, "203.0.113.1", "203.0.113.2", "203.0.113.1") == [200, 200, 429]


async def test_what_a_caller_writes_before_the_proxy_does_makes_no_other_of_them(visit: Visit) -> None:
    door = await visit(None, anonymous="1/minute", proxies=("127.0.0.1",))
    said = ("203.0.113.1", "198.51.100.7, 203.0.113.1", "127.0.0.1, 203.0.113.1", "x,, 203.0.113.1")
    assert await asked_for(door, *said) == [200, 429, 429, 429]
    twice = [("x-forwarded-for", "198.51.100.8"), ("x-forwarded-for", "203.0.113.1")]
    assert (await door.get("/docs", headers=twice)).status_code == 429


async def test_a_row_of_proxies_is_passed_over(visit: Visit) -> None:
    door = await visit(None, anonymous="1/minute", proxies=("127.0.0.1", "10.0.0.0/8"))
    said = ("203.0.113.1, 10.1.2.3", "203.0.113.2, 10.1.2.3", "198.51.100.7, 203.0.113.1, 10.9.9.9")
    assert await asked_for(door, *said) == [200, 200, 429]


@pytest.mark.parametrize("proxies", [(), ("10.0.0.0/8",)])
async def test_who_is_no_proxy_of_ours_is_counted_by_their_own_address(
    visit: Visit, proxies: tuple[str, ...]
) -> None:
    door = await visit(None, anonymous="1/minute", proxies=proxies)
    assert await asked_for(door, "203.0.113.1", "203.0.113.2") == [200, 429]


async def test_whoever_has_a_network_of_ipv6_is_one_stranger(visit: Visit) -> None:
    door = await visit(None, anonymous="1/minute", proxies=("127.0.0.1",))
    said = ("2001:db8:0:1::1", "2001:db8:0:1:ffff::2", "2001:db8:0:2::1")
    assert await asked_for(door, *said) == [200, 429, 200]


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("203.0.113.1", "203.0.113.1"),
        ("2001:db8::1:2:3:4", "2001:db8::/64"),
        ("2001:DB8:0:0::9", "2001:db8::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("::ffff:203.0.113.1", "203.0.113.1"),
        ("unknown", "unknown"),
        ("", ""),
    ],
)
def test_strangers_are_told_apart_by(address: str, counted: str) -> None:
    assert home(address) == counted


async def test_a_proxy_is_known_at_a_socket_for_both_families_too() -> None:
    seen: list[object] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(scope.get("client"))

    async def never(*_: object) -> None:
        """Nothing is read or sent here."""

    for peer in ("10.0.0.1", "::ffff:10.0.0.1", "::ffff:11.0.0.1"):
        scope = {"type": "http", "client": (peer, 1), "headers": [(b"x-forwarded-for", b"203.0.113.1")]}
        await behind(("10.0.0.0/8",), app)(cast("HTTPScope", scope), cast("Receive", never), never)
    assert seen == [("203.0.113.1", 0), ("203.0.113.1", 0), ("::ffff:11.0.0.1", 1)]


def test_without_proxies_nothing_stands_before_the_edge(house: House) -> None:
    assert isinstance(create(house), Edge)
    assert not isinstance(create(msgspec.structs.replace(house, proxies=("10.0.0.1",))), Edge)


@pytest.mark.parametrize("proxy", ["*", "proxy.example", "10.0.0.1/8", "0.0.0.0/0", "::/0", ""])
def test_what_names_nobody_or_everybody_is_no_proxy(proxy: str) -> None:
    with pytest.raises(ValueError, match=r"does not appear|host bits|everybody"):
        network_of(proxy)
