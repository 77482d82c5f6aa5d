"""Start, find, freeze and end real processes; none outlives the test run."""

import ctypes
import itertools
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path

# With two cores, a process of the tests may have to wait for its turn.
START_SECONDS = 30.0
POLL_SECONDS = 0.02
_PR_SET_PDEATHSIG = 1
# Below those that Linux gives to clients; a stretch for each of pytest-xdist's workers, begun anywhere, for another run
# may be on its way beside this one.
FIRST_PORT, PORTS_EACH, STRETCHES = 12_000, 1_500, 13
_ports = itertools.count(secrets.randbelow(PORTS_EACH))


def free_port() -> int:
    """Return a port on loopback that was free a moment ago and that nobody else in this run is given.

    A server takes it some seconds later, and again when it is restarted. One of those that the kernel deals out would
    sometimes have gone to a client or to another worker's server by then.
    """
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw-1").removeprefix("gw")) + 1
    first = FIRST_PORT + worker % STRETCHES * PORTS_EACH
    for _ in range(PORTS_EACH):
        port = first + next(_ports) % PORTS_EACH
        with suppress(OSError), closing(socket.socket()) as probe:
            probe.bind(("127.0.0.1", port))
            return port
    message = f"all ports from {first} on are taken"
    raise LookupError(message)


def die_with_parent(signal_number: int = signal.SIGKILL) -> Callable[[], None] | None:
    """Return a `preexec_fn` that makes the kernel end the child when the test run is killed.

    To the kernel the parent is the thread that starts the child: what shall outlive a test is started by the main one.
    """
    if not sys.platform.startswith("linux"):
        return None
    libc = ctypes.CDLL(None, use_errno=True)
    return lambda: libc.prctl(_PR_SET_PDEATHSIG, signal_number)


def wait_until(fact: Callable[[], bool], what: str, seconds: float = START_SECONDS) -> None:
    """Wait until `fact()` holds; fail with `what` otherwise."""
    end = time.monotonic() + seconds
    while not fact():
        if time.monotonic() > end:
            message = f"not within {seconds} s: {what}"
            raise TimeoutError(message)
        time.sleep(POLL_SECONDS)


def is_listening(port: int) -> bool:
    """Say whether something on loopback accepts connections at `port`."""
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), 0.5):
        return True
    return False


def children(pid: int) -> list[int]:
    """Return the living direct children of a process, oldest first."""
    return sorted(child for child, parent, state in _process_table() if parent == pid and state != "Z")


def _process_table() -> Iterator[tuple[int, int, str]]:
    for status in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            # The name, in brackets, may itself hold spaces and brackets.
            state, parent = status.read_text().rpartition(")")[2].split()[:2]
            yield int(status.parent.name), int(parent), state


def is_alive(pid: int) -> bool:
    """Say whether the process runs (one that only waits to be reaped does not)."""
    with suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


def send_signal(signal_number: int, *pids: int) -> None:
    """Signal the processes; one that is gone already is no error."""
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal_number)


def end(process: subprocess.Popen[bytes], signal_number: int, seconds: float = 10.0) -> int:
    """Signal a child of ours and wait; kill it if it does not obey. Return its exit code."""
    if process.poll() is None:
        process.send_signal(signal_number)
    try:
        return process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.wait()


def holder_of_connection(server_port: int, client_port: int, pids: list[int]) -> int:
    """Return which of these processes holds the server's end of a TCP connection on loopback."""
    ends = (f"0100007F:{server_port:04X}", f"0100007F:{client_port:04X}")
    rows = (line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:])
    wanted = next(f"socket:[{row[9]}]" for row in rows if (row[1], row[2]) == ends)
    for pid in pids:
        for descriptor in Path(f"/proc/{pid}/fd").iterdir():
            with suppress(OSError):
                if str(descriptor.readlink()) == wanted:
                    return pid
    message = f"none of {pids} holds the connection"
    raise LookupError(message)
