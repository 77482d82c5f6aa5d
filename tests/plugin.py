"""Name the databases in the environment before pytest-django reads the settings; show what the tests stand on."""

import os
import shutil
import signal
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.harness import machine, template
from tests.harness.environment import knobs
from tests.harness.services import Postgres, Redis

OWN_REDIS = "CHAT_TEST_OWN_REDIS"
_to_undo: list[Callable[[], object]] = []


def _prepare_environment() -> None:
    if "PYTEST_XDIST_WORKER" not in os.environ:
        _prepare_for_all()
    # Databases get a suffix for each of pytest-xdist's workers, but what one publishes or clears in Redis, all notice.
    if os.environ.get(OWN_REDIS):
        redis = Redis()
        _to_undo.append(redis.destroy)
        redis.start()
        os.environ["REDIS_URL"] = redis.url


def _prepare_for_all() -> None:
    # Neither the shell nor a developer's `.env` sways a run: an empty knob is not set, and `.env` does not fill it.
    os.environ.update(dict.fromkeys(knobs().keys() - {"DATABASE_URL", "REDIS_URL"}, ""))
    # Nor does a proxy through which the machine reaches the world: all that is asked for here is on loopback.
    os.environ["no_proxy"] = os.environ["NO_PROXY"] = "127.0.0.1,localhost"
    # Under `nohup`, or started in the background by a script, these are ignored, and would be by every server as well.
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    # One folder for whatever a run leaves behind, its servers' too. They leave root, so they must be let through.
    folder = tempfile.mkdtemp(prefix="chat-tests-")
    _to_undo.append(lambda: shutil.rmtree(folder, ignore_errors=True))
    Path(folder).chmod(0o711)
    os.environ["TMPDIR"] = tempfile.tempdir = os.environ[template.FOLDER] = folder
    if not os.environ.get("DATABASE_URL"):
        postgres = Postgres()
        _to_undo.append(postgres.destroy)
        postgres.start()
        os.environ["DATABASE_URL"] = postgres.url()
    if not os.environ.get("REDIS_URL"):
        os.environ[OWN_REDIS] = "yes"
    # A run never touches the data of the person who starts it.
    os.environ["DATA_DIR"] = tempfile.mkdtemp(prefix="data-")


_prepare_environment()


def pytest_unconfigure() -> None:
    while _to_undo:
        _to_undo.pop()()


def pytest_report_header() -> list[str]:
    return machine.versions()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Hand the result to bin/test, which prints those of all its runs together."""
    path = os.environ.get("CHAT_TEST_SUMMARY")
    if path and "PYTEST_XDIST_WORKER" not in os.environ:
        parts, _colour = terminalreporter.build_summary_stats_line()
        seconds = terminalreporter._session_start.elapsed().seconds
        label = os.environ.get("CHAT_TEST_LABEL", "tests")
        with Path(path).open("a") as summary:
            summary.write(f"{label}: {', '.join(text for text, _markup in parts)} in {seconds:.0f} s\n")
