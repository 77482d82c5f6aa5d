"""Headers of safety that Django does not send, and the one inline script that a page may ask for."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from typing import Any

from csp.middleware import CSPMiddleware
from django.http import HttpRequest, HttpResponse

# What a page of this chat may ask the browser for: a voice message needs the microphone, nothing needs the rest.
PERMISSIONS = "camera=(), display-capture=(), geolocation=(), microphone=(self), payment=(), usb=()"
_SCRIPTS = "_inline_scripts"


def allow_inline_script(request: HttpRequest, text: str) -> None:
    """Let the page that answers this request contain a script with exactly this text."""
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    setattr(request, _SCRIPTS, [*getattr(request, _SCRIPTS, []), f"'sha256-{digest}'"])


class ContentPolicy(CSPMiddleware):
    """The policy of the settings, and on a page that needs it the hashes of its inline scripts."""

    def get_policy_parts(
        self, request: HttpRequest, *arguments: Any, **options: Any
    ) -> Any:  # Any: passed through
        parts = super().get_policy_parts(request, *arguments, **options)
        if scripts := getattr(request, _SCRIPTS, None):
            parts.update = {**(parts.update or {}), "script-src": scripts}
        return parts


class SafetyHeaders:
    """Forbid what no page needs, and keep what is written for one person out of every cache."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self._get_response(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        session = getattr(request, "session", None)
        if session is not None and session.accessed:
            response.headers.setdefault("Cache-Control", "no-store")
        return response
