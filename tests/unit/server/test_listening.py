"""Where the server listens, and what people are told of it."""

from __future__ import annotations

import ipaddress
import socket

import pytest

from chatproject import listening


@pytest.mark.parametrize(
    ("host", "is_loopback"),
    [
        ("localhost", True),
        ("127.0.0.1", True),
        ("127.9.9.9", True),
        ("::1", True),
        ("0.0.0.0", False),
        ("::", False),
        ("", False),
        ("192.168.1.7", False),
        ("chat.example.org", False),
    ],
)
def test_loopback_is_told_from_what_others_can_reach(host: str, is_loopback: bool):
    assert listening.is_loopback(host) == is_loopback


def test_one_socket_listens_and_takes_connections():
    with listening.listen("127.0.0.1", 0) as listener, socket.create_connection(listener.getsockname(), 5):
        pass


def test_a_port_that_is_taken_is_refused_with_the_reason():
    with listening.listen("127.0.0.1", 0) as listener, pytest.raises(listening.CannotListen, match="in use"):
        listening.listen("127.0.0.1", listener.getsockname()[1])


def test_a_host_that_nobody_knows_is_refused_with_the_reason():
    with pytest.raises(listening.CannotListen):
        listening.listen("no.such.host.invalid", 0)


def test_of_an_open_host_the_addresses_of_this_machine_are_told():
    for address in listening.local_network_addresses():
        assert not ipaddress.ip_address(address).is_loopback
    assert listening.hosts_to_tell("0.0.0.0")[-1] == "127.0.0.1"
    assert listening.hosts_to_tell("192.168.1.7") == ["192.168.1.7"]


def test_an_open_server_may_be_called_by_all_its_addresses_and_its_name(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(socket, "gethostname", lambda: "Attic")
    monkeypatch.setattr(listening, "local_network_addresses", lambda: ["192.168.1.7"])

    assert listening.allowed_hosts("0.0.0.0") == [
        "localhost", "127.0.0.1", "[::1]", "192.168.1.7", "attic", "attic.local",
    ]  # fmt: skip
    assert listening.allowed_hosts("fd00::7")[-1] == "[fd00::7]"
    assert listening.allowed_hosts("127.0.0.1") == ["localhost", "127.0.0.1", "[::1]"]


@pytest.mark.parametrize(
    ("host", "url"), [("127.0.0.1", "http://127.0.0.1:8000/"), ("::1", "http://[::1]:8000/")]
)
def test_an_address_can_be_typed_into_a_browser(host: str, url: str):
    assert listening.url_of(host, 8000) == url


def test_a_qr_code_is_drawn_with_characters_and_no_wider_than_a_small_terminal():
    lines = listening.qr_code("http://192.168.100.100:8000/").splitlines()

    assert len(lines) > 10
    assert max(map(len, lines)) <= 60
