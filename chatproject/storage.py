"""Static files: hashed names, compressed copies, few and small ones, served by whitenoise."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.core.files.base import ContentFile
from whitenoise.compress import Compressor
from whitenoise.storage import CompressedManifestStaticFilesStorage
from zopfli import gzip

from chatproject.joining import CannotJoin, join_modules, needed_modules
from chatproject.renaming import shorten_private_names
from chatproject.shrinking import shrink_script, shrink_style, tighten_script

STYLE_SHEET = "css/app.css"
_IMPORT = re.compile(r'@import url\("(?P<name>[\w./-]+)"\) layer\((?P<layer>\w+)\);')
# The chat page's modules go as few files: what knows the chat, what shows it at once, and what nobody waits for.
CHAT, PAGE, LATER, DEEDS = "js/chat.js", "js/page.js", "js/later.js", "js/deeds.js"
DEVICE = "js/device.js"
CHAT_FOLDER = "js/chat/"
# Of our own, under the name by which it is fetched.
_FETCHED = re.compile(r"^(?:css|js)/[^/]+\.[0-9a-f]{12}\.(?:css|js)$")


class SlowCompressor(Compressor):  # type: ignore[misc]
    """Takes a second more for a twenty-fifth less of what every new visitor fetches."""

    def __init__(self, root: str, **options: Any) -> None:  # Any: passed through
        super().__init__(**options)
        self._root = root

    def compress(self, path: str) -> list[str]:
        """Write the compressed copy of a file, if it is worth one; return where."""
        written: list[str] = super().compress(path)
        if _FETCHED.match(Path(path).relative_to(self._root).as_posix()):
            for name in written:
                Path(name).write_bytes(gzip.compress(Path(path).read_bytes()))
        return written


class HashedStaticFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Names by content, so that browsers may keep a file for ever.

    Imports of JavaScript are not rewritten: Django's rewriting stumbles over comments and strings, and the page's
    import map names the hashed modules. Of our own scripts and styles, comments and indentation stay here, and what
    the chat page needs is put together: a request, and a compression, for each of many small files would cost more.
    """

    support_js_module_import_aggregation = False

    def create_compressor(self, **options: Any) -> Compressor:
        """Return what compresses; whitenoise asks for it."""
        return SlowCompressor(str(self.location), **options)

    def stored_name(self, name: str) -> str:
        """Return the plain name where nothing has been collected: in tests, and in a first `runserver`."""
        return str(super().stored_name(name)) if self.hashed_files else name

    def get_modified_time(self, name: str) -> datetime:
        """Long ago: all is written anew. Files from an archive may be older than those whose place they take."""
        del name
        return datetime.fromtimestamp(0, UTC)

    def post_process(self, paths: dict[str, Any], *arguments: Any, **options: Any) -> Iterator[Any]:
        """Write anew what is ours before it is hashed. Any: what Django's own collector passes and yields."""
        written = {name: (self, self._write(name, text)) for name, text in _rewritten(paths).items()}
        yield from super().post_process({**paths, **written}, *arguments, **options)

    def _write(self, name: str, text: str) -> str:
        """Put it in its place at once: workers of a server beside this one may be reading, and another collecting."""
        fresh = self.save(f"{name}.fresh", ContentFile(text.encode()))
        Path(self.path(fresh)).replace(self.path(name))
        return name


def _rewritten(paths: dict[str, Any]) -> dict[str, str]:
    """Return our own scripts and styles as they are sent. Those of Django and allauth lie in folders of theirs."""
    styles = {name: _source(paths, name) for name in paths if re.fullmatch(r"css/.*\.css", name)}
    if STYLE_SHEET in styles:
        styles[STYLE_SHEET] = _put_together(styles)
    scripts = {name: _source(paths, name) for name in paths if re.fullmatch(r"js/.*\.js", name)}
    shrunk = {name: shrink_script(text) for name, text in scripts.items()}
    return {name: shrink_style(text) for name, text in styles.items()} | shrunk | _joined(shrunk)


def _joined(scripts: dict[str, str]) -> dict[str, str]:
    """Return the files that hold the chat page's modules, under the names of their entries."""

    def read(name: str) -> str:
        if name not in scripts:
            raise CannotJoin(f"{name} is imported and not there")
        return scripts[name]

    entries = [name for name in (PAGE, LATER, DEEDS, DEVICE) if name in scripts]
    places: dict[str, str] = {}
    for entry in entries:
        for name in needed_modules(entry, read):
            is_chat = entry == PAGE and name.startswith(CHAT_FOLDER)
            places.setdefault(name, CHAT if is_chat else entry)
    short = {name: shorten_private_names(read(name)) for name in places}
    files = dict.fromkeys(places.values())
    return {file: tighten_script(join_modules(file, places, short.__getitem__)) for file in files}


def _put_together(styles: dict[str, str]) -> str:
    """Return the style sheet with each part in the layer that its import names."""
    folder = STYLE_SHEET.rpartition("/")[0]

    def part(found: re.Match[str]) -> str:
        return f"@layer {found['layer']} {{\n{styles[folder + '/' + found['name']]}\n}}"

    return _IMPORT.sub(part, styles[STYLE_SHEET])


def _source(paths: dict[str, Any], name: str) -> str:
    storage, path = paths[name]
    with storage.open(path) as file:
        return str(file.read().decode())
