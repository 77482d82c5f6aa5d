"""Static files: hashed names, compressed copies, one style sheet, served by whitenoise."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from django.core.files.base import ContentFile
from whitenoise.storage import CompressedManifestStaticFilesStorage

STYLE_SHEET = "css/app.css"
_IMPORT = re.compile(r'@import url\("(?P<name>[\w./-]+)"\) layer\((?P<layer>\w+)\);')


class HashedStaticFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Names by content, so that browsers may keep a file for ever.

    JavaScript is not rewritten: Django's rewriting of imports stumbles over comments and strings, and the page's import
    map names the hashed modules. The style sheet's parts are put into it: one request instead of one for each.
    """

    support_js_module_import_aggregation = False

    def stored_name(self, name: str) -> str:
        """Return the plain name where nothing has been collected: in tests, and in a first `runserver`."""
        return str(super().stored_name(name)) if self.hashed_files else name

    def post_process(self, paths: dict[str, Any], *arguments: Any, **options: Any) -> Iterator[Any]:
        """Put the style sheet together before it is hashed. Any: what Django's own collector passes and yields."""
        if STYLE_SHEET in paths:
            paths = {**paths, STYLE_SHEET: (self, self._put_style_sheet_together(paths))}
        yield from super().post_process(paths, *arguments, **options)

    def _put_style_sheet_together(self, paths: dict[str, Any]) -> str:
        """Write the style sheet anew from its sources, each part in the layer that its import names."""
        folder = STYLE_SHEET.rpartition("/")[0]

        def part(found: re.Match[str]) -> str:
            return f"@layer {found['layer']} {{\n{_source(paths, folder + '/' + found['name'])}\n}}"

        whole = _IMPORT.sub(part, _source(paths, STYLE_SHEET))
        self.delete(STYLE_SHEET)
        return str(self.save(STYLE_SHEET, ContentFile(whole.encode())))


def _source(paths: dict[str, Any], name: str) -> str:
    storage, path = paths[name]
    with storage.open(path) as file:
        return str(file.read().decode())
