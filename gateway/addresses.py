"""Where does a caller come from?"""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_network
from typing import Final

from granian.utils.proxies import wrap_asgi_with_proxy_headers
from litestar.types import ASGIApp

_MAPPED_BITS: Final = 96
_HOME_BITS: Final = 64


def network_of(proxy: str) -> IPv4Network | IPv6Network:
    """The addresses that are meant. Raises ValueError when it is none, or everybody's."""
    network = ip_network(proxy)
    if network.prefixlen == 0:
        raise ValueError(f"{proxy!r} is everybody")
    return network


def behind(proxies: Iterable[str], app: ASGIApp) -> ASGIApp:
    """The same application, which learns from these proxies whom they were asked by.

    They write it at the end of X-Forwarded-For: what counts is the last address there that is none of theirs.
    What stands before it was said by the caller, and what anybody else sends is not read.
    """
    trusted = [network for proxy in proxies for network in _written(network_of(proxy))]
    wrapped: ASGIApp = wrap_asgi_with_proxy_headers(app, trusted_hosts=trusted)
    return wrapped


def _written(network: IPv4Network | IPv6Network) -> Iterator[str]:
    yield str(network)
    if isinstance(network, IPv4Network):  # so a socket for both families names who comes by IPv4
        yield f"::ffff:{network.network_address}/{_MAPPED_BITS + network.prefixlen}"


@lru_cache(1024)
def home(address: str) -> str:
    """What of an address tells one stranger from another: whoever has one of IPv6 has all of its /64."""
    try:
        ip = IPv6Address(address)
    except ValueError:
        return address
    if ip.ipv4_mapped:
        return str(ip.ipv4_mapped)
    return str(IPv6Network((int(ip), _HOME_BITS), strict=False))
