"""Inviting and coming in: the page with the code, and where the code leads."""

from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from rooms.pages.invitations import invitation_to
from rooms.pages.places import Place, default_room, open_room


@require_safe
@never_cache
def join(request: HttpRequest, room_id: int | None = None) -> HttpResponse:
    """Lead into the room: who has a session at once, everybody else by way of the sign-up form."""
    if not request.user.is_authenticated:
        return redirect(f"{reverse('account_signup')}?{urlencode({'next': request.path})}")
    if room_id is None:
        return redirect("lobby")
    try:
        return redirect(Place(room=open_room(room_id)).address)
    except Http404:
        return redirect(f"{reverse('lobby')}?gone=1")


@require_safe
@never_cache
@login_required
def invite(request: HttpRequest, room_id: int | None = None) -> HttpResponse:
    """Show the way into a room, to a camera and to the eye."""
    room = default_room() if room_id is None else open_room(room_id)
    context = {"invitation": invitation_to(room, request), "place": Place(room=room)}
    return render(request, "rooms/invite.html", context)
