"""Where a page is."""

from dataclasses import dataclass

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse

from accounts.models import User
from rooms.models import Room
from rooms.models.room import RoomQuerySet
from rooms.protocol import limits

from .logs import NEWEST, Window


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a page is: in a room, or with somebody in private, then the room is the one that a script enters."""

    room: Room
    peer: User | None = None
    window: Window = NEWEST

    @property
    def address(self) -> str:
        """Return where its newest page is."""
        if self.peer is not None:
            return reverse("conversation", args=[self.peer.get_username()])
        return (
            reverse("lobby") if self.room.kind == Room.Kind.DEFAULT else reverse("room", args=[self.room.pk])
        )

    @property
    def form_address(self) -> str:
        """Return where what is written here goes."""
        if self.peer is not None:
            return reverse("write_to", args=[self.peer.get_username()])
        return reverse("write_in", args=[self.room.pk])

    @property
    def name(self) -> str:
        """Return what stands above the page."""
        return self.peer.display_name if self.peer is not None else self.room.name

    @property
    def is_temporary(self) -> bool:
        """Does what is shown close when its creator has been away for long?"""
        return self.peer is None and self.room.kind == Room.Kind.TEMPORARY


def default_room() -> Room:
    """Return the room where everybody lands."""
    return _rooms().get(kind=Room.Kind.DEFAULT)


def open_room(room_id: int) -> Room:
    """Return an open room; what has closed and what never was answer alike."""
    if room_id > limits.INTEGER:  # SQLite cannot even be asked about it.
        raise Http404
    return get_object_or_404(_rooms().open(), pk=room_id)


def somebody_else(login: str, *, reader: User) -> User:
    """Return who has this login, if that is not the reader."""
    if "\0" in login:  # PostgreSQL cannot even be asked about it.
        raise Http404
    person: User | None = User.objects.present().named(login).exclude(pk=reader.pk).first()
    if person is None:
        raise Http404
    return person


def _rooms() -> RoomQuerySet:
    return Room.objects.select_related("stream").with_occupants()
