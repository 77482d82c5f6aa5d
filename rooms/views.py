"""The chat's pages: printed where the address says. They show; what is written on them goes to form_views.py."""

from typing import cast

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from accounts.models import User
from rooms.pages.logs import Window
from rooms.pages.places import Place, default_room, open_room, somebody_else
from rooms.pages.shell import render_place


@require_safe
@never_cache
@gzip_page
@login_required
def lobby(request: HttpRequest) -> HttpResponse:
    """Open in the default room; say so to whoever was invited into one that is gone."""
    place = Place(room=default_room(), window=_window(request))
    return render_place(request, _reader(request), place, was_invited_in_vain="gone" in request.GET)


@require_safe
@never_cache
@gzip_page
@login_required
def room(request: HttpRequest, room_id: int) -> HttpResponse:
    """Open in a room."""
    return _page(request, Place(room=open_room(room_id), window=_window(request)))


@require_safe
@never_cache
@gzip_page
@login_required
def message(request: HttpRequest, room_id: int, seq: int) -> HttpResponse:
    """Open in a room, at a message. Whether there is such a one is seen there."""
    return _page(request, Place(room=open_room(room_id), window=Window(around=seq)))


@require_safe
@never_cache
@gzip_page
@login_required
def conversation(request: HttpRequest, login: str) -> HttpResponse:
    """Open at a private conversation; oneself is nobody to have one with."""
    peer = somebody_else(login, reader=_reader(request))
    return _page(request, Place(room=default_room(), peer=peer, window=_window(request)))


def _page(request: HttpRequest, place: Place) -> HttpResponse:
    return render_place(request, _reader(request), place)


def _reader(request: HttpRequest) -> User:
    return cast(User, request.user)


def _window(request: HttpRequest) -> Window:
    return Window(before=_number(request, "before"), after=_number(request, "after"))


def _number(request: HttpRequest, name: str) -> int | None:
    """Return a number of an address; what is none is as if it were not there."""
    text = request.GET.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None
