"""The reader's time zone, as far as their browser has said it."""

from datetime import UTC, tzinfo
from zoneinfo import ZoneInfo

from django.http import HttpRequest

COOKIE = "zone"  # set by static/js/page/zone.js


def zone_of(request: HttpRequest) -> tzinfo:
    """Return the zone in which times are printed: UTC where there is no script that could have said another."""
    name = request.COOKIES.get(COOKIE, "")
    try:
        return ZoneInfo(name) if name else UTC
    except (ValueError, OSError, LookupError):  # no such zone; or a path, a folder, a name that is no file's
        return UTC
