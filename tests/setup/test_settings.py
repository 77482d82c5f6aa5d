"""Every knob is listed in `.env.example`, and the tests run on what they think they run on."""

import ast
import os

from django.conf import settings
from django.db import connection

from tests.harness.environment import ROOT, knobs


def knobs_of_settings() -> set[str]:
    """Return the names that the project's code reads through django-environ, or its own helper on top of it."""
    names = set()
    for path in (ROOT / "chatproject").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.Call) or not node.args or not isinstance(node.args[0], ast.Constant):
                continue
            function = ast.unparse(node.func)
            if (function.startswith("env.") or function == "_rate") and isinstance(node.args[0].value, str):
                names.add(node.args[0].value)
    return {name for name in names if name.isupper()}


def test_the_example_lists_every_knob_and_no_other() -> None:
    assert set(knobs()) == knobs_of_settings()


def test_the_example_states_the_defaults() -> None:
    listed = knobs()

    assert float(listed["ROOM_GRACE_SECONDS"]) == settings.ROOM_GRACE_SECONDS
    assert tuple(map(int, listed["MESSAGE_RATE"].split("/"))) == settings.MESSAGE_RATE
    assert tuple(map(int, listed["ROOM_RATE"].split("/"))) == settings.ROOM_RATE
    assert int(listed["CONNECTIONS_PER_PERSON"]) == settings.CONNECTIONS_PER_PERSON
    assert int(listed["CONNECTIONS_PER_ADDRESS"]) == settings.CONNECTIONS_PER_ADDRESS
    assert listed["PERMANENT_ROOMS"] == settings.PERMANENT_ROOMS
    assert listed["DEFAULT_ROOM_NAME"] == settings.DEFAULT_ROOM_NAME


def test_no_knob_of_the_shell_or_of_a_dot_env_sways_the_tests() -> None:
    theirs = {"DATABASE_URL", "REDIS_URL", "DATA_DIR"}

    assert {os.environ[name] for name in knobs().keys() - theirs} == {""}


def test_the_tests_run_on_real_servers_and_on_data_of_their_own() -> None:
    assert connection.vendor == "postgresql"
    assert os.environ["REDIS_URL"] == settings.REDIS_URL
    assert not settings.DATA_DIR.is_relative_to(ROOT)
