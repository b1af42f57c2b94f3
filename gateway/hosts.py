"""To whom is a request addressed?"""

from collections.abc import Iterable

from gateway.errors import Header, WrongHost

_HOST = b"host"
_WITHOUT_ONE = "1.0"
"""The last version of HTTP whose requests need no Host."""


def check_host(headers: Iterable[Header], version: str) -> None:
    """Refuse what whoever stands before us may have understood otherwise than we do.

    A request of HTTP/1.1 has exactly one Host (RFC 9112, section 3.2); the server makes an empty one where
    none was sent. Raises WrongHost.
    """
    hosts = [value for name, value in headers if name == _HOST]
    if len(hosts) > 1 or (not any(hosts) and version > _WITHOUT_ONE):
        raise WrongHost
