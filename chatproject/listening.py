"""Where the server listens: the socket that all workers share, and the addresses to tell people."""

from __future__ import annotations

import io
import ipaddress
import socket
from contextlib import suppress

import segno

BACKLOG = 512
_ANY = {"0.0.0.0", "::", ""}  # noqa: S104 - names for what `--host` may open


class CannotListen(Exception):
    """The address is not to be had; the message says why."""


def listen(host: str, port: int) -> socket.socket:
    """Return a listening socket. Raises CannotListen."""
    try:
        family, _kind, _protocol, _name, address = socket.getaddrinfo(
            host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        both = family == socket.AF_INET6 and host in _ANY and socket.has_dualstack_ipv6()
        return socket.create_server(address[:2], family=family, backlog=BACKLOG, dualstack_ipv6=both)
    except OSError as error:
        raise CannotListen(error.strerror or str(error)) from error


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach the host."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def hosts_to_tell(host: str) -> list[str]:
    """Return what people may type for the host, the likeliest first."""
    if host not in _ANY:
        return [host]
    return [*local_network_addresses(), "127.0.0.1"]


def local_network_addresses() -> list[str]:
    """Return this machine's IPv4 addresses, the one that other machines see first."""
    found = []
    with suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(("192.0.2.1", 9))  # nothing is sent: only the route is asked for
        found.append(probe.getsockname()[0])
    with suppress(OSError):
        found += [str(info[4][0]) for info in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)]
    return [address for address in dict.fromkeys(found) if not ipaddress.ip_address(address).is_loopback]


def url_of(host: str, port: int) -> str:
    """Return the address of the chat page."""
    return f"http://{f'[{host}]' if ':' in host else host}:{port}/"


def allowed_hosts(host: str) -> list[str]:
    """Return the names under which a server without a public address may be called."""
    own = ["localhost", "127.0.0.1", "[::1]"]
    if is_loopback(host):
        return own
    name = socket.gethostname().lower()
    names = [*hosts_to_tell(host), name, f"{name}.local"] if host in _ANY else hosts_to_tell(host)
    return list(dict.fromkeys([*own, *(f"[{each}]" if ":" in each else each for each in names)]))


def qr_code(url: str) -> str:
    """Draw the address for the camera of a phone, in characters of the terminal."""
    drawing = io.StringIO()
    segno.make(url, micro=False).terminal(drawing, compact=True, border=2)
    return drawing.getvalue()
