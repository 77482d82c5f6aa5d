"""Static files: hashed names, compressed copies, one style sheet, nothing for readers only, served by whitenoise."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from django.core.files.base import ContentFile
from whitenoise.storage import CompressedManifestStaticFilesStorage

from chatproject.shrinking import shrink_script, shrink_style

STYLE_SHEET = "css/app.css"
_IMPORT = re.compile(r'@import url\("(?P<name>[\w./-]+)"\) layer\((?P<layer>\w+)\);')


class HashedStaticFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Names by content, so that browsers may keep a file for ever.

    Imports of JavaScript are not rewritten: Django's rewriting stumbles over comments and strings, and the page's
    import map names the hashed modules. The style sheet's parts are put into it: one request instead of one for each.
    Of our own scripts and styles, comments and indentation stay here.
    """

    support_js_module_import_aggregation = False

    def stored_name(self, name: str) -> str:
        """Return the plain name where nothing has been collected: in tests, and in a first `runserver`."""
        return str(super().stored_name(name)) if self.hashed_files else name

    def post_process(self, paths: dict[str, Any], *arguments: Any, **options: Any) -> Iterator[Any]:
        """Make smaller what is ours before it is hashed. Any: what Django's own collector passes and yields."""
        smaller = {name: (self, self._write(name, _shrunk(paths, name))) for name in paths if _is_ours(name)}
        yield from super().post_process({**paths, **smaller}, *arguments, **options)

    def _write(self, name: str, text: str) -> str:
        self.delete(name)
        return str(self.save(name, ContentFile(text.encode())))


def _is_ours(name: str) -> bool:
    """Tell our own scripts and styles from those of Django and allauth, which come in folders of theirs."""
    return name.startswith(("js/", "css/")) and name.endswith((".js", ".css"))


def _shrunk(paths: dict[str, Any], name: str) -> str:
    if name == STYLE_SHEET:
        return shrink_style(_style_sheet_put_together(paths))
    shrink = shrink_script if name.endswith(".js") else shrink_style
    return shrink(_source(paths, name))


def _style_sheet_put_together(paths: dict[str, Any]) -> str:
    """Return the style sheet with each part in the layer that its import names."""
    folder = STYLE_SHEET.rpartition("/")[0]

    def part(found: re.Match[str]) -> str:
        return f"@layer {found['layer']} {{\n{_source(paths, folder + '/' + found['name'])}\n}}"

    return _IMPORT.sub(part, _source(paths, STYLE_SHEET))


def _source(paths: dict[str, Any], name: str) -> str:
    storage, path = paths[name]
    with storage.open(path) as file:
        return str(file.read().decode())
