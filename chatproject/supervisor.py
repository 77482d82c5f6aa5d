"""The parent of the workers: starts them on one socket, starts anew who dies, and ends them in good order."""

from __future__ import annotations

import asyncio
import errno
import itertools
import logging
import os
import signal
import sys
import time
import uuid
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from .lifeline import READY_FD, SPAWN, SUPERVISOR_PID

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Coroutine

STOP_SECONDS = 15.0  # a worker drains in ten and tidies up in three
STOP_LOOK_SECONDS = 0.1
READY_SECONDS = 30.0  # for a replacement, before the old worker is left in its place
STEADY_SECONDS = 10.0  # who has lived that long is started anew at once
BACK_OFF_SECONDS = (0.0, 0.5, 1.0, 2.0, 4.0, 8.0)

logger = logging.getLogger("chat.supervisor")


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """How to start a worker."""

    folder: Path
    application: str = "chatproject.asgi:application"
    runtime: str = "rooms.runtime"
    environment: dict[str, str] = field(default_factory=dict)
    kept_descriptors: tuple[int, ...] = ()  # what lives as long as any worker does


@dataclass(slots=True, eq=False)
class Spawn:
    """One worker process, from its start to its end."""

    id: uuid.UUID
    process: asyncio.subprocess.Process
    ready: asyncio.Future[bool]
    started_at: float
    is_leaving: bool = False

    @property
    def is_ready(self) -> bool:
        """Whether it has said that it takes connections."""
        return self.ready.done() and self.ready.result() and self.process.returncode is None

    def terminate(self) -> None:
        """Ask it to drain."""
        self.is_leaving = True
        self._signal(signal.SIGTERM)

    async def end(self) -> None:
        """Wait until it has drained; end it by force when it takes too long."""
        try:
            async with asyncio.timeout(STOP_SECONDS):
                await self.process.wait()
        except TimeoutError:
            logger.warning("worker %s did not drain and is killed", self.process.pid)
            self._signal(signal.SIGKILL)
            await self.process.wait()

    def _signal(self, number: int) -> None:
        if self.process.returncode is None:
            self.process.send_signal(number)


