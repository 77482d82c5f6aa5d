"""Run the tests of the page's modules, `python -m tests.harness.javascript`, on the node that Playwright brings."""

import os
import re
import subprocess
import sys
import time
from pathlib import Path

from tests.harness.environment import ROOT
from tests.harness.machine import find_node

COUNT = re.compile(r"^\S+ (pass|fail|skipped|cancelled|todo) (\d+)$", re.MULTILINE)


def main() -> int:
    """Run them all; fail when one fails, is skipped, or none is found."""
    node = find_node()
    if node is None:
        print("chat: there is no node on this machine", file=sys.stderr)
        return 1
    start = time.monotonic()
    command = [node, "--test", "--test-reporter=spec", "tests/js/**/*.test.js"]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    counts = {name: int(count) for name, count in COUNT.findall(result.stdout) if int(count)}
    is_green = result.returncode == 0 and set(counts) == {"pass"}
    print("\n".join(result.stdout.splitlines()[-10:]) if is_green else result.stdout + result.stderr)
    if path := os.environ.get("CHAT_TEST_SUMMARY"):
        text = ", ".join(f"{count} {'passed' if name == 'pass' else name}" for name, count in counts.items())
        with Path(path).open("a") as summary:
            summary.write(f"page modules: {text or 'no tests'} in {time.monotonic() - start:.0f} s\n")
    return 0 if is_green else 1


if __name__ == "__main__":
    sys.exit(main())
