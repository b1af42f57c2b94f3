"""Can anybody listen at this address?"""

import errno
import ipaddress
import socket
from typing import Final
from urllib.parse import urlsplit

_LAST_PORT: Final = 65_535


def parted(address: str) -> tuple[str, int]:
    """The host and the port of an address such as `127.0.0.1:9464` or `[::1]:9464`.

    Raises ValueError when there is no such host or port.
    """
    host, _, port = address.rpartition(":")
    ip = ipaddress.ip_address(host.strip("[]"))
    if int(port) > _LAST_PORT:
        raise ValueError(f"{port} is no port; the last one is {_LAST_PORT}")
    return str(ip), int(port)


def names_port(url: str) -> bool:
    """Whether the host that a URL names comes with its port; without either this machine is meant."""
    try:
        parts = urlsplit(url)
        return (parts.hostname is None) == (parts.port is None)
    except ValueError:  # a port that is none, or such an IPv6 address
        return False


def names_host(url: str) -> bool:
    """Whether a URL names a host that can be asked over HTTP; its port may be left out."""
    try:
        parts = urlsplit(url)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


class AddressTaken(Exception):
    """Nobody can listen there now; the text says why, in one line."""


def free_port(wanted: int, host: str = "127.0.0.1") -> int:
    """This port, or another when somebody listens there."""
    try:
        check_address(host, wanted)
    except AddressTaken:
        wanted = 0
    if wanted:
        return wanted
    with socket.socket() as probe:
        probe.bind((host, 0))
        port: int = probe.getsockname()[1]
        return port


def check_address(host: str, port: int) -> None:
    """Find out before anything is started; `host` is an IP address. Raises AddressTaken."""
    try:
        family = {4: socket.AF_INET, 6: socket.AF_INET6}[ipaddress.ip_address(host).version]
    except ValueError:
        raise AddressTaken(f"{host} is no IP address; 127.0.0.1 is this machine.") from None
    with socket.socket(family) as probe:
        # As servers do: what is left of closed connections keeps nobody from listening, a listener does.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            why = "is in use" if error.errno == errno.EADDRINUSE else f"cannot be used ({error.strerror})"
            raise AddressTaken(f"Port {port} of {host} {why}.") from None
