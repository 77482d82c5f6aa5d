"""Which door a request takes: pages a few at a time, the chat's socket through its gate, nothing else."""

from __future__ import annotations

import asyncio
import logging

from asgiref.typing import ASGI3Application, ASGIReceiveCallable, ASGISendCallable, Scope
from django.conf import settings

from accounts.handshake import Handshake, client_address, refuse
from chatproject.addresses import ConnectionsPerAddress
from chatproject.proxies import TrustedProxies

logger = logging.getLogger("chat.handshake")

SOCKET_PATH = "/ws/"
ALIVE_PATH = "/healthz"  # Whether the process lives must not wait for pages that wait for a database.


class Doors:
    """Let `pages_at_once` requests be worked on at a time; each holds a thread and a database connection."""

    def __init__(self, *, pages: ASGI3Application, socket: ASGI3Application, pages_at_once: int) -> None:
        self._pages = pages
        self._socket = socket
        self._page_slots = asyncio.Semaphore(pages_at_once)

    async def __call__(self, scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        if scope["type"] == "http" and scope["path"] == ALIVE_PATH:
            await self._pages(scope, receive, send)
        elif scope["type"] == "http":
            async with self._page_slots:
                await self._pages(scope, receive, send)
        elif scope["type"] == "websocket" and scope["path"] == SOCKET_PATH:
            await self._socket(scope, receive, send)
        elif scope["type"] == "websocket":
            logger.info("refused %s: no socket at %.80r", client_address(scope), scope["path"])
            await refuse(receive, send)
        else:
            raise ValueError(f"No door for {scope['type']!r}.")


def build(*, pages: ASGI3Application, consumer: ASGI3Application) -> ASGI3Application:
    """Put the way in together as the settings say: proxies, doors, connections per address, handshake."""
    socket: ASGI3Application = Handshake(consumer)
    if settings.LIMITS:
        limit = settings.CONNECTIONS_PER_ADDRESS
        socket = ConnectionsPerAddress(socket, limit=limit, redis_url=settings.REDIS_URL)
    doors = Doors(pages=pages, socket=socket, pages_at_once=settings.HTTP_CONCURRENCY)
    return TrustedProxies(doors, networks=settings.TRUSTED_PROXIES)
