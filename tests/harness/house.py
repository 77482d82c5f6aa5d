"""A running chat with the people in it, for one test."""

import asyncio
import secrets
import signal
from typing import Any

from tests.harness.client import ChatClient
from tests.harness.people import Person, sign_up
from tests.harness.processes import holder_of_connection, send_signal
from tests.harness.server import ChatServer


class House:
    """Lets people in, and at the end shows them out and asks each connection's judge."""

    def __init__(self, server: ChatServer) -> None:
        self.server = server
        self._clients: list[ChatClient] = []

    async def person(self, login: str | None = None, **fields: Any) -> Person:
        """Return somebody with an account who has not come in yet; with a wish for who it is, sign them up."""
        guest = None if login or fields else self.server.guest()
        return guest or await sign_up(self.server.url, login, **fields)

    async def newcomer(self, login: str | None = None, **hello: Any) -> ChatClient:
        """Let somebody in who has not been here before."""
        return await self.open(await self.person(login), **hello)

    async def newcomers(self, count: int) -> list[ChatClient]:
        return list(await asyncio.gather(*(self.newcomer() for _ in range(count))))

    async def open(self, person: Person, *, token: str | None = None, **hello: Any) -> ChatClient:
        """Open one more connection of a person and wait until it has caught up."""
        client = await self.connect(person, token=token)
        await client.hello(**hello)
        await client.expect("caught_up")
        return client

    async def connect(self, person: Person, *, token: str | None = None, **options: Any) -> ChatClient:
        """Open a connection that has not said hello."""
        client = await ChatClient.connect(person, token=token, **options)
        self._clients.append(client)
        return client

    async def private_corner(self, *clients: ChatClient, **fields: Any) -> dict[str, Any]:
        """Make a room, permanent unless told otherwise, with all of these people in it, where nobody else comes by."""
        first, *others = clients
        room = await first.create_room(f"Corner {secrets.token_hex(6)}", **{"kind": "permanent", **fields})
        await asyncio.gather(*(client.enter(room["id"]) for client in others))
        for client in clients:
            client.forget()  # What they heard in the default room is nobody's business here.
        return room

    def worker_of(self, client: ChatClient) -> int:
        """Return the process id of the worker that holds a connection."""
        return holder_of_connection(self.server.port, client.port, self.server.workers)

    async def newcomer_at(self, worker: int, **hello: Any) -> ChatClient:
        """Let somebody in at a certain worker: the others are held while the socket is accepted."""
        person = await self.person()
        others = [pid for pid in self.server.workers if pid != worker]
        send_signal(signal.SIGSTOP, *others)
        try:
            client = await self.connect(person)
        finally:
            send_signal(signal.SIGCONT, *others)
        await client.hello(**hello)
        await client.expect("caught_up")
        assert self.worker_of(client) == worker
        return client

    async def one_at_each_worker(self) -> list[ChatClient]:
        """Let one newcomer in at each worker."""
        return [await self.newcomer_at(worker) for worker in self.server.workers]

    async def close(self) -> None:
        results = await asyncio.gather(*(client.close() for client in self._clients), return_exceptions=True)
        for result in results:
            if isinstance(result, BaseException):
                raise result
