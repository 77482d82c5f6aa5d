"""The worker's WebSockets: every close code, flow control both ways, and no connection left behind by a defect."""

from __future__ import annotations

import asyncio
import socket
import struct
import time
from collections.abc import Iterator
from contextlib import suppress

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from tests.integration.worker import SOON_SECONDS, ClientConnection, Worker

pytestmark = pytest.mark.asyncio
MEGABYTE = 1024 * 1024
# Tens of thousands of messages, on a machine that has other things to do.
MANY_SECONDS = 6 * SOON_SECONDS


@pytest.fixture(scope="module")
def shared_worker() -> Iterator[Worker]:
    worker = Worker()
    yield worker
    worker.stop()


@pytest.fixture
def worker(shared_worker: Worker) -> Iterator[Worker]:
    """A worker that must not have complained by the end of the test."""
    before = len(shared_worker.complaints)
    yield shared_worker
    assert shared_worker.complaints[before:] == [], shared_worker.log


@pytest.fixture
def own_worker() -> Iterator[Worker]:
    worker = Worker()
    yield worker
    worker.stop()


async def close_of(client: ClientConnection) -> tuple[int, str]:
    """Wait for the end; return its code and reason."""
    await asyncio.wait_for(client.wait_closed(), SOON_SECONDS)
    return client.close_code or 0, client.close_reason or ""


async def until(worker: Worker, text: str, seconds: float = SOON_SECONDS) -> None:
    await asyncio.to_thread(worker.await_log, text, seconds)


def raw_socket(worker: Worker, action: str) -> socket.socket:
    """Open a WebSocket that reads only when told to, and little at a time."""
    client = socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    client.settimeout(3 * SOON_SECONDS)
    client.connect(("127.0.0.1", worker.port))
    lines = [f"GET /{action} HTTP/1.1", "Host: localhost", "Upgrade: websocket", "Connection: Upgrade"]
    lines += ["Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Version: 13", "", ""]
    client.sendall("\r\n".join(lines).encode())
    assert b"101" in read_until(client, b"\r\n\r\n")
    return client


def read_until(client: socket.socket, end: bytes) -> bytes:
    received = bytearray()
    while end not in received[-MEGABYTE:]:
        received += client.recv(MEGABYTE)
    return bytes(received)


def frame(payload: bytes) -> bytes:
    """Return a text frame of some length, masked with zeros."""
    kind, length = ("!BBQ", 0xFF) if len(payload) > 65_535 else ("!BBH", 0xFE)
    return struct.pack(kind, 0x81, length, len(payload)) + bytes(4) + payload


def close_in(received: bytes) -> tuple[int, str]:
    """Return code and reason of the close frame that comes last."""
    at = received.rindex(b"\x88")
    return int.from_bytes(received[at + 2 : at + 4]), received[at + 4 :].decode()


def ping(payload: bytes) -> bytes:
    return bytes([0x89, 0x80 | len(payload), 0, 0, 0, 0]) + payload


async def test_a_message_comes_back(worker: Worker):
    async with worker.connect("echo") as client:
        await client.send("¿qué tal?")

        assert await client.recv() == "¿qué tal?"


@pytest.mark.parametrize("message", ["", b"", b"\x00\xff"])
async def test_an_empty_or_binary_message_is_sent_as_it_is(worker: Worker, message: str | bytes):
    async with worker.connect("mirror") as client:
        await client.send(message)

        assert await asyncio.wait_for(client.recv(), SOON_SECONDS) == message


@pytest.mark.parametrize("code", [1000, 1009, 1012, 4400, 4401, 4403, 4408, 4409, 4429, 4500, 4503])
async def test_the_application_closes_with_any_code_of_the_contract(worker: Worker, code: int):
    async with worker.connect("echo") as client:
        await client.send(f"close {code} why")

        assert await close_of(client) == (code, "why")


async def test_a_reason_that_is_too_long_is_cut_between_characters(worker: Worker):
    async with worker.connect("echo") as client:
        await client.send("close 4400 " + "ñ" * 100)

        assert await close_of(client) == (4400, "ñ" * 61)


