"""What every page may name."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest


def site(_request: HttpRequest) -> dict[str, object]:
    """Give the name of this chat, the languages it speaks, and whether its mail reaches anybody."""
    return {
        "site_name": settings.SITE_NAME,
        "site_languages": settings.LANGUAGES,
        "site_sends_mail": bool(settings.EMAIL_URL),
    }
