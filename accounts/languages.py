"""The language of this browser."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpResponse


def keep_language(answer: HttpResponse, code: str) -> None:
    """Let this browser show the pages in the language from now on."""
    answer.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        code,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        path=settings.LANGUAGE_COOKIE_PATH,
        domain=settings.LANGUAGE_COOKIE_DOMAIN,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
        samesite="Lax",
    )
