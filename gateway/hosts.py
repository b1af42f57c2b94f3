"""To whom is a request addressed?"""

import re
from collections.abc import Iterable
from functools import lru_cache

from gateway.errors import Header, WrongHost

_HOST = b"host"
_WITHOUT_ONE = "1.0"
"""The last version of HTTP whose requests need no Host."""
_WELL_FORMED = re.compile(rb"(?:\[[0-9A-Za-z:.%~_-]+\]|[0-9A-Za-z!$&'()*+,;=._~%-]+)(?::[0-9]*)?")


@lru_cache(64)
def is_host(value: bytes) -> bool:
    """Whether this is a name or an address, perhaps with a port (RFC 9110, section 7.2)."""
    return _WELL_FORMED.fullmatch(value) is not None


def check_host(headers: Iterable[Header], version: str) -> None:
    """Refuse what whoever stands before us may have understood otherwise than we do.

    A request of HTTP/1.1 has exactly one Host (RFC 9112, section 3.2); the server makes an empty one where
    none was sent. Raises WrongHost.
    """
    hosts = [value for name, value in headers if name == _HOST]
    if len(hosts) > 1 or (not any(hosts) and version > _WITHOUT_ONE):
        raise WrongHost
    if any(value and not is_host(value) for value in hosts):
        raise WrongHost
