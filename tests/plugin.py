"""Name the databases in the environment before pytest-django reads the settings; show what the tests stand on."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

import pytest

from tests.harness import machine
from tests.harness.services import Postgres, Redis


def _prepare_environment() -> None:
    # pytest-xdist's workers inherit what their controller has prepared.
    if "PYTEST_XDIST_WORKER" in os.environ:
        return
    is_embedded = os.environ.get("CHAT_TEST_DATABASE") == "sqlite"
    if not is_embedded and not os.environ.get("DATABASE_URL"):
        postgres = Postgres()
        atexit.register(postgres.destroy)
        postgres.start()
        os.environ["DATABASE_URL"] = postgres.url()
    if not is_embedded and not os.environ.get("REDIS_URL"):
        redis = Redis()
        atexit.register(redis.destroy)
        redis.start()
        os.environ["REDIS_URL"] = redis.url
    # A run never touches the data of the person who starts it.
    data = tempfile.mkdtemp(prefix="chat-data-")
    atexit.register(shutil.rmtree, data, ignore_errors=True)
    os.environ["DATA_DIR"] = data
    if is_embedded:  # The same tests as the embedded chat would have it: no server but SQLite's file.
        os.environ["DATABASE_URL"] = f"sqlite:///{data}/chat.sqlite3"
        os.environ["REDIS_URL"] = ""


_prepare_environment()


def pytest_report_header(config: pytest.Config) -> list[str]:
    return machine.versions()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Hand the result to bin/test, which prints those of all its runs together."""
    if path := os.environ.get("CHAT_TEST_SUMMARY"):
        parts, _colour = terminalreporter.build_summary_stats_line()
        seconds = terminalreporter._session_start.elapsed().seconds
        label = os.environ.get("CHAT_TEST_LABEL", "tests")
        with Path(path).open("a") as summary:
            summary.write(f"{label}: {', '.join(text for text, _markup in parts)} in {seconds:.0f} s\n")
