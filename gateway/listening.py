"""Can we listen at this address?"""

import errno
import ipaddress
import socket


def parted(address: str) -> tuple[str, int]:
    """The host and the port of an address such as `127.0.0.1:9464` or `[::1]:9464`."""
    host, _, port = address.rpartition(":")
    return host.strip("[]"), int(port)


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
