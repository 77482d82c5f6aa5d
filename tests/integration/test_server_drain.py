"""A worker comes up when its runtime has started, and goes without a client seeing its connection cut."""

from __future__ import annotations

import asyncio
import http.client
import signal
import socket
import time
from collections.abc import Iterator

import pytest
from websockets.exceptions import InvalidMessage, InvalidStatus

from tests.harness.processes import wait_until
from tests.integration.worker import SOON_SECONDS, Worker

pytestmark = pytest.mark.asyncio


@pytest.fixture
def worker() -> Iterator[Worker]:
    worker = Worker()
    yield worker
    worker.stop()


async def stop(worker: Worker) -> int:
    return await asyncio.to_thread(worker.stop)


async def test_the_runtime_starts_before_the_first_application_and_stops_after_the_last(worker: Worker):
    async with worker.connect("echo") as client:
        await client.send("hello")
        assert await client.recv() == "hello"
        assert await stop(worker) == 0

    noted = [line.removeprefix("app: ") for line in worker.log.splitlines() if line.startswith("app: ")]
    assert noted == [
        "runtime started",
        "runtime drained",
        "disconnected 1012",
        "socket echo ended",
        "runtime stopped",
    ]
    assert worker.complaints == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_every_client_is_told_1012_and_the_worker_ends_well(worker: Worker, number: signal.Signals):
    clients = [await worker.connect("echo") for _ in range(30)]

    worker.process.send_signal(number)
    await asyncio.wait_for(asyncio.gather(*(client.wait_closed() for client in clients)), SOON_SECONDS)

    assert {client.close_code for client in clients} == {1012}
    assert await stop(worker) == 0
    assert worker.log.count("app: disconnected 1012") == 30
    assert worker.complaints == []


async def test_a_connection_that_is_just_opening_does_not_disturb_the_drain(worker: Worker):
    raw = socket.create_connection(("127.0.0.1", worker.port))
    raw.sendall(b"GET /state HTTP/1.1\r\nHost: x\r\n")
    opening = asyncio.create_task(worker.connect("echo").__aenter__())
    await asyncio.sleep(0)

    worker.terminate()
    raw.sendall(b"\r\n")

    client = (await asyncio.gather(opening, return_exceptions=True))[0]
    if not isinstance(client, BaseException):
        await asyncio.wait_for(client.wait_closed(), SOON_SECONDS)
        assert client.close_code == 1012
    assert await stop(worker) == 0
    assert worker.complaints == []
    raw.close()


async def test_a_page_under_way_is_finished(worker: Worker):
    page = asyncio.create_task(asyncio.to_thread(worker.get, "slow"))
    await asyncio.to_thread(worker.await_log, "slow page begun")

    worker.terminate()

    status, _headers, body = await page
    assert status == 200
    assert b"slow page begun" in body
    assert await stop(worker) == 0


async def test_nobody_new_is_let_in_while_it_drains(worker: Worker):
    page = asyncio.create_task(asyncio.to_thread(worker.get, "slow"))
    await asyncio.to_thread(worker.await_log, "slow page begun")

    worker.terminate()
    await asyncio.to_thread(worker.await_log, "runtime drained")

    # What the kernel has taken in the very moment in which it ceases to listen is closed without a word.
    with pytest.raises((ConnectionRefusedError, ConnectionResetError, InvalidMessage)):
        await worker.connect("echo").__aenter__()
    await page


async def test_a_kept_connection_gets_no_socket_from_a_worker_that_drains(worker: Worker):
    page = asyncio.create_task(asyncio.to_thread(worker.get, "slow"))
    kept = socket.create_connection(("127.0.0.1", worker.port), SOON_SECONDS)
    kept.sendall(b"GET /state HTTP/1.1\r\nHost: x\r\n\r\n")
    await asyncio.to_thread(kept.recv, 10_000)
    await asyncio.to_thread(worker.await_log, "slow page begun")
    worker.terminate()
    await asyncio.to_thread(worker.await_log, "runtime drained")

    with pytest.raises(InvalidStatus) as refused:
        await worker.connect("echo", sock=kept).__aenter__()

    assert refused.value.response.status_code == 503
    await page
    assert worker.complaints == []


