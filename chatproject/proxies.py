"""Who is really at the other end: what proxies say is believed from the configured ones only."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from typing import Any

from asgiref.typing import ASGI3Application, ASGIReceiveCallable, ASGISendCallable, Scope

_FORWARDED = frozenset(
    {b"x-forwarded-for", b"x-forwarded-proto", b"x-forwarded-host", b"forwarded", b"x-real-ip"}
)

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def parse_networks(texts: Iterable[str]) -> list[Network]:
    """Read addresses and networks (`10.0.0.0/8`); a `ValueError` names the first that is none."""
    return [ipaddress.ip_network(text.strip(), strict=False) for text in texts]


class TrustedProxies:
    """Set the scope's `client` and `scheme` to the visitor's, and take the headers of proxies out of it.

    Headers of a peer that is not a configured proxy are dropped unread. `root_path` is emptied: Daphne takes it from a
    header of any client, and this site lives at the root of its host.
    """

    def __init__(self, app: ASGI3Application, *, networks: Iterable[str] = ()) -> None:
        self._app = app
        self._networks = parse_networks(networks)

    async def __call__(self, scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        await self._app(self._settle(dict(scope)), receive, send)

    def _settle(self, scope: dict[str, Any]) -> Any:  # Any: ASGI scopes are dictionaries of anything.
        headers: list[tuple[bytes, bytes]] = list(scope.get("headers", ()))
        scope["headers"] = [header for header in headers if header[0].lower() not in _FORWARDED]
        scope["root_path"] = ""
        peer = (scope.get("client") or ("", 0))[0]
        if not self._is_proxy(peer):
            return scope
        hops = ",".join(_values(headers, b"x-forwarded-for")).split(",")
        scope["client"] = [self._visitor(peer, [hop.strip() for hop in hops if hop.strip()]), 0]
        proto = ",".join(_values(headers, b"x-forwarded-proto")).split(",")[-1].strip()
        if proto in {"http", "https"}:
            is_websocket = scope["type"] == "websocket"
            scope["scheme"] = {"http": "ws", "https": "wss"}[proto] if is_websocket else proto
        return scope

    def _visitor(self, peer: str, hops: list[str]) -> str:
        """Walk back over the hops, nearest first, up to the first that is no proxy of ours."""
        for hop in reversed(hops):
            address = _without_port(hop)
            if not _is_address(address):
                return peer  # Whoever wrote this cannot be believed about anything before it.
            if not self._is_proxy(address):
                return address
            peer = address
        return peer

    def _is_proxy(self, address: str) -> bool:
        if not self._networks or not _is_address(address):
            return False
        parsed = ipaddress.ip_address(address)
        mapped = getattr(parsed, "ipv4_mapped", None)
        return any((mapped or parsed) in network for network in self._networks)


def _values(headers: Iterable[tuple[bytes, bytes]], name: bytes) -> list[str]:
    return [value.decode("latin-1") for key, value in headers if key.lower() == name]


def _without_port(hop: str) -> str:
    if hop.startswith("["):
        return hop[1:].partition("]")[0]
    return hop.partition(":")[0] if hop.count(":") == 1 else hop


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
