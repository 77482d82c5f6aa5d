"""What is written on a page without scripts: a form is sent, and comes back where it was refused."""

from collections.abc import Callable
from dataclasses import replace
from uuid import uuid4

from asgiref.sync import sync_to_async
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.models import User
from rooms import wording
from rooms.pages.forms import Form, command_in_room, command_to, form_of
from rooms.pages.places import Place, default_room, open_room, somebody_else
from rooms.pages.shell import render_place
from rooms.pages.speaking import carry_out
from rooms.pools import Unavailable
from rooms.protocol.commands import Command
from rooms.protocol.errors import ErrorCode, Refused

LOGGED_OUT, GONE, AWAY = 403, 404, 503

Find = Callable[[User], Place]
Read = Callable[[], Command]


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
async def write_in(request: HttpRequest, room_id: int) -> HttpResponse:
    """Say something in a room, or carry out a command line. Who only looks is shown the room."""
    if request.method != "POST":
        return redirect("room", room_id)
    form = form_of(request.POST)
    return await _sent(
        request, form, lambda _: Place(room=open_room(room_id)), lambda: command_in_room(form, room_id)
    )


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
async def write_to(request: HttpRequest, login: str) -> HttpResponse:
    """Say something to one person, or carry out a command line. Who only looks is shown the conversation."""
    if request.method != "POST":
        return redirect("conversation", login)
    form = form_of(request.POST)
    return await _sent(
        request,
        form,
        lambda reader: Place(room=default_room(), peer=somebody_else(login, reader=reader)),
        lambda: command_to(form, login),
    )


async def _sent(request: HttpRequest, form: Form, find: Find, read: Read) -> HttpResponse:
    """Carry out what was sent. Whatever comes between, its text is shown again: nobody types it twice."""
    try:
        user = await request.auser()
        if not user.is_authenticated:
            return await _kept(request, form, gettext("You are logged out."), LOGGED_OUT)
        place = await sync_to_async(find)(user)
        return await _answered(request, user, place, form, read)
    except Http404:
        return await _kept(request, form, gettext("This place is not there any more."), GONE)
    except (Unavailable, OperationalError, InterfaceError):
        return await _kept(request, form, gettext("The server cannot store messages right now."), AWAY)


async def _answered(request: HttpRequest, reader: User, place: Place, form: Form, read: Read) -> HttpResponse:
    room = place.room if place.peer is None else None
    print_again = sync_to_async(render_place)
    try:
        outcome = await carry_out(read(), user_id=reader.pk, language=_language(), room=room)
    except Refused as refused:
        return await print_again(request, reader, place, form=_refused(form, refused))
    if outcome.answer:
        return await print_again(request, reader, place, form=Form(answer=outcome.answer))
    return HttpResponseRedirect(outcome.address or place.address)


async def _kept(request: HttpRequest, form: Form, problem: str, status: int) -> HttpResponse:
    """Show the text where the page it was written on cannot be shown. It can be sent again where that may help."""
    kept = replace(form, problem=problem)
    context = {"form": kept, "address": request.path, "is_worth_trying": status == AWAY}
    return await sync_to_async(render)(request, "rooms/kept.html", context, status=status)


def _refused(form: Form, refused: Refused) -> Form:
    """Return the form with what was wrong. Under a number that has been used for something else nothing can be sent."""
    if refused.code is ErrorCode.CONFLICT:
        old = Refused(refused.code, "page_is_old")
        return replace(form, problem=wording.sentence(old, _language()), client_id=str(uuid4()))
    return replace(form, problem=wording.sentence(refused, _language()))


def _language() -> str:
    return get_language() or "en"
