"""To exchange parts of the real program in a process of it, as they are imported: the program knows nothing of this."""

from __future__ import annotations

import importlib.abc
import importlib.util
import sys
from collections.abc import Callable, Sequence
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any


class _Finder(importlib.abc.MetaPathFinder):
    def __init__(self, part: str, exchange: Callable[[Any], None]) -> None:
        self._part = part
        self._exchange = exchange

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname != self._part:
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(fullname)
        assert spec is not None
        assert spec.loader is not None
        execute, exchange = spec.loader.exec_module, self._exchange

        def exec_module(module: ModuleType) -> None:
            execute(module)
            exchange(module)

        spec.loader.exec_module = exec_module  # type: ignore[method-assign]
        return spec


def when_imported(
    part: str, exchange: Callable[[Any], None]
) -> None:  # Any: a module whose parts are exchanged
    """Do something with the module in this process as soon as anybody has imported it, before they see it."""
    sys.meta_path.insert(0, _Finder(part, exchange))
