"""Who may open the socket: a browser on this very page with its session, or a program with its token."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import cast

from asgiref.typing import ASGI3Application, ASGIReceiveCallable, ASGISendCallable, Scope, WebSocketScope
from django.conf import settings
from django.db import DatabaseError, InterfaceError, OperationalError, connection
from django.http.cookie import parse_cookie
from django.http.request import split_domain_port, validate_host
from django.utils.translation.trans_real import parse_accept_lang_header

from chatproject.turns import Turns

from .sessions import Identity, identify, identify_token

logger = logging.getLogger("chat.handshake")

THREADS = 2  # A stampede after a restart waits here and not in front of the pages.
TIMEOUT_SECONDS = 15.0  # Below Daphne's connect timeout: whoever waited longer has gone.
_DEFAULT_PORTS = {"http": "80", "https": "443"}


class Handshake:
    """Let a socket through with `identity`, `client_address` and `languages` in its scope, or refuse it with HTTP 403.

    Refused means: before it is accepted, with nothing joined and nothing stored. With an `X-Session-Token` no cookie is
    looked at and no origin is needed: no page of another site can make a browser send that header.
    """

    def __init__(self, app: ASGI3Application) -> None:
        self._app = app
        self._reader = _SessionReader()

    async def __call__(self, scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        handshake = cast("WebSocketScope", scope)
        address = client_address(handshake)
        identity = await self._identity(handshake)
        if isinstance(identity, str):
            logger.info("refused %s: %s", address, identity)
            await refuse(receive, send)
            return
        known = {"identity": identity, "client_address": address, "languages": _languages(handshake)}
        await self._app(cast("Scope", {**handshake, **known}), receive, send)

    async def _identity(self, scope: WebSocketScope) -> Identity | str:
        """Return who it is, or the reason why nobody may know."""
        host = _only(scope, b"host")
        if host is None or not validate_host(split_domain_port(host)[0], settings.ALLOWED_HOSTS):
            return "host"
        tokens = _values(scope, b"x-session-token")
        if tokens:
            return await self._identify(identify_token, tokens[0]) if len(tokens) == 1 else "token"
        if _only(scope, b"origin") not in _allowed_origins(scope.get("scheme", "ws"), host):
            return "origin"
        cookies = parse_cookie("; ".join(_values(scope, b"cookie")))
        key = cookies.get(settings.SESSION_COOKIE_NAME)
        return await self._identify(identify, key) if key else "session"

    async def _identify(self, look_up: Callable[[str], Identity | None], secret: str) -> Identity | str:
        try:
            async with asyncio.timeout(TIMEOUT_SECONDS):
                return await self._reader.read(look_up, secret) or "session"
        except (DatabaseError, InterfaceError, TimeoutError) as error:
            logger.warning("session not known for now: %s", type(error).__name__)
            return "unavailable"


async def refuse(receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
    """Close before accepting: the server makes an HTTP 403 of it."""
    await receive()
    await send({"type": "websocket.close", "code": 1000, "reason": None})


def client_address(scope: WebSocketScope) -> str:
    """The visitor's address, as the trusted proxies have it."""
    return str((scope.get("client") or ("unknown",))[0])


class _SessionReader:
    """
    A few threads with a database connection each, kept through a stampede and closed when it is quiet.

    What comes many times with one session is looked up one after the other: it holds up nobody else.
    """

    def __init__(self) -> None:
        self._executor = ThreadPoolExecutor(THREADS, thread_name_prefix="handshake")
        self._turns = Turns()
        self._waiting = 0

    async def read(self, look_up: Callable[[str], Identity | None], secret: str) -> Identity | None:
        self._waiting += 1
        try:
            async with self._turns.of(secret):
                loop = asyncio.get_running_loop()
                return await loop.run_in_executor(self._executor, self._run, look_up, secret)
        finally:
            self._waiting -= 1

    def _run(self, look_up: Callable[[str], Identity | None], secret: str) -> Identity | None:
        try:
            return look_up(secret)
        except (OperationalError, InterfaceError):
            connection.close()  # The database may have come back since: once more, on a new connection.
            return look_up(secret)
        finally:
            if self._waiting <= THREADS:
                connection.close()


def _allowed_origins(scheme: str, host: str) -> set[str]:
    """The page's own origin: what is configured, else what the request itself was sent to."""
    public = _canonical(settings.PUBLIC_URL)
    if settings.IS_SECURE:
        return {public}  # A page over plain http is never one of ours then.
    own = _canonical(f"{'https' if scheme in {'wss', 'https'} else 'http'}://{host}")
    return {public, own} - {""}


def _canonical(origin: str) -> str:
    """As a browser writes it: lower case, without the scheme's own port."""
    scheme, _separator, host = origin.lower().partition("://")
    return f"{scheme}://{host.removesuffix(':' + _DEFAULT_PORTS[scheme])}" if host else ""


def _languages(scope: WebSocketScope) -> list[str]:
    header = ",".join(_values(scope, b"accept-language"))
    return [language for language, _quality in parse_accept_lang_header(header[:500]) if language != "*"]


def _values(scope: WebSocketScope, name: bytes) -> list[str]:
    return [value.decode("latin-1") for key, value in scope["headers"] if key.lower() == name]


def _only(scope: WebSocketScope, name: bytes) -> str | None:
    """The header's value if it was sent exactly once."""
    values = _values(scope, name)
    return values[0] if len(values) == 1 else None
