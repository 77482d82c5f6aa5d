"""What makes the site an application of a device: its manifest and its service worker."""

from __future__ import annotations

import hashlib
import json
import re
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _, override
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from chatproject.release import current_release
from rooms.pages.shell import render_nobodys
from rooms.templatetags.importmap import addresses_for

# The paper of css/tokens.css, in the words that a manifest understands.
PAPER = "#fcf9f5"
_WORKER = "js/worker/worker.js"
_SHELL = "js/worker/shell.js"
_TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="[^"]*"')


@require_safe
def manifest(request: HttpRequest, language: str) -> JsonResponse:
    """Name the application in a language; its address says which, as browsers ask for it without their cookies."""
    del request
    with override(_known(language)):
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
    shells = {language: reverse("offline", args=[language]) for language in _languages()}
    this = {
        "release": f"{current_release()}-{_look_of_shells()}",
        "files": sorted(
            {
                *addresses_for(_SHELL),
                staticfiles_storage.url("css/app.css"),
                staticfiles_storage.url("css/shell.css"),
                staticfiles_storage.url("img/icon.svg"),
            }
        ),
        "shells": shells,
        "pages": f"^{home}(?:[rp]/.*)?$",
    }
    text = f"self.chat = {json.dumps(this)};\n{_worker()}"
    return HttpResponse(text, content_type="text/javascript; charset=utf-8")


@require_safe
@never_cache
def offline(request: HttpRequest, language: str) -> HttpResponse:
    """Return what is seen where a page of the chat does not come. It is the same for everybody."""
    with override(_known(language)):
        return render_nobodys(request)


def _known(language: str) -> str:
    if language not in _languages():
        raise Http404
    return language


def _languages() -> list[str]:
    return [code for code, _name in settings.LANGUAGES]


def _icon(name: str, sizes: str, *, purpose: str = "any") -> dict[str, str]:
    kind = "image/svg+xml" if name.endswith(".svg") else "image/png"
    return {"src": staticfiles_storage.url(name), "sizes": sizes, "type": kind, "purpose": purpose}


@lru_cache
def _look_of_shells() -> str:
    """Return a hash of the pages that are kept: words, templates and settings change without a change of any file."""
    digest = hashlib.sha256()
    for language in _languages():
        with override(language):
            digest.update(_TOKEN.sub(b"", render_nobodys(HttpRequest()).content))
    return digest.hexdigest()[:12]


def _worker() -> str:
    if current_release():
        with staticfiles_storage.open(_WORKER) as file:
            return str(file.read().decode())
    return Path(str(finders.find(_WORKER))).read_text()
