"""`manage.py serve`: what it refuses, what it tells, and what it leaves to nobody else."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.harness.environment import ROOT, knobs
from tests.harness.processes import free_port, is_alive, wait_until
from tests.harness.server import ChatServer

StartChat = Callable[..., ChatServer]


def serve(*arguments: str, **environment: str) -> tuple[int, str]:
    """Run the command and wait for its end; return its exit code and what it said."""
    result = subprocess.run(
        [sys.executable, "manage.py", "serve", "--port", str(free_port()), *arguments],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **knobs(), **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert "Traceback" not in result.stderr, result.stderr
    return result.returncode, result.stderr


def test_several_workers_without_redis_are_refused_with_the_reason(tmp_path: Path):
    code, said = serve("--workers", "2", DATA_DIR=str(tmp_path))

    assert code == 1
    assert "Several workers need Redis" in said


def test_no_worker_at_all_is_refused(tmp_path: Path):
    code, said = serve("--workers", "0", DATA_DIR=str(tmp_path))

    assert code == 1
    assert "At least one worker" in said


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.7"])
def test_a_host_for_others_without_limits_is_refused(tmp_path: Path, host: str):
    code, said = serve("--host", host, DATA_DIR=str(tmp_path), LIMITS="off")

    assert code == 1
    assert "LIMITS=off" in said
    assert host in said


def test_a_port_that_is_taken_is_said_with_another(start_chat: StartChat, tmp_path: Path):
    chat = start_chat("embedded")

    code, said = serve("--port", str(chat.port), DATA_DIR=str(tmp_path))

    assert code == 1
    assert "in use" in said
    assert f"--port {chat.port + 1}" in said


def test_a_database_that_cannot_be_reached_is_said_without_a_trace(tmp_path: Path):
    code, said = serve(DATA_DIR=str(tmp_path), DATABASE_URL=f"postgres://nobody@127.0.0.1:{free_port()}/chat")

    assert code == 1
    assert "The database cannot be used" in said


def test_a_second_server_on_the_same_data_is_refused_at_once(start_chat: StartChat):
    chat = start_chat("embedded")

    code, said = serve(**chat.environment)

    assert code == 1
    assert "Another server is at work" in said


def test_a_server_comes_back_at_once_after_its_predecessor_was_killed(start_chat: StartChat):
    chat = start_chat("embedded")
    workers = chat.workers
    assert chat.process is not None
    chat.process.kill()
    chat.process.wait()

    chat.start()
    chat.await_workers(2)

    wait_until(lambda: not any(map(is_alive, workers)), "the old worker is gone", 20)
    assert chat.readiness()["status"] == "ok"


def test_a_fresh_folder_becomes_a_chat(start_chat: StartChat, tmp_path: Path):
    chat = start_chat("embedded", DATA_DIR=str(tmp_path / "new"))

    assert chat.readiness() == {"status": "ok", "database": "ok", "layer": "ok", "draining": False}
    assert chat.get("/accounts/login/")[0] == 200


def test_the_address_is_told_and_that_limits_are_off(start_chat: StartChat):
    chat = start_chat("embedded")

    wait_until(lambda: "The chat is ready" in chat.log, "the address is told")

    assert f"http://127.0.0.1:{chat.port}/\n" in chat.log
    assert "LIMITS=off" in chat.log
    assert "█" not in chat.log


def test_how_to_become_administrator_is_told_until_there_is_one(start_chat: StartChat):
    chat = start_chat("embedded")
    wait_until(lambda: "Ctrl-C" in chat.log, "the address is told")
    line = re.search(r"^  (\S+) manage.py createsuperuser$", chat.log, re.MULTILINE)
    assert line is not None
    assert (ROOT / line[1]).exists()

    chat.manage(
        "shell", "-c",
        "from accounts.models import User; User.objects.create_superuser('root', '', 'a long password 123')",
    )  # fmt: skip
    chat.stop()
    before = chat.log
    chat.start()
    wait_until(lambda: "Ctrl-C" in chat.log[len(before) :], "the address is told again")

    assert "createsuperuser" not in chat.log[len(before) :]


def test_two_workers_serve_one_address(start_chat: StartChat):
    chat = start_chat("cluster")

    assert len(chat.workers) == 2
    assert chat.readiness()["status"] == "ok"
