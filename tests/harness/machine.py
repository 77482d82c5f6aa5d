"""What the tests need of the machine: a browser, Playwright's driver, servers. `python -m` gets what is missing."""

import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

from tests.harness.services import NoServer, execute, postgres_binaries, redis_binary

BROWSERS = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "microsoft-edge",
    "brave-browser",
)
# Debian's own switch against starting a service that has just been installed.
POLICY = Path("/usr/sbin/policy-rc.d")


def find_browser() -> str | None:
    """Return the path of a Chromium: $CHROMIUM, the machine's, else Playwright's own."""
    if path := os.environ.get("CHROMIUM"):
        return path
    for name in BROWSERS:
        if path := shutil.which(name):
            return path
    return next((str(path) for path in _playwright_browsers()), None)


def find_node() -> str | None:
    """Return the path of the node that Playwright brings, else of the machine's."""
    import playwright

    own = Path(playwright.__file__).parent / "driver/node"
    return str(own) if own.exists() and _first_line(str(own), "--version") else shutil.which("node")


def versions() -> list[str]:
    """Say on what the tests run, one line for each server."""
    browser = find_browser()
    return [
        f"python {platform.python_version()}, django {version('django')}, channels {version('channels')}, "
        f"daphne {version('daphne')}, redis-py {version('redis')}",
        f"database: {_database_version()}",
        f"redis: {_redis_version()}",
        f"browser: {_first_line(browser, '--version') if browser else 'none'}",
    ]


def _playwright_browsers() -> list[Path]:
    folder = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH", Path.home() / ".cache/ms-playwright"))
    return sorted(folder.glob("chromium-*/chrome-linux*/chrome"), reverse=True)


def _driver_runs() -> bool:
    # The driver is a node of its own, which needs libatomic.
    command = [sys.executable, "-m", "playwright", "--version"]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def _first_line(*command: str) -> str:
    try:
        result = subprocess.run(command, capture_output=True, text=True, check=True, timeout=20)
    except (OSError, subprocess.SubprocessError):
        return ""
    return result.stdout.strip().partition("\n")[0]


def _database_version() -> str:
    url = os.environ.get("DATABASE_URL", "")
    return (
        str(execute(url, "SELECT version()")[0][0]).partition(",")[0] if url.startswith("postgres") else url
    )


def _redis_version() -> str:
    import redis

    with redis.Redis.from_url(os.environ["REDIS_URL"], socket_timeout=5) as client:
        facts = client.info("server")
    name = facts.get("server_name", "redis")
    return f"{name} {facts.get(f'{name}_version', facts['redis_version'])}"


def _missing(*, compiler: bool) -> list[str]:
    missing = []
    if compiler and shutil.which("cc") is None:
        missing += ["gcc", "libc6-dev"]
    if not _driver_runs():
        missing.append("libatomic1")
    if find_browser() is None:
        missing.append("chromium")
    if shutil.which("redis-server") is None:
        missing.append("redis-server")
    return missing


@contextmanager
def _no_services_started() -> Iterator[None]:
    if POLICY.exists():
        yield
        return
    POLICY.write_text("#!/bin/sh\nexit 101\n")
    POLICY.chmod(0o755)
    try:
        yield
    finally:
        POLICY.unlink()


def may_install() -> bool:
    """Whether packages can be installed here without asking somebody."""
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def install(packages: list[str]) -> None:
    """Install Debian packages, and start no service of theirs; what goes wrong is printed."""
    print(f"chat: installing {' '.join(packages)} with apt-get", flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    install = ["apt-get", "-qq", "install", "-y", "--no-install-recommends", *packages]
    with tempfile.TemporaryFile() as log, _no_services_started():
        for command in (["apt-get", "-qq", "update"], install):
            if subprocess.run(command, env=environment, stdout=log, stderr=log, check=False).returncode:
                log.seek(0)
                sys.stderr.write(log.read().decode(errors="replace")[-2000:])


def _complaints() -> Iterator[str]:
    if not _driver_runs():
        yield "Playwright's driver does not run; Debian: sudo apt-get install libatomic1"
    if find_browser() is None:
        yield "no browser found; Debian: sudo apt-get install chromium; elsewhere set CHROMIUM=/path/to/chrome"
    for find in (postgres_binaries, redis_binary):
        try:
            find()
        except NoServer as error:
            yield str(error)


def main() -> int:
    """Get what is missing where that is allowed; say what to type otherwise. With `cc`, a C compiler too."""
    missing = _missing(compiler="cc" in sys.argv[1:])
    if missing and may_install():
        install(missing)
    if find_browser() is None:  # no Debian, not root, or Debian's mirrors are out of reach
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)
    complaints = list(_complaints())
    for complaint in complaints:
        print(f"chat: {complaint}", file=sys.stderr)
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