@pytest.mark.parametrize("fragments", [1, 70])
async def test_a_frame_that_is_too_large_is_answered_with_1009(worker: Worker, fragments: int):
    async with worker.connect("echo") as client:
        await client.send(["x" * (70_000 // fragments)] * fragments if fragments > 1 else "x" * 65_537)

        assert (await close_of(client))[0] == 1009


async def test_a_flood_in_one_frame_is_answered_with_1009_and_not_kept(own_worker: Worker):
    before = own_worker.memory_bytes()
    async with own_worker.connect("echo") as client:
        sending = asyncio.create_task(client.send("x" * (30 * MEGABYTE)))

        assert (await close_of(client))[0] == 1009
        await asyncio.gather(sending, return_exceptions=True)
    assert own_worker.memory_bytes() - before < 8 * MEGABYTE


async def test_a_frame_that_is_too_large_is_explained_to_who_reads_only_when_all_is_sent(worker: Worker):
    client = raw_socket(worker, "echo")
    too_large = frame(b"x" * 65_537)

    await asyncio.to_thread(client.sendall, too_large * 50)

    code, reason = close_in(await asyncio.to_thread(read_until, client, b" octets"))
    assert code == 1009
    assert "65536" in reason
    client.close()


async def test_a_frame_that_is_too_large_is_explained_behind_input_that_waited(own_worker: Worker):
    async with own_worker.connect("lazy") as client:
        for number in range(60):
            await client.send(f"{number} x")
        sending = asyncio.create_task(client.send("x" * (5 * MEGABYTE)))

        await asyncio.to_thread(own_worker.get, "release")

        code, reason = await close_of(client)
        assert code == 1009
        assert "65536" in reason
        await asyncio.gather(sending, return_exceptions=True)
    await until(own_worker, "app: socket lazy ended")


async def test_a_close_reaches_a_sender_whose_input_is_not_read(own_worker: Worker):
    client = await asyncio.to_thread(raw_socket, own_worker, "deaf")
    sending = asyncio.create_task(asyncio.to_thread(client.sendall, frame(b"x" * 60_000) * 200))
    await asyncio.wait([sending], timeout=1)
    assert not sending.done()

    await asyncio.to_thread(own_worker.get, "release")

    await sending
    assert close_in(await asyncio.to_thread(read_until, client, b"enough")) == (4400, "enough")
    client.close()


async def test_a_frame_of_exactly_the_limit_is_taken(worker: Worker):
    async with worker.connect("echo") as client:
        await client.send("x" * 65_536)

        assert len(await client.recv()) == 65_536


async def test_what_the_server_sends_is_not_held_to_the_limit_of_what_it_takes(worker: Worker):
    async with worker.connect("large") as client:
        assert len(await client.recv()) == 131_072


async def test_a_defect_closes_that_connection_by_itself_and_no_other():
    # Without Daphne's checker, which would look for it up to a second later.
    worker = Worker(
        prelude="from daphne.server import Server; Server.application_checker = lambda server: None"
    )
    async with worker.connect("echo") as broken, worker.connect("echo") as other:
        await broken.send("raise")

        assert (await close_of(broken))[0] == 1011
        await other.send("still here")
        assert await other.recv() == "still here"
    worker.stop()


async def test_a_defect_is_in_the_log(own_worker: Worker):
    async with own_worker.connect("echo") as client:
        await client.send("raise")
        await close_of(client)

    await until(own_worker, "RuntimeError: a defect")


async def test_an_application_that_ends_without_closing_leaves_no_open_socket(worker: Worker):
    async with worker.connect("echo") as client:
        await client.send("return")

        assert (await close_of(client))[0] == 1011


async def test_an_application_is_told_of_the_end_it_caused(own_worker: Worker):
    async with own_worker.connect("echo") as client:
        await client.send("close 4401")
        await close_of(client)

    await until(own_worker, "app: disconnected 4401")
    await until(own_worker, "app: socket echo ended")


@pytest.mark.parametrize(("action", "status"), [("reject", 403), ("forget", 500)])
async def test_a_handshake_that_is_not_accepted_gets_an_http_answer(worker: Worker, action: str, status: int):
    with pytest.raises(InvalidStatus) as refused:
        async with worker.connect(action):
            pass

    assert refused.value.response.status_code == status
    assert "server" not in refused.value.response.headers


async def test_a_handshake_without_its_key_is_refused_quietly(worker: Worker):
    def ask() -> bytes:
        with socket.create_connection(("127.0.0.1", worker.port), SOON_SECONDS) as raw:
            raw.sendall(b"GET /echo HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n")
            return raw.recv(1000)

    assert (await asyncio.to_thread(ask)).startswith(b"HTTP/1.1 400")
    async with worker.connect("echo") as client:
        await client.send("still here")
        assert await client.recv() == "still here"


async def test_a_visitor_who_leaves_before_being_let_in_leaves_no_trace_in_the_log(own_worker: Worker):
    for action in ("ponder", "forget", "reject"):
        opening = asyncio.create_task(own_worker.connect(action, open_timeout=0.2).__aenter__())
        await asyncio.gather(opening, return_exceptions=True)

    await until(own_worker, "app: socket ponder ended")
    assert own_worker.complaints == []


async def test_neither_a_page_nor_a_socket_names_the_software(worker: Worker):
    _status, headers, _body = worker.get("state")
    async with worker.connect("echo") as client:
        assert client.response is not None
        names = {name.lower() for name in client.response.headers}

    assert "server" not in headers
    assert "server" not in names


async def test_a_reader_that_does_not_read_holds_up_its_sender_and_costs_little(own_worker: Worker):
    before = own_worker.memory_bytes()
    slow = [await own_worker.connect("flood", max_queue=1) for _ in range(10)]
    await until(own_worker, "app: flood 0")

    async with own_worker.connect("echo") as other:
        for _ in range(50):
            await other.send("hello")
            assert await other.recv() == "hello"

    assert "app: flood 300" not in own_worker.log
    assert own_worker.memory_bytes() - before < 10 * MEGABYTE
    assert [len(await slow[0].recv()) for _ in range(1000)] == [60_004] * 1000
    for client in slow:
        client.transport.abort()
        await client.wait_closed()


@pytest.mark.parametrize("pause", [0.0, 1.0])
async def test_what_is_written_past_twisted_keeps_its_order_with_what_is_not(worker: Worker, pause: float):
    client = await worker.connect("hurry", max_queue=1)
    await asyncio.sleep(pause)  # the kernel takes no more, and Twisted holds the rest

    async with asyncio.timeout(MANY_SECONDS):
        texts = [await client.recv() for _ in range(3000)]
        count = int(await client.recv())

    assert [int(text[:4]) for text in texts] == list(range(3000))
    assert all(len(text) == 2004 for text in texts)
    assert 0 < count < 3000
    await client.send("that was all")
    assert await close_of(client) == (1000, "")


async def test_a_reader_that_takes_nothing_is_closed_as_too_slow():
    worker = Worker(prelude="import chatproject.flow as flow; flow.STALL_SECONDS, flow.LOOK_SECONDS = 1, 0.2")
    client = await worker.connect("flood", max_queue=1)

    await until(worker, "took nothing for too long")
    with suppress(ConnectionClosed):
        async with asyncio.timeout(SOON_SECONDS):
            while True:
                await client.recv()

    assert client.close_code == 4408
    await until(worker, "app: socket flood ended")
    worker.stop()


async def test_nothing_more_is_made_for_a_peer_that_was_given_up():
    worker = Worker(prelude="import chatproject.flow as flow; flow.STALL_SECONDS, flow.LOOK_SECONDS = 1, 0.2")
    client = await worker.connect("flood", max_queue=1)

    await until(worker, "took nothing for too long")
    await asyncio.to_thread(worker.get, "state")

    # As long as its end has not come through, the application waits.
    assert "app: flood 300" not in worker.log
    await until(worker, "app: socket flood ended")
    client.transport.abort()
    await client.wait_closed()
    worker.stop()


@pytest.mark.parametrize(
    "begun", [b"GET / HTTP/1.1\r\nX: ", b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 999\r\n\r\n"]
)
async def test_a_request_that_comes_in_drops_for_ever_is_cut(begun: bytes):
    times = "chatproject.server.HEADER_SECONDS, chatproject.server.REQUEST_SECONDS = 1, 2"
    worker = Worker(prelude=f"import chatproject.server; {times}")

    def drip() -> float:
        began_at = time.monotonic()
        with socket.create_connection(("127.0.0.1", worker.port)) as client, suppress(OSError):
            client.sendall(begun)
            while time.monotonic() - began_at < SOON_SECONDS:
                client.sendall(b"x")
                time.sleep(0.2)
        return time.monotonic() - began_at

    assert 2 < await asyncio.to_thread(drip) < 6
    assert worker.get("state")[0] == 200
    worker.stop()


async def test_pings_of_a_peer_that_does_not_read_pile_up_no_answers(own_worker: Worker):
    before = own_worker.memory_bytes()
    client = raw_socket(own_worker, "echo")

    await asyncio.to_thread(client.sendall, ping(b"x" * 125) * 200_000 + ping(b"last"))

    assert own_worker.memory_bytes() - before < 6 * MEGABYTE
    received = await asyncio.to_thread(read_until, client, b"\x8a\x04last")
    assert len(received) < 12 * MEGABYTE
    client.close()


async def test_a_peer_that_says_goodbye_and_never_reads_the_answer_is_let_go(own_worker: Worker):
    client = await own_worker.connect("flood", max_queue=1, close_timeout=30)
    await until(own_worker, "app: flood 0")

    closing = asyncio.create_task(client.close())

    await until(own_worker, "app: socket flood ended")
    client.transport.abort()
    await closing


async def test_a_reader_that_is_slow_but_reads_is_not_closed():
    worker = Worker(prelude="import chatproject.flow as flow; flow.STALL_SECONDS, flow.LOOK_SECONDS = 1, 0.2")
    client = await worker.connect("flood", max_queue=1)
    for _ in range(40):
        await client.recv()
        await asyncio.sleep(0.05)

    assert client.close_code is None
    client.transport.abort()
    await client.wait_closed()
    assert "took nothing" not in worker.log
    worker.stop()


async def test_a_sender_that_is_not_read_is_held_up_and_loses_nothing(own_worker: Worker):
    before = own_worker.memory_bytes()
    async with own_worker.connect("lazy") as client:
        sent = 0

        async def send_all() -> None:
            nonlocal sent
            for number in range(2000):
                await client.send(f"{number} " + "x" * 30_000)
                sent += 1

        sending = asyncio.create_task(send_all())
        await asyncio.wait([sending], timeout=1)
        assert sent < 500
        assert own_worker.memory_bytes() - before < 8 * MEGABYTE

        await asyncio.to_thread(own_worker.get, "release")
        await sending
        await client.send("count")
        assert await asyncio.wait_for(client.recv(), MANY_SECONDS) == "2000"


async def test_ten_thousand_tiny_messages_in_one_packet_wait_unparsed(own_worker: Worker):
    async with own_worker.connect("lazy") as client:
        before = own_worker.memory_bytes()
        for number in range(40_000):
            await client.send(f"{number} ")
        assert own_worker.memory_bytes() - before < 4 * MEGABYTE

        await asyncio.to_thread(own_worker.get, "release")
        await client.send("count")
        assert await asyncio.wait_for(client.recv(), MANY_SECONDS) == "40000"


async def test_a_pause_in_reading_does_not_swallow_the_close(own_worker: Worker):
    client = await own_worker.connect("lazy")
    for number in range(60):
        await client.send(f"{number} x")
    closing = asyncio.create_task(client.close(4000, "bye"))

    await asyncio.to_thread(own_worker.get, "release")
    await closing

    await until(own_worker, "app: socket lazy ended")
