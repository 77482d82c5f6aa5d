"""What ties a worker to its supervisor: it says when it is ready, and does not outlive it."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import threading
import time

# Environment variables that the supervisor gives to each worker.
READY_FD = "CHAT_READY_FD"
SUPERVISOR_PID = "CHAT_SUPERVISOR_PID"
SPAWN = "CHAT_SPAWN"

_PR_SET_PDEATHSIG = 1
_LOOK_SECONDS = 1.0


def say_ready() -> None:
    """Tell the supervisor, if there is one, that this worker takes connections."""
    descriptor = os.environ.pop(READY_FD, "")
    if descriptor:
        os.write(int(descriptor), b"ready\n")
        os.close(int(descriptor))


def end_with_supervisor() -> None:
    """From now on, drain when the supervisor is gone, however it went."""
    supervisor = int(os.environ.get(SUPERVISOR_PID) or 0)
    if not supervisor:
        return
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    else:
        threading.Thread(target=_watch, args=(supervisor,), daemon=True).start()
    if os.getppid() != supervisor:  # it went before the line was tied
        os.kill(os.getpid(), signal.SIGTERM)


def _watch(supervisor: int) -> None:
    while os.getppid() == supervisor:
        time.sleep(_LOOK_SECONDS)
    os.kill(os.getpid(), signal.SIGTERM)
