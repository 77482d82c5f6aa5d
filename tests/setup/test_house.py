"""What holds the tree together: what imports what, which files can be run, and what must not stand in any of them."""

import ast
import os
import re
import subprocess
import sys

import pytest

from tests.harness.environment import ROOT

COMMANDS = ("bin/run", "bin/test", "bin/check", "bin/setup", "bin/lock", ".ci/run")


def tracked_files() -> list[str]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    return [name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


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
        name
        for name in tracked_files()
        if not name.endswith((".mo", ".png", ".ico", ".woff2"))
        and forbidden.search((ROOT / name).read_text(errors="replace"))
    ]

    assert named == []


def test_the_readme_opens_with_the_two_commands() -> None:
    opening = "\n".join((ROOT / "README.md").read_text().splitlines()[:6])

    assert "bin/run" in opening
    assert "bin/test" in opening
