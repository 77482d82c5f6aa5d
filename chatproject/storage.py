"""Static files: hashed names, compressed copies, served by whitenoise."""

from __future__ import annotations

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStaticFiles(CompressedManifestStaticFilesStorage):
    """Names by content, so that browsers may keep a file for ever. JavaScript is not rewritten.

    Django's rewriting of imports stumbles over comments and strings; the page's import map names the hashed modules.
    """

    support_js_module_import_aggregation = False
