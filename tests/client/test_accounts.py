"""Secrets go to the server that was named, and what a server answers cannot lead anywhere else."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

import pytest

from client import accounts
from client.addresses import Server, read_server
from client.desk import desk
from client.kept_sessions import KeptSessions, state_folder

pytestmark = pytest.mark.asyncio


@contextlib.asynccontextmanager
async def answering(answer: str) -> AsyncIterator[tuple[Server, list[bytes]]]:
    """A server that says the same to everybody, and what it was asked."""
    asked: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(answer.replace("\n", "\r\n").encode())
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield read_server(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"), asked


async def test_a_redirect_is_not_followed_with_a_token() -> None:
    async with answering("HTTP/1.1 200 OK\nContent-Length: 2\n\n{}") as (thief, stolen):
        answer = f"HTTP/1.1 302 Found\nLocation: {thief.url}/session\nContent-Length: 0\n\n"
        async with answering(answer) as (server, asked):
            with pytest.raises(accounts.Unreachable):
                await accounts.whose(server, "secret")

    assert len(asked) == 1
    assert stolen == []


@pytest.mark.parametrize("body", ["nonsense", "[]", '{"meta": {"session_token": 7}}', ""])
async def test_a_senseless_answer_is_nobody_there(body: str) -> None:
    async with answering(f"HTTP/1.1 200 OK\nContent-Length: {len(body)}\n\n{body}") as (server, _asked):
        with pytest.raises(accounts.Unreachable):
            await accounts.log_in(server, "en", "ana", "secret")


async def test_what_is_kept_of_somebody_stays_in_the_servers_folder(
    tmp_path: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    server = read_server("http://127.0.0.1:9")

    async with desk(server, "../../ana", "token", language="en", tell=lambda _topic, _detail: None):
        pass

    assert [path.name for path in state_folder(server).glob("*.sqlite3")] == ["outbox-..%2F..%2Fana.sqlite3"]


async def test_sessions_are_forgotten_one_by_one(tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    sessions = KeptSessions(state_folder(read_server("chat.example.org")))
    sessions.keep("ana", "a")
    sessions.keep("boris", "b")

    sessions.forget("boris")

    assert sessions.current is None
    assert (sessions.token_of("ana"), sessions.token_of("boris")) == ("a", None)
