"""A chat over the real network, with what is kept of it on this machine."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from urllib.parse import quote

from .accounts import Unreachable, whose
from .addresses import Server
from .chat import Chat, Tell
from .kept_sessions import state_folder
from .network import Network
from .outbox_store import FileStore
from .world import World


@asynccontextmanager
async def desk(server: Server, login: str, token: str, *, language: str, tell: Tell) -> AsyncIterator[Chat]:
    """Sit down at one person's chat, and leave in good order."""
    network = Network(server.socket, token)

    async def ask(told: Callable[[bool], None]) -> None:
        try:
            told(await whose(server, token) is None)
        except Unreachable:
            told(False)  # noqa: FBT003 - a callback with one value

    def ask_session(told: Callable[[bool], None]) -> None:
        network.own(asyncio.get_running_loop().create_task(ask(told)))

    # Whatever the server calls somebody, it is a file in this folder.
    store = FileStore(state_folder(server) / f"outbox-{quote(login, safe='')}.sqlite3")
    try:
        world = World(open_socket=network.open_socket, ask_session=ask_session)
        chat = Chat(world, store, login=login, language=language, tell=tell)
        try:
            yield chat
        finally:
            chat.leave()
            await network.end()
    finally:
        store.close()
