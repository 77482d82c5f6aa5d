"""A node that lives as long as the run and does to the page's modules what the schedule says: a line, an answer."""

import json
import subprocess
from typing import Any

from tests.harness.environment import ROOT
from tests.harness.machine import find_node

DRIVER = ROOT / "tests/js/driven/driver.js"


class Node:
    """One thing at a time is driven: `make` puts another in its place."""

    def __init__(self) -> None:
        node = find_node()
        assert node is not None, "there is no node on this machine"
        self._process = subprocess.Popen([node, DRIVER], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def make(self, kind: str, *arguments: Any) -> None:
        self.call("make", kind, *arguments)

    def call(self, method: str, *arguments: Any) -> Any:
        """Call a method of what is driven; raises AssertionError with what it has thrown."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps([method, *arguments]).encode() + b"\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        assert "thrown" not in answer, answer["thrown"]
        return answer.get("value")

    def close(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(10)
        self._process.stdout.close()
