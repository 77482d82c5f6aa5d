"""Rooms: who is there, who was, and an end to a room."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext, gettext_lazy as _, ngettext, pgettext

from rooms.models import LiveConnection, Message, Participant, Room
from rooms.services.rooms import close_room

from .confirming import ask, is_confirmed
from .links import link_to, list_of, moment
from .readonly import ReadOnly
from .wording import CLOSED_A_ROOM

SHOWN = 50


class StateFilter(admin.SimpleListFilter):
    """Whether a room is open."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """List the states. Any: a lazy text."""
        return [
            ("open", pgettext("a room", "open")),
            ("closing", pgettext("a room", "closes soon")),
            ("closed", pgettext("a room", "closed")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Room]) -> QuerySet[Room]:
        """Keep the rooms in that state."""
        match self.value():
            case "open":
                return queryset.filter(closed_at=None)
            case "closing":
                return queryset.filter(closed_at=None, close_at__isnull=False)
            case "closed":
                return queryset.filter(closed_at__isnull=False)
        return queryset


@admin.register(Room)
class RoomAdmin(ReadOnly):
    """Rooms with their live counts."""

    list_display = ("name", "number", "kind", "owned_by", "occupants", "begun", "ended")
    list_filter = (StateFilter, "kind")
    list_select_related = ("owner",)
    search_fields = ("name", "owner__username")
    ordering = ("-pk",)
    actions = ("close_rooms",)
    fieldsets = (
        (None, {"fields": ("name", "number", "kind", "owned_by", "capacity")}),
        (_("Times"), {"fields": ("created_at", "close_at", "closed_at")}),
    )
    change_form_template = "admin/rooms/room/one.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Room]:
        """Bring the counts in the same query."""
        return Room.objects.with_occupants()

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Show with the room who is in it and who has been. Any: a template's context."""
        room = self.get_object(request, object_id)
        return super().change_view(request, object_id, form_url, room and self._about(request, room))

    def has_close_permission(self, request: HttpRequest) -> bool:
        """Whether this administrator may close rooms."""
        return request.user.has_perm("rooms.close_room")

    @admin.display(description=_("number"), ordering="pk")
    def number(self, room: Room) -> str:
        """What tells rooms apart that had one name after the other."""
        return f"#{room.pk}"

    @admin.display(description=_("owner"), ordering="owner__username")
    def owned_by(self, room: Room) -> str:
        """Whoever made it."""
        return link_to(room.owner)

    @admin.display(description=_("people here"), ordering="occupants")
    def occupants(self, room: Room) -> str:
        """How many people are in the room now, and how many it takes."""
        return f"{room.occupants} / {room.capacity}" if room.capacity else str(room.occupants)

    @admin.display(description=_("created at"), ordering="created_at")
    def begun(self, room: Room) -> str | None:
        """When it was made."""
        return moment(room.created_at)

    @admin.display(description=_("closed at"), ordering="closed_at")
    def ended(self, room: Room) -> str | None:
        """When it closed."""
        return moment(room.closed_at)

    @admin.action(description=_("Close the selected rooms"), permissions=["close"])
    def close_rooms(self, request: HttpRequest, rooms: QuerySet[Room]) -> HttpResponse | None:
        """Close them, after a question; the default room stays."""
        chosen = list(rooms.filter(closed_at=None).exclude(kind=Room.Kind.DEFAULT))
        if len(chosen) < rooms.count():
            text = gettext("The default room cannot be closed, and a closed room not once more.")
            self.message_user(request, text, messages.WARNING)
        if not chosen:
            return None
        if not is_confirmed(request):
            return ask(
                self,
                request,
                title=ngettext("Close this room?", "Close these rooms?", len(chosen)),
                consequence=gettext(
                    "Those who are there land in the default room. What was said stays in the log."
                ),
                button=gettext("Close"),
                chosen=chosen,
            )
        closed = 0
        for room in chosen:
            # Each is noted at once: what comes between may end this.
            if close_room(room.pk, reason="moderated"):
                self.log_change(request, room, CLOSED_A_ROOM)
                closed += 1
        text = ngettext("%(count)d room closed.", "%(count)d rooms closed.", closed)
        self.message_user(request, text % {"count": closed}, messages.SUCCESS)
        return None

    def _about(self, request: HttpRequest, room: Room) -> dict[str, Any]:
        here = LiveConnection.objects.filter(room_id=room.pk).select_related("user").order_by("-joined_at")
        were = Participant.objects.filter(room=room).select_related("user").order_by("-last_seen_at", "-pk")
        may_close = self.has_close_permission(request) and room.kind != Room.Kind.DEFAULT
        return {
            "title": room.name,
            "subtitle": None,
            "connections": here[:SHOWN] if request.user.has_perm("rooms.view_liveconnection") else None,
            "connections_url": list_of(LiveConnection, room__pk__exact=room.pk),
            "participants": were[:SHOWN] if request.user.has_perm("rooms.view_participant") else None,
            "participants_url": list_of(Participant, room__pk__exact=room.pk),
            "log_url": list_of(Message, room=f"#{room.pk}")
            if request.user.has_perm("rooms.view_message")
            else None,
            "may_close": may_close and room.closed_at is None,
        }


@admin.register(Participant)
class ParticipantAdmin(ReadOnly):
    """Who has been in which room."""

    list_display = ("person", "place", "first_came", "last_came")
    list_display_links = None
    list_select_related = ("user", "room")
    search_fields = ("user__username", "user__first_name", "user__last_name", "room__name")
    ordering = ("-pk",)

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """The page of a room leads here."""
        return lookup == "room__pk__exact" or super().lookup_allowed(lookup, value, request)

    @admin.display(description=_("person"), ordering="user__username")
    def person(self, participant: Participant) -> str:
        """Whoever has been there."""
        return link_to(participant.user)

    @admin.display(description=_("room"), ordering="room__name")
    def place(self, participant: Participant) -> str:
        """Where."""
        return link_to(participant.room)

    @admin.display(description=_("first came"), ordering="joined_at")
    def first_came(self, participant: Participant) -> str | None:
        """When for the first time."""
        return moment(participant.joined_at)

    @admin.display(description=_("last came"), ordering="last_seen_at")
    def last_came(self, participant: Participant) -> str | None:
        """When for the last time."""
        return moment(participant.last_seen_at)
