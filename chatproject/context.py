"""What every page may name."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest

from accounts.themes import chosen_theme


def site(request: HttpRequest) -> dict[str, object]:
    """Give the name of this chat, its languages, the look this browser has chosen, and whether its mail goes out."""
    return {
        "site_name": settings.SITE_NAME,
        "site_languages": settings.LANGUAGES,
        "site_theme": chosen_theme(request),
        "site_sends_mail": bool(settings.EMAIL_URL),
    }
