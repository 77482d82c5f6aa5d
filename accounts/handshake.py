"""Who may open the socket: a browser on this very page with its session, or a program with its token."""

from __future__ import annotations

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor
from typing import cast

from asgiref.typing import ASGI3Application, ASGIReceiveCallable, ASGISendCallable, Scope, WebSocketScope
from django.conf import settings
from django.db import DatabaseError, InterfaceError, OperationalError, connection
from django.http.cookie import parse_cookie
from django.http.request import split_domain_port, validate_host
from django.utils.translation.trans_real import parse_accept_lang_header

from .sessions import Identity, identify_all

logger = logging.getLogger("chat.handshake")

AT_ONCE = 100  # sessions that are looked up together
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
            return await self._identify(tokens[0]) if len(tokens) == 1 else "token"
        if _only(scope, b"origin") not in _allowed_origins(scope.get("scheme", "ws"), host):
            return "origin"
        cookies = parse_cookie("; ".join(_values(scope, b"cookie")))
        key = cookies.get(settings.SESSION_COOKIE_NAME)
        return await self._identify(key) if key else "session"

    async def _identify(self, key: str) -> Identity | str:
        try:
            async with asyncio.timeout(TIMEOUT_SECONDS):
                return await self._reader.read(key) or "session"
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
    One thread with a database connection, kept through a stampede and closed when it is quiet.

    What comes while sessions are looked up is looked up together: a thousand who come back at once cost two queries for
    each AT_ONCE of them, and who comes many times with one session holds up nobody.
    """

    def __init__(self) -> None:
        self._executor = ThreadPoolExecutor(1, thread_name_prefix="handshake")
        self._waiting: dict[str, asyncio.Future[Identity | None]] = {}
        self._reading: asyncio.Task[None] | None = None

    async def read(self, key: str) -> Identity | None:
        if key not in self._waiting:
            self._waiting[key] = asyncio.get_running_loop().create_future()
        found = self._waiting[key]
        if self._reading is None or self._reading.done():
            self._reading = asyncio.create_task(self._read_all())
        return await asyncio.shield(found)

    async def _read_all(self) -> None:
        loop = asyncio.get_running_loop()
        while self._waiting:
            now = {key: self._waiting.pop(key) for key in list(self._waiting)[:AT_ONCE]}
            try:
                found = await loop.run_in_executor(self._executor, self._run, list(now))
            except Exception as problem:  # whatever it is, each of them is told
                for waiting in now.values():
                    waiting.set_exception(problem)
                    waiting.exception()  # seen, even if whoever asked has gone
            else:
                for key, waiting in now.items():
                    waiting.set_result(found.get(key))

    def _run(self, keys: list[str]) -> dict[str, Identity]:
        try:
            return identify_all(keys)
        except (OperationalError, InterfaceError):
            connection.close()  # The database may have come back since: once more, on a new connection.
            return identify_all(keys)
        except DatabaseError:
            raise
        except Exception:
            if len(keys) == 1:
                raise
            logger.exception("a session cannot be read")  # Its visitor is refused, and no other.
            return {key: found for key in keys if (found := self._alone(key)) is not None}
        finally:
            if not self._waiting:
                connection.close()

    def _alone(self, key: str) -> Identity | None:
        try:
            return self._run([key]).get(key)
        except DatabaseError:
            raise
        except Exception:
            return None


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
