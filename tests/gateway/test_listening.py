"""Do we find out whether we can listen before we start anything?"""

import socket

import pytest

from gateway.listening import AddressTaken, check_address


def test_a_free_port_can_be_had() -> None:
    check_address("127.0.0.1", 0)


@pytest.mark.parametrize("taken_by", ["127.0.0.1", "0.0.0.0"])
def test_a_port_somebody_listens_at_is_in_use(taken_by: str) -> None:
    with socket.create_server((taken_by, 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(AddressTaken, match=rf"^Port {port} of 127\.0\.0\.1 is in use\.$"):
            check_address("127.0.0.1", port)


def test_a_port_whose_connections_have_just_ended_can_be_had() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port)):
            server.accept()[0].close()
    check_address("127.0.0.1", port)


def test_a_name_is_no_address() -> None:
    with pytest.raises(AddressTaken, match=r"^localhost is no IP address"):
        check_address("localhost", 0)


def test_an_address_of_another_machine_cannot_be_used() -> None:
    with pytest.raises(AddressTaken, match=r"cannot be used \("):
        check_address("192.0.2.1", 0)
