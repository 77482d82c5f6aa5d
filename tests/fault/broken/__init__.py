"""Servers that are broken on purpose: the judge must catch each of them, or it proves nothing.

A broken server is the real one with one part exchanged as it is imported. `sitecustomize.py` in the folder `site` does
so in every process whose environment has `CHAT_BROKEN`; the chat itself knows nothing of this.
"""

from __future__ import annotations

import importlib.abc
import importlib.util
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.machinery import ModuleSpec
from types import ModuleType
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


class _Finder(importlib.abc.MetaPathFinder):
    def __init__(self, broken: Broken) -> None:
        self._broken = broken

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname != self._broken.part:
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(fullname)
        assert spec is not None
        assert spec.loader is not None
        execute, spoil = spec.loader.exec_module, self._broken.spoil

        def exec_module(module: ModuleType) -> None:
            execute(module)
            spoil(module)

        spec.loader.exec_module = exec_module  # type: ignore[method-assign]
        return spec


def spoil_when_imported(broken: Broken) -> None:
    """Exchange the part in this process as soon as anybody imports it."""
    sys.meta_path.insert(0, _Finder(broken))