class Supervisor:
    """Keeps `workers` processes alive on one listening socket.

    SIGTERM and SIGINT drain all of them; SIGHUP replaces one after the other, each old one drained when its successor
    is ready. `reap(spawn)` is called in a thread for a worker that has died.
    """

    def __init__(
        self,
        listener: socket.socket,
        command: Command,
        *,
        workers: int,
        reap: Callable[[uuid.UUID], object],
        on_ready: Callable[[], None],
    ) -> None:
        self._listener = listener
        self._command = command
        self._workers = workers
        self._reap = reap
        self._on_ready = on_ready
        self._spawns: list[Spawn] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._is_announced = False
        self._rolling: asyncio.Task[None] | None = None
        self._has_terminal = _has_terminal()

    def run(self) -> None:
        """Serve until told to stop."""
        asyncio.run(self._run())

    async def _run(self) -> None:
        self._stopping = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stopping.set)
        if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # as `nohup` leaves it
            loop.add_signal_handler(signal.SIGHUP, self._hang_up)
        for _ in range(self._workers):
            self._own(self._keep())
        await self._stopping.wait()
        await self._stop()

    # Keeping

    async def _start(self) -> Spawn | None:
        """Start a worker, however often it has to be tried. None when told to stop meanwhile."""
        for attempt in itertools.count(1):
            if self._stopping.is_set():
                break
            try:
                return await self._start_once()
            except Exception as error:  # no memory, no descriptors, no thread: whatever it is, it may pass
                logger.warning("no worker could be started: %s: %s", type(error).__name__, error)
                await self._pause(_back_off(attempt))
        return None

    async def _start_once(self) -> Spawn:
        spawn_id = uuid.uuid4()
        readable, writable = os.pipe()
        try:
            ready = _read_line(readable)
            process = await self._launch(spawn_id, writable)
        finally:
            os.close(writable)
        spawn = Spawn(spawn_id, process, ready, time.monotonic())
        self._spawns.append(spawn)
        ready.add_done_callback(self._announce)
        self._own(self._see_off(spawn))
        if self._stopping.is_set():
            spawn.terminate()
        return spawn

    async def _launch(self, spawn_id: uuid.UUID, ready_descriptor: int) -> asyncio.subprocess.Process:
        listener = self._listener.fileno()
        return await asyncio.create_subprocess_exec(
            *[sys.executable, "-m", "chatproject.server", "--fd", str(listener)],
            *["--runtime", self._command.runtime, self._command.application],
            cwd=self._command.folder,
            env={
                **os.environ,
                **self._command.environment,
                SPAWN: str(spawn_id),
                SUPERVISOR_PID: str(os.getpid()),
                READY_FD: str(ready_descriptor),
            },
            pass_fds=(listener, ready_descriptor, *self._command.kept_descriptors),
            stdin=asyncio.subprocess.DEVNULL,
            start_new_session=True,  # what a terminal sends to its programs comes to the supervisor alone
        )

    async def _keep(self, spawn: Spawn | None = None) -> None:
        """Start a worker unless it is there, and another whenever it dies, until it is sent away."""
        early_deaths = 0
        while spawn := spawn or await self._start():
            await spawn.process.wait()
            if spawn.is_leaving or self._stopping.is_set():
                return
            logger.warning("worker %s ended (%s)", spawn.process.pid, _how(spawn.process.returncode))
            is_early = time.monotonic() - spawn.started_at <= STEADY_SECONDS
            await self._pause(_back_off(early_deaths) if is_early else 0)
            early_deaths = early_deaths + 1 if is_early else 0
            spawn = None

    async def _pause(self, seconds: float) -> None:
        """Wait, but not while stopping."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._stopping.wait()

    async def _see_off(self, spawn: Spawn) -> None:
        """When a worker has died, take back at once the presence that it could not take back itself."""
        await spawn.process.wait()
        self._spawns.remove(spawn)
        if spawn.process.returncode == 0:
            return
        try:
            await asyncio.to_thread(self._reap, spawn.id)
        except Exception:  # the lease runs out by itself
            logger.warning("the presence of a dead worker was not taken back", exc_info=True)

    def _announce(self, ready: asyncio.Future[bool]) -> None:
        """Say once, when the first worker takes connections, that the chat is there."""
        if not self._is_announced and not self._stopping.is_set() and ready.result():
            self._is_announced = True
            self._on_ready()

    # Replacing

    def _hang_up(self) -> None:
        if self._has_terminal and not _has_terminal():
            self._stopping.set()  # the window was closed: nobody asked for new workers
        elif self._rolling is None or self._rolling.done():
            self._rolling = self._own(self._roll())

    async def _roll(self) -> None:
        old_ones = list(self._spawns)
        logger.info("replacing the workers")
        for old in old_ones:
            new = await self._start()
            if new is None:
                return
            await asyncio.wait([new.ready], timeout=READY_SECONDS)
            if not new.is_ready:
                logger.error("the new worker does not come up; the old ones stay")
                new.terminate()
                return
            if old not in self._spawns:  # it has died, and its keeper has put another in its place
                new.terminate()
                continue
            self._own(self._keep(new))
            old.terminate()
            await old.end()
        logger.info("the workers are replaced")

    # Ending

    async def _stop(self) -> None:
        logger.info("stopping")
        self._listener.close()  # the workers close theirs: from here on connections are refused
        if self._rolling is not None:
            self._rolling.cancel()
        while self._tasks:  # who was just being started comes to `_spawns` late
            leaving = list(self._spawns)
            for spawn in leaving:
                spawn.terminate()
            await asyncio.gather(*(spawn.end() for spawn in leaving))
            if self._tasks:
                await asyncio.wait(set(self._tasks), timeout=STOP_LOOK_SECONDS)

    def _own(self, work: Coroutine[None, None, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._disown)
        return task

    def _disown(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            logger.error("the supervisor has a defect", exc_info=error)


def _back_off(failures: int) -> float:
    return BACK_OFF_SECONDS[min(failures, len(BACK_OFF_SECONDS) - 1)]


def _read_line(descriptor: int) -> asyncio.Future[bool]:
    """Return a future: True once something can be read, False when the other end has closed."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[bool] = loop.create_future()

    def on_readable() -> None:
        loop.remove_reader(descriptor)
        is_ready = bool(os.read(descriptor, 100))
        os.close(descriptor)
        if not future.done():
            future.set_result(is_ready)

    try:
        loop.add_reader(descriptor, on_readable)
    except OSError:
        os.close(descriptor)
        raise
    return future


def _has_terminal() -> bool:
    """Whether this process has a terminal that is still there. What cannot be seen for want of descriptors is."""
    try:
        os.close(os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY))
    except OSError as error:
        return error.errno in {errno.EMFILE, errno.ENFILE, errno.ENOMEM}
    return True


def _how(status: int | None) -> str:
    return signal.Signals(-status).name if status is not None and status < 0 else f"exit code {status}"
