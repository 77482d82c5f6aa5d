"""Which release of the pages this is: a page that is open learns from it that there is a newer one."""

from __future__ import annotations

from django.contrib.staticfiles.storage import staticfiles_storage


def current_release() -> str:
    """Return the hash of all scripts and styles; empty where nothing has been collected, as in development."""
    return str(getattr(staticfiles_storage, "manifest_hash", ""))
