"""One page of the chat: all that its templates need."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localdate, override as in_zone
from django.utils.translation import get_language, gettext, ngettext

from accounts.models import User
from chatproject.release import current_release
from chatproject.zones import zone_of
from rooms.page_words import page_commands, page_words
from rooms.protocol import limits
from rooms.protocol.events import Wire

from .forms import Form
from .lists import Lists, read_lists
from .logs import Printed, read_conversation, read_inbox, read_room
from .places import Place
from .rows import Eyes, MessageRow, Row, first_unread, grouped, message_rows, with_private, without_peer
from .seed import seed_of_conversation, seed_of_room


@dataclass(frozen=True, slots=True, kw_only=True)
class _Log:
    """The printed log, and what the scripts are given of it."""

    printed: Printed
    rows: Sequence[Row]
    seed: Wire | None
    sought: str = field(default="")


def render_place(
    request: HttpRequest,
    user: User,
    place: Place,
    *,
    form: Form | None = None,
    status: int = 200,
    was_invited_in_vain: bool = False,
) -> HttpResponse:
    """Print a place, with what was written there where that was refused; and what the reader must be told of it."""
    told = (
        gettext("The room you were invited to has closed. Here everybody meets.")
        if was_invited_in_vain
        else ""
    )
    with in_zone(zone_of(request)):
        log = _read(request, user, place)
        context = {
            "config": _config(user, place) | ({"told": told} if told else {}),
            "words": page_words(),
            "seed": log.seed,
            "place": place,
            "rows": log.rows,
            "today": localdate(),
            "sought": log.sought,
            "is_missing": place.window.around is not None and not log.sought,
            "older": f"{place.address}?before={log.printed.first}" if log.printed.has_older else "",
            "newer": f"{place.address}?after={log.printed.last}" if log.printed.has_newer else "",
            "told": told,
            "form": form or Form(),
            "lists": read_lists(user, place),
            "about": _about(place),
        }
        return render(request, "rooms/chat.html", context, status=status)


def render_nobodys(request: HttpRequest) -> HttpResponse:
    """Print the page of no place, for nobody: what a device has kept is filled in there."""
    request.user = AnonymousUser()
    context = {
        "config": {
            **_everybodys_config(),
            "id": 0,
            "login": "",
            "name": "",
            "view": {"kind": "room"},
            "room": {},
        },
        "words": {**page_words(), "offline": f"{gettext('No connection.')} {_as_last_seen()}"},
        # An empty one is printed too, to be filled in.
        "seed": {"history": None},
        "place": {"name": "", "form_address": reverse("lobby")},
        "rows": [],
        "form": Form(client_id=""),
        "lists": Lists(rooms=[], conversations=[], online=[], here=[], elsewhere=[]),
        "about": gettext("No connection"),
    }
    return render(request, "offline.html", context)


def _as_last_seen() -> str:
    return gettext("You see what was here when this device was last connected.")


def _read(request: HttpRequest, user: User, place: Place) -> _Log:
    eyes = Eyes(login=user.get_username(), zone=zone_of(request), nameless=gettext("Deleted account"))
    if place.peer is not None:
        printed = read_conversation(user, place.peer, place.window)
        rows = without_peer(message_rows(printed.events, eyes))
        seed = seed_of_conversation(place.peer.get_username(), printed)
        return _Log(printed=printed, rows=_grouped(rows, printed, of=rows), seed=seed)
    printed = read_room(user, place.room, place.window)
    rows = said = message_rows(printed.events, eyes)
    inbox = None
    if not printed.has_newer:  # on older pages one's private messages would be told a second time
        inbox = read_inbox(user, since=printed.events[0]["sent_at"] if printed.has_older else "")
        rows = with_private(rows, message_rows(inbox.events, eyes))
    sought = [row.key for row in rows if row.seq == place.window.around and not row.is_private]
    return _Log(
        printed=printed,
        rows=_grouped(rows, printed, of=said),
        seed=seed_of_room(place.room.pk, printed, inbox),
        sought="".join(sought),
    )


def _grouped(rows: Sequence[MessageRow], printed: Printed, *, of: Sequence[MessageRow]) -> Sequence[Row]:
    """Put the rows under their days, and the line above what is unread `of` this place."""
    if printed.unread is None or not printed.has_first_unread:
        return grouped(rows)
    count = printed.unread.count
    told = ngettext("New · {count}", "New · {count}", count).format(count=count)
    return grouped(rows, new=first_unread(of, printed.unread), told=told)


def _about(place: Place) -> str:
    """Return what stands under the name: the same as the scripts say there. Names can be chosen alike, logins not."""
    if place.peer is not None:
        return f"@{place.peer.get_username()} · {gettext('private')}"
    count = place.room.occupants
    return ngettext("{count} here", "{count} here", count).format(count=count)


def _config(user: User, place: Place) -> dict[str, Any]:  # Any: what becomes JSON
    view: dict[str, Any] = {"kind": "room"}
    if place.peer is not None:
        view = {"kind": "direct", "login": place.peer.get_username(), "name": place.peer.display_name}
    elif place.window.around is not None:
        view["seq"] = place.window.around
    return {
        **_everybodys_config(),
        "id": user.pk,
        "login": user.get_username(),
        "name": user.display_name,
        "view": view,
        "room": {"id": place.room.pk, "name": place.room.name},
        "mayKeepRooms": settings.PERMANENT_ROOMS == "everybody" or user.is_staff,
    }


def _everybodys_config() -> dict[str, Any]:  # Any: what becomes JSON
    return {
        "language": get_language(),
        "home": reverse("lobby"),
        "logIn": reverse("account_login"),
        "logOut": reverse("account_logout"),
        "longestText": limits.TEXT_LENGTH,
        "commands": page_commands(),
        "release": current_release(),
    }
