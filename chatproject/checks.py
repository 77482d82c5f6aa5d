"""Refuse to start with a configuration that is unsafe or makes no sense; each sentence names the variable to change."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning as Remark

from accounts.names import NameRefused, check_room_name
from chatproject.proxies import parse_networks

LOOPBACK = frozenset({"localhost", "127.0.0.1", "[::1]", "::1", "testserver"})
LAYERS = frozenset({"rooms.delivery.layers.LocalChannelLayer", "rooms.delivery.layers.ClusterChannelLayer"})
GRACE_SECONDS_MAX = 86_400
Problems = Iterator[CheckMessage]


def configuration(**_: object) -> list[CheckMessage]:
    """Run every check of this module."""
    checks: list[Callable[[], Problems]] = [
        _hosts,
        _public_url,
        _limits,
        _proxies,
        _layer,
        _database,
        _choices,
    ]
    return [problem for check in checks for problem in check()]


def is_public(hosts: list[str]) -> bool:
    """Whether any of these names may be reached from another machine."""
    return any(host not in LOOPBACK for host in hosts)


def _hosts() -> Problems:
    if "*" in settings.ALLOWED_HOSTS:
        yield Error(
            "ALLOWED_HOSTS must not contain '*'.", hint="Name the hosts, or set PUBLIC_URL.", id="chat.E001"
        )


def _public_url() -> Problems:
    url = settings.PUBLIC_URL
    if url and url.count("/") > 2:
        yield Error("PUBLIC_URL must be the root of a host, without a path.", id="chat.E002")
    host = url.partition("://")[2].rsplit(":", 1)[0]
    if url.startswith("http://") and not _is_local_network(host) and not settings.ALLOW_HTTP:
        yield Error(
            f"PUBLIC_URL is {url}: passwords would cross the Internet in clear text.",
            hint="Use https, or set ALLOW_HTTP=on when all visitors are in one trusted network.",
            id="chat.E003",
        )
    if settings.DEBUG and settings.IS_SECURE:
        yield Error(
            "DEBUG must be off with an https PUBLIC_URL: error pages would show the code.", id="chat.E004"
        )


def _is_local_network(host: str) -> bool:
    if (
        host in LOOPBACK
        or host.endswith((".local", ".lan", ".internal", ".home.arpa"))
        or "." not in host.strip("[]")
    ):
        return True
    try:
        return all(network.is_private for network in parse_networks([host.strip("[]")]))
    except ValueError:
        return False


def _limits() -> Problems:
    if not settings.LIMITS and is_public(settings.ALLOWED_HOSTS):
        yield Error(
            "LIMITS=off is for loopback only, and ALLOWED_HOSTS or PUBLIC_URL name more.", id="chat.E005"
        )
    for name in ("CONNECTIONS_PER_PERSON", "CONNECTIONS_PER_ADDRESS"):
        if getattr(settings, name) < 1:
            yield Error(f"{name} must be at least 1; LIMITS=off switches limits off.", id="chat.E006")


def _proxies() -> Problems:
    try:
        networks = parse_networks(settings.TRUSTED_PROXIES)
    except ValueError as error:
        yield Error(f"TRUSTED_PROXIES: {error}.", id="chat.E007")
        return
    if any(network.prefixlen == 0 for network in networks):
        yield Error("TRUSTED_PROXIES must not be everybody: anybody could choose an address.", id="chat.E008")
    if settings.IS_SECURE and not networks:
        yield Remark(
            "PUBLIC_URL is https and TRUSTED_PROXIES is empty: every request would be sent to https again and again.",
            hint="Name the address of the proxy that speaks TLS, for example TRUSTED_PROXIES=127.0.0.1.",
            id="chat.W001",
        )


def _layer() -> Problems:
    layer = settings.CHANNEL_LAYERS["default"]
    if layer["BACKEND"] not in LAYERS:
        yield Error(f"CHANNEL_LAYERS: {layer['BACKEND']} loses messages silently.", id="chat.E009")
    hosts: list[Any] = layer.get("CONFIG", {}).get("hosts", [])  # Any: channels-redis takes several shapes.
    if len(hosts) > 1:
        yield Error("CHANNEL_LAYERS: several Redis hosts split the groups; give one.", id="chat.E010")
    if any(not isinstance(host, dict) or not host.get("socket_timeout") for host in hosts):
        yield Error(
            "CHANNEL_LAYERS: socket_timeout must be set, its default ends idle subscriptions.", id="chat.E011"
        )


def _database() -> Problems:
    for alias, database in settings.DATABASES.items():
        if database.get("CONN_MAX_AGE"):
            yield Error(
                f"DATABASES[{alias!r}]: CONN_MAX_AGE must be 0, kept connections leak.", id="chat.E012"
            )
        options = database.get("OPTIONS", {})
        is_sqlite = database["ENGINE"].endswith("sqlite3")
        if is_sqlite and options.get("transaction_mode") != "IMMEDIATE":
            yield Error(f"DATABASES[{alias!r}]: SQLite needs transaction_mode IMMEDIATE.", id="chat.E013")
        if is_sqlite and settings.REDIS_URL and settings.IS_SECURE:
            yield Remark(
                "Several workers share one SQLite file: give them PostgreSQL through DATABASE_URL.",
                id="chat.W002",
            )


def _choices() -> Problems:
    if settings.PERMANENT_ROOMS not in {"everybody", "staff"}:
        yield Error("PERMANENT_ROOMS must be 'everybody' or 'staff'.", id="chat.E014")
    if not 0 <= settings.ROOM_GRACE_SECONDS <= GRACE_SECONDS_MAX:
        yield Error(f"ROOM_GRACE_SECONDS must be from 0 to {GRACE_SECONDS_MAX}.", id="chat.E015")
    if settings.DEFAULT_ROOM_NAME:
        try:
            check_room_name(settings.DEFAULT_ROOM_NAME)
        except NameRefused as refused:
            yield Error(
                f"DEFAULT_ROOM_NAME {settings.DEFAULT_ROOM_NAME!r} is no name for a room: {refused.message}",
                id="chat.E017",
            )
    if len(settings.SECRET_KEY) < 50 or settings.SECRET_KEY.startswith("django-insecure"):
        yield Error(
            "SECRET_KEY is short or a known one: leave it out and one is made in DATA_DIR.", id="chat.E016"
        )
