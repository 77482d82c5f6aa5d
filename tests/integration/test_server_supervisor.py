"""The supervisor: who dies is replaced, who is told to go drains, and nobody outlives it."""

from __future__ import annotations

import asyncio
import fcntl
import os
import pty
import resource
import signal
import subprocess
import sys
import termios
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.harness.environment import ROOT
from tests.harness.processes import free_port, is_alive, is_listening, send_signal, wait_until
from tests.integration.supervised import SOON_SECONDS, Supervised


@pytest.fixture
def supervise() -> Iterator[Callable[..., Supervised]]:
    started: list[Supervised] = []

    def start(*, workers: int, ready: int | None = None, **environment: str) -> Supervised:
        started.append(Supervised(workers=workers, **environment))
        started[-1].await_ready(workers if ready is None else ready)
        return started[-1]

    yield start
    for supervised in started:
        supervised.stop()


def test_all_workers_answer_on_one_port_and_are_announced_once(supervise: Callable[..., Supervised]):
    supervised = supervise(workers=2)

    seen: set[int] = set()
    wait_until(
        lambda: len(seen.add(supervised.state()["pid"]) or seen) == 2, "both workers answer", SOON_SECONDS
    )

    assert seen == set(supervised.workers)
    assert supervised.log.count("announced") == 1


def test_a_worker_that_dies_is_replaced_at_once_and_its_presence_reaped(supervise: Callable[..., Supervised]):
    supervised = supervise(workers=1)
    (victim,) = supervised.workers

    os.kill(victim, signal.SIGKILL)
    # How long it takes to come up is a matter of the machine; that it is started is not.
    wait_until(lambda: {*supervised.workers} - {victim} != set(), "another worker is started", 5)
    supervised.await_ready(2)

    supervised.await_log("reaped")
    assert supervised.state()["pid"] != victim
    assert f"worker {victim} ended (SIGKILL)" in supervised.log


def test_a_reaping_that_fails_does_not_keep_the_next_worker_away(supervise: Callable[..., Supervised]):
    supervised = supervise(workers=1, TEST_REAP="fails")

    os.kill(supervised.workers[0], signal.SIGKILL)
    supervised.await_ready(2)

    supervised.await_log("no reaping today")


def test_a_worker_that_was_asked_to_drain_by_somebody_else_is_replaced(supervise: Callable[..., Supervised]):
    supervised = supervise(workers=1)

    os.kill(supervised.workers[0], signal.SIGTERM)

    supervised.await_ready(2)
    assert "reaped" not in supervised.log


def test_a_worker_that_cannot_start_is_tried_again_ever_more_rarely(supervise: Callable[..., Supervised]):
    supervised = supervise(workers=1, ready=0, TEST_START="fails")

    supervised.await_log("ended (exit code 1)", 3)

    assert "announced" not in supervised.log
    assert supervised.stop() == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_told_to_stop_it_drains_its_workers_and_refuses_connections(
    supervise: Callable[..., Supervised], number: signal.Signals
):
    supervised = supervise(workers=2)
    workers = supervised.workers

    supervised.signal(number)

    assert supervised.process.wait(SOON_SECONDS) == 0
    assert not any(is_alive(worker) for worker in workers)
    assert supervised.log.count("worker drained") == 2
    assert not is_listening(supervised.port)


def test_told_to_stop_while_a_worker_is_coming_up_it_leaves_nobody_behind(
    supervise: Callable[..., Supervised],
):
    supervised = supervise(workers=2)
    os.kill(supervised.workers[0], signal.SIGKILL)

    supervised.signal(signal.SIGTERM)

    assert supervised.process.wait(SOON_SECONDS) == 0
    assert not is_listening(supervised.port)


def test_a_frozen_worker_is_killed_when_the_time_to_drain_is_over(supervise: Callable[..., Supervised]):
    supervised = supervise(workers=1)
    (worker,) = supervised.workers
    send_signal(signal.SIGSTOP, worker)

    supervised.signal(signal.SIGTERM)

    assert supervised.process.wait(SOON_SECONDS) == 0
    assert not is_alive(worker)
    supervised.await_log("reaped")


def test_workers_do_not_outlive_a_supervisor_that_was_killed(supervise: Callable[..., Supervised]):
    supervised = supervise(workers=2)
    workers = supervised.workers

    supervised.process.kill()
    supervised.process.wait()

    wait_until(lambda: not any(map(is_alive, workers)), "the workers are gone", SOON_SECONDS)
    assert supervised.log.count("worker drained") == 2


@pytest.mark.asyncio
async def test_a_hangup_replaces_one_worker_after_the_other_without_a_moment_of_refusal(
    supervise: Callable[..., Supervised],
):
    supervised = await asyncio.to_thread(supervise, workers=2)
    old = set(supervised.workers)
    clients = [await supervised.connect("echo") for _ in range(10)]

    supervised.signal(signal.SIGHUP)
    replaced = asyncio.create_task(asyncio.to_thread(supervised.await_log, "the workers are replaced"))
    while not replaced.done():
        assert (await asyncio.to_thread(supervised.state))["pid"]
    await replaced

    await asyncio.gather(*(client.wait_closed() for client in clients))
    assert {client.close_code for client in clients} == {1012}
    assert len(supervised.workers) == 2
    assert not old & set(supervised.workers)


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGKILL])
def test_a_machine_without_descriptors_costs_no_worker(
    supervise: Callable[..., Supervised], number: signal.Signals
):
    supervised = supervise(workers=1)
    (old,) = supervised.workers
    supervisor = supervised.process.pid
    usual = resource.prlimit(supervisor, resource.RLIMIT_NOFILE)

    resource.prlimit(supervisor, resource.RLIMIT_NOFILE, (3, usual[1]))
    os.kill(supervisor if number == signal.SIGHUP else old, number)
    supervised.await_log("no worker could be started: OSError: [Errno 24]", 2)
    resource.prlimit(supervisor, resource.RLIMIT_NOFILE, usual)

    supervised.await_ready(2)
    wait_until(lambda: old not in supervised.workers, "the old worker is gone", SOON_SECONDS)
    assert supervised.state()["pid"] != old


def test_a_terminal_that_closes_ends_the_server_and_starts_nobody(tmp_path: Path):
    """A closed window sends the same signal as an operator who wants new workers."""
    port, log = free_port(), tmp_path / "log"
    terminal, inner = pty.openpty()
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.integration.supervised", str(port), "1"],
            cwd=ROOT,
            stdin=inner,
            stdout=output,
            stderr=output,
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),  # noqa: PLW1509 - one system call
        )
    os.close(inner)
    wait_until(lambda: b"worker ready" in log.read_bytes(), "the worker is ready", SOON_SECONDS)

    os.close(terminal)

    assert process.wait(SOON_SECONDS) == 0
    assert b"replacing" not in log.read_bytes()
    assert not is_listening(port)


def test_a_replacement_that_does_not_come_up_leaves_the_old_worker(
    supervise: Callable[..., Supervised], tmp_path
):
    switch = tmp_path / "fails"
    supervised = supervise(workers=1, TEST_START_FILE=str(switch))
    old = supervised.workers
    switch.touch()

    supervised.signal(signal.SIGHUP)
    supervised.await_log("the old ones stay")

    wait_until(lambda: supervised.workers == old, "only the old worker is there", SOON_SECONDS)
    assert supervised.state()["pid"] == old[0]
