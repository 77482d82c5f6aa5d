"""Whether this worker is about to stop: set by the server, read by `/readyz`."""

from __future__ import annotations

import threading

_draining = threading.Event()


def begin() -> None:
    """Say from now on that new work should go elsewhere."""
    _draining.set()


def is_draining() -> bool:
    return _draining.is_set()
