"""The look that a browser has chosen: as the device has it, light, or dark. A cookie keeps it."""

from __future__ import annotations

from django.conf import settings
from django.db.models import TextChoices
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

COOKIE = "theme"


class Theme(TextChoices):
    AUTO = "auto", _("Automatic")
    LIGHT = "light", _("Light")
    DARK = "dark", _("Dark")


def chosen_theme(request: HttpRequest) -> Theme:
    """Return what the browser has chosen; whatever else the cookie says is no choice."""
    said = request.COOKIES.get(COOKIE, "")
    return Theme(said) if said in Theme.values else Theme.AUTO


def keep_theme(answer: HttpResponse, theme: Theme) -> None:
    """Let the browser remember, as long as it remembers the language. The page reads it from its own root."""
    answer.set_cookie(
        COOKIE,
        theme.value,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        secure=settings.IS_SECURE,
        httponly=True,
        samesite="Lax",
    )
