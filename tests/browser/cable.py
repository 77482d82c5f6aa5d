"""A cable between browsers and the server, which a test can pull."""

import socket
import threading
from contextlib import suppress
from typing import Literal

from tests.harness.server import ChatServer

Way = Literal["up", "down"]
WAYS: tuple[Way, ...] = ("up", "down")


class Cable:
    """Passes TCP on to a chat. Pulled, it cuts all and refuses what comes; clogged, it swallows all silently."""

    def __init__(self, server: ChatServer) -> None:
        self.guest = server.guest
        self._target = server.port
        self._lock = threading.Lock()
        self._ends: list[socket.socket] = []
        # Those from which nothing is passed on any more, and which do not say so.
        self._silent: set[socket.socket] = set()
        self._is_pulled = False
        self._clogged: set[Way] = set()
        self._listener = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def pull(self) -> None:
        with self._lock:
            self._is_pulled = True
            for end in self._ends:
                _cut(end)
            self._ends.clear()

    def clog(self, *ways: Way) -> None:
        """Let nothing through from now on, and tell nobody: until `plug`, which begins with new connections.

        One way, "up" to the server or "down" from it, may be clogged alone: then only answers are lost, or none come
        because nothing was heard.
        """
        with self._lock:
            self._clogged.update(ways or WAYS)
            self._silent.update(end for way in self._clogged for end in self._ends[WAYS.index(way) :: 2])

    def plug(self) -> None:
        with self._lock:
            self._is_pulled = False
            self._clogged.clear()

    def remove(self) -> None:
        self.pull()
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):  # The listener has been closed: the test is over.
            while True:
                near, _address = self._listener.accept()
                self._connect(near)

    def _connect(self, near: socket.socket) -> None:
        with self._lock:
            if self._is_pulled:
                _cut(near)
                return
            try:
                far = socket.create_connection(("127.0.0.1", self._target), timeout=5)
            except OSError:
                _cut(near)
                return
            far.settimeout(None)
            self._ends += [near, far]
            self._silent.update(
                end for way, end in zip(WAYS, (near, far), strict=True) if way in self._clogged
            )
        for source, sink in ((near, far), (far, near)):
            threading.Thread(target=self._pass_on, args=(source, sink), daemon=True).start()

    def _pass_on(self, source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                if source not in self._silent:
                    sink.sendall(data)
        _cut(sink)
        _cut(source)


def _cut(end: socket.socket) -> None:
    with suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()
