"""The reader's time zone, as far as their browser has said it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, tzinfo
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

COOKIE = "zone"  # set by static/js/page/zone.js
ADMINISTRATION = "/admin/"


def zone_of(request: HttpRequest) -> tzinfo:
    """Return the zone in which times are printed: UTC where there is no script that could have said another."""
    name = request.COOKIES.get(COOKIE, "")
    try:
        return ZoneInfo(name) if name else UTC
    except (ValueError, OSError, LookupError):  # no such zone; or a path, a folder, a name that is no file's
        return UTC


class LocalAdministration:
    """Read and print the times of the administration in its reader's zone: "today" is theirs, as in the chat."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path.startswith(ADMINISTRATION):
            return self._get_response(request)
        with timezone.override(zone_of(request)):
            return self._get_response(request)
