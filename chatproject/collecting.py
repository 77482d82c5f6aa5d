"""Scripts, styles and pictures are collected where the servers find them: at a start, if anything has changed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command

# It lies among the files: nothing else beside them need be writable, and who clears them clears it too.
STAMP = ".collected"
# What else decides of what is written.
_MAKERS = ("storage.py", "joining.py", "renaming.py", "scanning.py", "shrinking.py")
_LIBRARIES = ("Django", "whitenoise", "zopfli")


def collect_static_files() -> bool:
    """Run Django's `collectstatic` unless it has been run on the same files; return whether it was.

    It writes each file anew, shrinks and compresses it, which is half of what a start costs. Two servers that start
    at once may both do so: what one puts in its place is what the other would.
    """
    root = Path(settings.STATIC_ROOT)
    stamp, wanted = root / STAMP, _fingerprint()
    if stamp.exists() and stamp.read_text() == wanted and _is_complete(root):
        return False
    stamp.unlink(missing_ok=True)
    call_command("collectstatic", interactive=False, verbosity=0)
    stamp.write_text(wanted)
    return True


def _fingerprint() -> str:
    """Return a hash of where the sources lie, how long they are and when they were written."""
    digest = hashlib.sha256()
    for path in [*_sources(), *(Path(__file__).with_name(name) for name in _MAKERS)]:
        about = path.stat()
        digest.update(f"{path}\0{about.st_size}\0{about.st_mtime_ns}\n".encode())
    for library in _LIBRARIES:
        digest.update(f"{library} {version(library)}\n".encode())
    return digest.hexdigest()


def _sources() -> Iterator[Path]:
    for finder in get_finders():
        for name, storage in finder.list(None):
            yield Path(storage.path(name))


def _is_complete(root: Path) -> bool:
    """Whether all is still there that the list of files names."""
    try:
        names = json.loads((root / "staticfiles.json").read_text())["paths"].values()
    except (OSError, ValueError, KeyError):
        return False
    return all((root / name).exists() for name in names)