async def test_a_client_that_asks_again_and_again_is_sent_elsewhere(worker: Worker):
    statuses = []

    def ask_for_ever() -> None:
        client = http.client.HTTPConnection("127.0.0.1", worker.port, timeout=SOON_SECONDS)
        while True:
            client.request("GET", "/state")
            with client.getresponse() as answer:
                statuses.append(answer.status)
                answer.read()

    asking = asyncio.create_task(asyncio.to_thread(ask_for_ever))
    await asyncio.to_thread(wait_until, lambda: len(statuses) > 10, "the client asks again and again")
    started = time.monotonic()

    assert await stop(worker) == 0

    assert time.monotonic() - started < 5
    with pytest.raises(ConnectionRefusedError):  # by the port; its own connection ended in good order
        await asking
    assert set(statuses) == {200}
    assert "0 applications cancelled" in worker.log


async def test_a_request_on_a_kept_connection_is_answered_while_the_worker_goes():
    worker = Worker(prelude="import chatproject.server as server; server.LINGER_SECONDS = 5")
    kept = http.client.HTTPConnection("127.0.0.1", worker.port, timeout=SOON_SECONDS)
    kept.request("GET", "/state")
    kept.getresponse().read()
    worker.terminate()
    await asyncio.to_thread(worker.await_log, "runtime drained")

    kept.request("GET", "/state")
    answer = kept.getresponse()

    assert answer.status == 200
    assert answer.will_close
    kept.close()
    assert await stop(worker) == 0


async def test_a_page_whose_thread_never_ends_does_not_keep_the_process():
    worker = Worker(prelude="import chatproject.server as server; server.DRAIN_SECONDS = 3")
    page = asyncio.create_task(asyncio.to_thread(worker.get, "stuck"))
    await asyncio.to_thread(worker.await_log, "stuck page begun")

    assert await stop(worker) == 0

    assert "app: runtime stopped" in worker.log
    assert "1 applications cancelled" in worker.log
    with pytest.raises(ConnectionError):
        await page


async def test_a_client_that_does_not_read_does_not_keep_the_worker(worker: Worker):
    client = await worker.connect("flood", max_queue=1)
    await asyncio.to_thread(worker.await_log, "app: flood 0")
    started = time.monotonic()

    assert await stop(worker) == 0

    assert time.monotonic() - started < 12
    client.transport.abort()
    await client.wait_closed()


async def test_an_application_that_never_ends_is_cancelled_after_ten_seconds(worker: Worker):
    async with worker.connect("stubborn") as client:
        started = time.monotonic()

        assert await stop(worker) == 0

        assert 9 < time.monotonic() - started < 13
        assert client.close_code == 1012
    assert "app: socket stubborn ended" in worker.log
    assert "1 applications cancelled" in worker.log


async def test_a_runtime_that_cannot_drain_does_not_keep_clients_in_the_dark():
    worker = Worker(TEST_DRAIN="fails")
    async with worker.connect("echo") as client:
        assert await stop(worker) == 0

        assert client.close_code == 1012
    assert "no drain today" in worker.log
    assert "app: runtime stopped" in worker.log


async def test_a_worker_whose_runtime_cannot_start_ends_and_says_why():
    worker = Worker(TEST_START="fails", expect_ready=False)

    assert worker.process.wait(SOON_SECONDS) == 1

    assert "no start today" in worker.log
    assert "worker ready" not in worker.log


async def test_a_page_that_fails_after_its_beginning_is_cut_and_the_worker_goes_on(worker: Worker):
    def ask() -> bytes:
        with socket.create_connection(("127.0.0.1", worker.port), SOON_SECONDS) as raw:
            raw.sendall(b"GET /late HTTP/1.1\r\nHost: x\r\n\r\n")
            got = b""
            try:
                while chunk := raw.recv(1000):
                    got += chunk
            except ConnectionResetError:
                pass
            return got

    for _ in range(2):  # Daphne's checker must have outlived the first
        assert b"begun" in await asyncio.to_thread(ask)


async def test_a_request_that_does_not_go_on_is_cut_after_ten_seconds(worker: Worker):
    def ask(begun: bytes) -> bytes:
        with socket.create_connection(("127.0.0.1", worker.port), 15) as raw:
            raw.sendall(begun)
            return raw.recv(1000)

    started = time.monotonic()

    begun = [
        b"",
        b"GET / HTTP/1.1\r\nHost: x\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nx",
    ]
    assert await asyncio.gather(*(asyncio.to_thread(ask, each) for each in begun)) == [b"", b"", b""]
    assert 8 < time.monotonic() - started < 13
