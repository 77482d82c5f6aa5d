"""Servers that are broken on purpose: the judge must catch each of them, or it proves nothing.

A broken server is the real one with one part exchanged as it is imported. `sitecustomize.py` in the folder `site` does
so in every process whose environment has `CHAT_BROKEN`; the chat itself knows nothing of this.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """One of them: `spoil` gets the module `part` when it has been imported; `sql` is done to its database before."""

    name: str
    part: str
    spoil: Callable[[Any], None]  # Any: a module whose parts are exchanged
    # Faults that bring it to light.
    faults: tuple[str, ...] = ("cut", "worker-killed")
    sql: tuple[str, ...] = ()
