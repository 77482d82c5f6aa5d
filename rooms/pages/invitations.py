"""Invitations: where they lead, and the address of one as a phone's camera reads it."""

from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

import segno
from django.conf import settings
from django.http import Http404, HttpRequest
from django.urls import Resolver404, resolve, reverse
from django.utils.safestring import SafeString, mark_safe

from chatproject.listening import is_loopback, local_network_addresses
from rooms.models import Room

from .places import default_room, open_room

# The light margin without which cameras do not find a code: four modules, says ISO/IEC 18004.
QUIET_ZONE = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """A room and the address that leads into it. `is_local`: other machines cannot follow it."""

    room: Room
    address: str
    is_local: bool

    @property
    def qr_code(self) -> SafeString:
        """Draw the address, dark on light whatever the page's colours are: inverted ones many cameras do not read."""
        drawing = segno.make(self.address, micro=False, error="m").svg_inline(
            border=QUIET_ZONE, dark="#000", light="#fff", omitsize=True, svgclass="invite__drawing"
        )
        return mark_safe(drawing)  # noqa: S308 - squares only: the address is not in it as text


def invitation_to(room: Room, request: HttpRequest) -> Invitation:
    """Return the invitation, at the public address if there is one, else at that by which the page was reached."""
    path = reverse("join") if room.kind == Room.Kind.DEFAULT else reverse("join", args=[room.pk])
    if settings.PUBLIC_URL:
        url = urlsplit(settings.PUBLIC_URL + path)
    else:
        url = _seen_by_others(urlsplit(request.build_absolute_uri(path)))
    return Invitation(room=room, address=url.geturl(), is_local=is_loopback(url.hostname or ""))


def goal_of(address: str) -> Room | None:
    """Return the room into which an address of ours invites, the default one for what is gone; None: no invitation."""
    try:
        url = urlsplit(address)
        found = resolve(url.path)
    except (ValueError, Resolver404):  # ValueError: no address at all
        return None
    if url.scheme or url.netloc or found.url_name != "join":
        return None
    try:
        return open_room(found.kwargs["room_id"]) if found.kwargs else default_room()
    except Http404:
        return default_room()


def _seen_by_others(url: SplitResult) -> SplitResult:
    """Return it as other machines reach it, where the server has been opened to them and knows one of its names."""
    if not is_loopback(url.hostname or ""):
        return url
    for host in local_network_addresses():
        if host in settings.ALLOWED_HOSTS:
            return url._replace(netloc=f"{host}:{url.port}" if url.port else host)
    return url
