"""What holds the tree together: what imports what, which files can be run, and what must not stand in any of them."""

import ast
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.harness.environment import ROOT

NOT_OURS = {
    ".git",
    ".venv",
    ".hypothesis",
    "__pycache__",
    "node_modules",
    "staticfiles",
    "test-results",
    "var",
}
COMMANDS = (
    *("bin/run", "bin/test", "bin/check", "bin/setup", "bin/lock", "bin/lighthouse", "bin/screens"),
    *("bin/autobahn", "bin/bench", "bin/bounds", "bin/budgets", "bin/engines", "bin/fault", ".ci/run"),
)


def project_files() -> Iterator[Path]:
    """Yield the files of the project; git may be missing, so what it ignores is left out by name."""
    for folder, folders, names in os.walk(ROOT):
        folders[:] = [name for name in folders if name not in NOT_OURS and not name.endswith("_cache")]
        yield from (Path(folder, name) for name in names if name != ".env")


def test_the_protocol_imports_only_the_standard_library() -> None:
    for path in (ROOT / "rooms/protocol").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
                names = [node.module]
            for name in names:
                assert name.partition(".")[0] in sys.stdlib_module_names or name.startswith(
                    "rooms.protocol"
                ), path.name


@pytest.mark.parametrize("command", COMMANDS)
def test_the_commands_can_be_run(command: str) -> None:
    assert os.access(ROOT / command, os.X_OK)


@pytest.mark.parametrize("command", [name for name in COMMANDS if name.startswith("bin/")])
def test_the_commands_are_plain_sh(command: str) -> None:
    assert (ROOT / command).read_text().startswith("#!/bin/sh\n")
    subprocess.run(["sh", "-n", ROOT / command], check=True)


def test_no_file_names_a_machine_or_a_package_index() -> None:
    # Put together here, so that this file does not name them either.
    forbidden = re.compile(
        "|".join(
            ["/wo" + "rk/", "/far" + "m/", "pypi" + r"\.org", "npmjs" + r"\.org", "deb" + r"\.debian\.org"]
        )
    )

    named = [
        str(path.relative_to(ROOT))
        for path in project_files()
        if path.suffix not in {".mo", ".png", ".webp", ".ico", ".woff2", ".pyc"}
        and forbidden.search(path.read_text(errors="replace"))
    ]

    assert named == []


def test_the_readme_opens_with_the_two_commands() -> None:
    opening = "\n".join((ROOT / "README.md").read_text().splitlines()[:6])

    assert "bin/run" in opening
    assert "bin/test" in opening
