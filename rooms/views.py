"""The chat's pages: one shell, which opens where the address says. They show; nothing here changes anything."""

from typing import Any, cast

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from accounts.models import User
from rooms.models import Room
from rooms.page_words import page_words
from rooms.protocol import limits


@require_safe
@never_cache
@gzip_page
@login_required
def lobby(request: HttpRequest) -> HttpResponse:
    """Open in the default room."""
    return _page(request, _default_room(), {"kind": "room"})


@require_safe
@never_cache
@gzip_page
@login_required
def room(request: HttpRequest, room_id: int) -> HttpResponse:
    """Open in a room."""
    return _page(request, _open_room(room_id), {"kind": "room"})


@require_safe
@never_cache
@gzip_page
@login_required
def message(request: HttpRequest, room_id: int, seq: int) -> HttpResponse:
    """Open in a room, at a message. Whether there is such a one is seen there."""
    return _page(request, _open_room(room_id), {"kind": "room", "seq": seq})


@require_safe
@never_cache
@gzip_page
@login_required
def conversation(request: HttpRequest, login: str) -> HttpResponse:
    """Open at a private conversation; oneself is nobody to have one with."""
    if "\0" in login:  # PostgreSQL cannot even be asked about it.
        raise Http404
    person = User.objects.present().named(login).exclude(pk=request.user.pk).first()
    if person is None:
        raise Http404
    view = {"kind": "direct", "login": person.get_username(), "name": person.display_name}
    return _page(request, _default_room(), view)


def _default_room() -> Room:
    return Room.objects.get(kind=Room.Kind.DEFAULT)


def _open_room(room_id: int) -> Room:
    return get_object_or_404(Room.objects.open(), pk=room_id)


def _page(request: HttpRequest, room: Room, view: dict[str, Any]) -> HttpResponse:  # Any: what becomes JSON.
    user = cast(User, request.user)
    config = {
        "login": user.get_username(),
        "name": user.display_name,
        "language": get_language(),
        "view": view,
        "room": {"id": room.stream_id, "name": room.name},
        "home": reverse("lobby"),
        "logIn": reverse("account_login"),
        "longestText": limits.TEXT_LENGTH,
    }
    return render(request, "rooms/chat.html", {"config": config, "words": page_words()})
