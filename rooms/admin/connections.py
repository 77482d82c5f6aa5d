"""Live connections: who is here now, and an end to their sessions."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext, gettext_lazy as _, ngettext

from accounts.admin import is_within_reach
from rooms.models import LiveConnection
from rooms.services.moderation import disconnect_session

from .confirming import ask, is_confirmed
from .links import link_to, moment
from .readonly import ReadOnly
from .wording import ENDED_A_SESSION


@admin.register(LiveConnection)
class LiveConnectionAdmin(ReadOnly):
    """Who is connected now."""

    list_display = ("person", "place", "program", "address", "since", "worker")
    list_display_links = None
    list_select_related = ("user", "room", "worker")
    search_fields = ("user__username", "user__first_name", "user__last_name", "room__name", "address")
    ordering = ("-joined_at", "pk")
    actions = ("disconnect",)

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """The pages of rooms, people and workers lead here."""
        allowed = {"room__pk__exact", "user__pk__exact", "worker__pk__exact"}
        return lookup in allowed or super().lookup_allowed(lookup, value, request)

    def has_disconnect_permission(self, request: HttpRequest) -> bool:
        """Whether this administrator may end sessions of others."""
        return request.user.has_perm("rooms.disconnect_people")

    @admin.display(description=_("person"), ordering="user__username")
    def person(self, connection: LiveConnection) -> str:
        """Who it is."""
        return link_to(connection.user)

    @admin.display(description=_("room"), ordering="room__name")
    def place(self, connection: LiveConnection) -> str:
        """Where they are."""
        return link_to(connection.room)

    @admin.display(description=_("program"), ordering="client")
    def program(self, connection: LiveConnection) -> Any:
        """What they use. Any: a text or nothing, which Django shows as a dash."""
        return connection.client

    @admin.display(description=_("since"), ordering="joined_at")
    def since(self, connection: LiveConnection) -> str | None:
        """Since when they are connected."""
        return moment(connection.joined_at)

    @admin.action(description=_("End the sessions of the selected connections"), permissions=["disconnect"])
    def disconnect(self, request: HttpRequest, connections: QuerySet[LiveConnection]) -> HttpResponse | None:
        """End their sessions, after a question; a superuser's only by a superuser."""
        chosen = [row for row in connections if is_within_reach(request.user, row.user)]
        if len(chosen) < len(connections):
            text = gettext("You may not disconnect a superuser.")
            self.message_user(request, text, messages.WARNING)
        if not chosen:
            return None
        if not is_confirmed(request):
            return ask(
                self,
                request,
                title=ngettext("End this session?", "End these sessions?", len(chosen)),
                consequence=gettext(
                    "All connections of these sessions close, and the page goes to the log-in. "
                    "Rooms that live as long as their creator is here close with them."
                ),
                button=gettext("End"),
                chosen=chosen,
            )
        by_session = {row.session_hash: row.user for row in chosen}
        closed = sum(self._end(request, hashed, by_session[hashed]) for hashed in by_session)
        text = ngettext("%(count)d connection closed.", "%(count)d connections closed.", closed)
        self.message_user(request, text % {"count": closed}, messages.SUCCESS)
        return None

    def _end(self, request: HttpRequest, hashed: str, person: Any) -> int:
        told = disconnect_session(person, hashed)
        self.log_change(request, person, ENDED_A_SESSION)
        return told
