"""Live connections: who is here now, and an end to their sessions."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext, gettext_lazy as _, ngettext

from accounts.admin import is_within_reach
from accounts.models import User
from rooms.models import LiveConnection
from rooms.services.moderation import disconnect_session

from .confirming import ask, is_confirmed
from .links import link_to, moment
from .readonly import ReadOnly
from .wording import ENDED_A_SESSION

_SESSION = "session"
_DIGITS = 18


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
        sessions = {row.session_hash: row.user for row in connections}
        if is_confirmed(request):
            sessions |= _carried(request)
        held = {hashed: user for hashed, user in sessions.items() if is_within_reach(request.user, user)}
        if len(held) < len(sessions):
            text = gettext("You may not disconnect a superuser.")
            self.message_user(request, text, messages.WARNING)
        if not held:
            return None
        if not is_confirmed(request):
            return ask(
                self,
                request,
                title=ngettext("End this session?", "End these sessions?", len(held)),
                consequence=gettext(
                    "All connections of these sessions close, and the page goes to the log-in. "
                    "Rooms that live as long as their creator is here close with them."
                ),
                button=gettext("End"),
                chosen=[row for row in connections if row.session_hash in held],
                carried=[(_SESSION, f"{user.pk}:{hashed}") for hashed, user in held.items()],
            )
        for hashed, person in held.items():
            disconnect_session(person, hashed)
            self.log_change(request, person, ENDED_A_SESSION)
        text = ngettext("%(count)d session ended.", "%(count)d sessions ended.", len(held))
        self.message_user(request, text % {"count": len(held)}, messages.SUCCESS)
        return None


def _carried(request: HttpRequest) -> dict[str, User]:
    """Return the sessions of which the question was: by now their connections may be other ones."""
    asked = [value.partition(":") for value in request.POST.getlist(_SESSION)]
    numbers = {number for number, _colon, _hashed in asked if number.isascii() and number.isdecimal()}
    people = User.objects.in_bulk([int(number) for number in numbers if len(number) <= _DIGITS])
    return {
        hashed: people[int(number)]
        for number, _colon, hashed in asked
        if number in numbers and int(number) in people
    }
