"""The secret key of an installation that was given none: made once, kept beside the database."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

KEY_BYTES = 48  # 384 bits, 64 characters as text: above the 50 that Django's own check asks for.


def load_or_make(path: Path) -> str:
    """Return the key in `path`, making the file (mode 600) when there is none.

    Several processes may start at once: each writes a file of its own and tries to link it into place, which succeeds
    for exactly one of them; all of them then read the same key. A half-written key is never seen.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not path.exists():
        _offer(path, secrets.token_urlsafe(KEY_BYTES))
    return path.read_text("ascii").strip()


def _offer(path: Path, key: str) -> None:
    draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(key + "\n")
            file.flush()
            os.fsync(file.fileno())
        os.link(draft, path)
    except FileExistsError:
        pass  # Another process was first: its key holds.
    finally:
        draft.unlink()
