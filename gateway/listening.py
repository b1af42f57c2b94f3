"""Can we listen at this address?"""

import errno
import ipaddress
import socket


class AddressTaken(Exception):
    """Nobody can listen there now; the text says why, in one line."""


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
