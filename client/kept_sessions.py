"""The sessions of one server: who was logged in, kept in a file that only its owner can read."""

import json
import os
from contextlib import suppress
from pathlib import Path

from .addresses import Server


def state_folder(server: Server) -> Path:
    """Return where things are kept of a server, made if it is not there: below `XDG_STATE_HOME`."""
    base = os.environ.get("XDG_STATE_HOME") or str(Path.home() / ".local" / "state")
    folder = Path(base) / "chat-client" / server.folder
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


class KeptSessions:
    """Tokens by login, and who was logged in last."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "sessions.json"

    @property
    def current(self) -> str | None:
        """Who was logged in last, and still is as far as is known."""
        login = self._read().get("current")
        return login if isinstance(login, str) and self.token_of(login) else None

    def token_of(self, login: str) -> str | None:
        """Return somebody's token."""
        token = self._tokens().get(login)
        return token if isinstance(token, str) else None

    def keep(self, login: str, token: str) -> None:
        """Remember a session, as the newest."""
        self._write({"current": login, "tokens": {**self._tokens(), login: token}})

    def forget(self, login: str) -> None:
        """Forget one that has ended."""
        tokens = {other: token for other, token in self._tokens().items() if other != login}
        self._write({"current": None, "tokens": tokens})

    def _tokens(self) -> dict[str, object]:
        tokens = self._read().get("tokens")
        return tokens if isinstance(tokens, dict) else {}

    def _read(self) -> dict[str, object]:
        with suppress(OSError, ValueError):
            value = json.loads(self._path.read_text())
            if isinstance(value, dict):
                return value
        return {}

    def _write(self, value: dict[str, object]) -> None:
        """Write it whole or not at all, and never for a moment readable by others."""
        new = self._path.with_suffix(f".{os.getpid()}")
        new.unlink(missing_ok=True)
        with os.fdopen(os.open(new, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
            json.dump(value, file)
            file.flush()
            os.fsync(file.fileno())
        new.replace(self._path)
