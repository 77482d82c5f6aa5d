"""What makes the site an application of a device: manifest, service worker, and what is seen without a network."""

from __future__ import annotations

import json
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _, override
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from chatproject.release import current_release

# The paper of css/tokens.css, in the words that a manifest understands.
PAPER = "#fcf9f5"
_WORKER = "js/worker/worker.js"
# What the chat's page needs, and what it shows without a network.
_KEPT = (
    "css/app.css",
    "js/chat.js",
    "js/page.js",
    "js/later.js",
    "js/deeds.js",
    "js/worker/shell.js",
    "img/icon.svg",
)


@require_safe
def manifest(request: HttpRequest, language: str) -> JsonResponse:
    """Name the application in a language; its address says which, as browsers ask for it without their cookies."""
    del request
    if language not in dict(settings.LANGUAGES):
        raise Http404
    with override(language):
        about = _("A chat that never loses a message")
    return JsonResponse(
        {
            "id": reverse("lobby"),
            "start_url": reverse("lobby"),
            "scope": reverse("lobby"),
            "name": settings.SITE_NAME,
            "short_name": settings.SITE_NAME,
            "description": about,
            "lang": language,
            "dir": "ltr",
            "display": "standalone",
            "background_color": PAPER,
            "theme_color": PAPER,
            "icons": [
                _icon("img/icon-192.png", "192x192"),
                _icon("img/icon-512.png", "512x512"),
                _icon("img/icon-maskable-512.png", "512x512", purpose="maskable"),
                _icon("img/icon.svg", "any"),
            ],
        },
        content_type="application/manifest+json",
    )


@require_safe
@never_cache
def service_worker(request: HttpRequest) -> HttpResponse:
    """Return the worker with the addresses of this release's files; it is another one as soon as one of these is."""
    del request
    home = reverse("lobby")
    this = {
        "release": current_release(),
        "files": [staticfiles_storage.url(name) for name in _KEPT],
        "shell": reverse("offline"),
        "pages": f"^{home}(?:[rp]/.*)?$",
    }
    text = f"self.chat = {json.dumps(this)};\n{_worker()}"
    return HttpResponse(text, content_type="text/javascript; charset=utf-8")


@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """Return what is seen where a page of the chat does not come. It is the same for everybody."""
    return render(request, "offline.html")


def _icon(name: str, sizes: str, *, purpose: str = "any") -> dict[str, str]:
    kind = "image/svg+xml" if name.endswith(".svg") else "image/png"
    return {"src": staticfiles_storage.url(name), "sizes": sizes, "type": kind, "purpose": purpose}


def _worker() -> str:
    if current_release():
        with staticfiles_storage.open(_WORKER) as file:
            return str(file.read().decode())
    return Path(str(finders.find(_WORKER))).read_text()
