"""Rooms in Django admin: to be looked at. Actions on them come with their own issue."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from rooms.models import LiveConnection, Room


class ReadOnly(admin.ModelAdmin):  # type: ignore[type-arg]  # not subscriptable at run time
    """What is only shown: it is changed by those who talk, through the services."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nothing is added here."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nothing is changed here."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nothing is deleted here: streams have no holes."""
        return False


@admin.register(Room)
class RoomAdmin(ReadOnly):
    """Rooms with their live counts."""

    list_display = ("name", "kind", "owner", "occupants", "capacity", "created_at", "close_at", "closed_at")
    list_filter = ("kind", ("closed_at", admin.EmptyFieldListFilter))
    search_fields = ("name", "owner__username")
    list_select_related = ("owner",)
    ordering = ("-pk",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Room]:
        """Bring the counts in the same query."""
        return Room.objects.with_occupants()

    @admin.display(description=_("people here"))
    def occupants(self, room: Room) -> int:
        """How many people are in the room now."""
        return room.occupants


@admin.register(LiveConnection)
class LiveConnectionAdmin(ReadOnly):
    """Who is connected now."""

    list_display = ("user", "room", "client", "address", "joined_at", "worker")
    list_select_related = ("user", "room", "worker")
    search_fields = ("user__username", "room__name")
    ordering = ("-joined_at",)
