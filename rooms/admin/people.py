"""People, as `accounts` shows them, with what only the chat knows: their connections, and an end to their sessions."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext, gettext_lazy as _, ngettext

from accounts.admin import PersonAdmin, is_within_reach
from accounts.models import User
from accounts.sessions import open_sessions
from rooms.models import LiveConnection, Message
from rooms.services.moderation import disconnect_person

from .confirming import ask, is_confirmed
from .links import list_of, moment
from .readonly import BoundedPaginator
from .wording import ENDED_ALL_SESSIONS

SHOWN = 50
admin.site.unregister(User)


class HereFilter(admin.SimpleListFilter):
    """Whether somebody is connected."""

    title = _("in the chat now")
    parameter_name = "here"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """List the answers. Any: a lazy text."""
        return [("yes", _("yes")), ("no", _("no"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> QuerySet[User]:
        """Keep who is here, or who is not."""
        here = LiveConnection.objects.values("user_id")
        match self.value():
            case "yes":
                return queryset.filter(pk__in=here)
            case "no":
                return queryset.exclude(pk__in=here)
        return queryset


@admin.register(User)
class PersonInChatAdmin(PersonAdmin):
    """Somebody with their sessions and connections."""

    list_display = ("username", "full_name", "here", "age", "gender", "email", "state", "rights", "last_came")
    list_filter = (HereFilter, *PersonAdmin.list_filter)
    show_facets = admin.ShowFacets.NEVER
    paginator = BoundedPaginator
    show_full_result_count = False
    actions = ("disconnect", *PersonAdmin.actions)
    change_form_template = "admin/accounts/user/one.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        """Bring in the same query whether they are here."""
        here = LiveConnection.objects.filter(user_id=OuterRef("pk"))
        people: QuerySet[User] = super().get_queryset(request).annotate(is_here=Exists(here))
        return people

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Show with the person where they are logged in and connected. Any: a template's context."""
        person = self.get_object(request, object_id)
        about = {**(extra_context or {}), **self._about(request, person)} if person else extra_context
        return super().change_view(request, object_id, form_url, about)

    def has_disconnect_permission(self, request: HttpRequest) -> bool:
        """Whether this administrator may end sessions of others."""
        return request.user.has_perm("rooms.disconnect_people")

    def get_list_display(self, request: HttpRequest) -> Any:
        """Who is here is for whoever may see connections. Any: Django's own loose type."""
        columns = super().get_list_display(request)
        if request.user.has_perm("rooms.view_liveconnection"):
            return columns
        return [column for column in columns if column != "here"]

    def get_list_filter(self, request: HttpRequest) -> Any:
        """The same. Any: Django's own loose type."""
        filters = super().get_list_filter(request)
        if request.user.has_perm("rooms.view_liveconnection"):
            return filters
        return [one for one in filters if one is not HereFilter]

    @admin.display(description=_("now"), ordering="is_here")
    def here(self, person: User) -> str | None:
        """Whether they are connected; nothing, which Django shows as a dash, where they are not."""
        return gettext("here") if person.is_here else None  # type: ignore[attr-defined]  # annotated

    @admin.display(description=_("last login"), ordering="last_login")
    def last_came(self, person: User) -> str | None:
        """When they logged in last."""
        return moment(person.last_login)

    @admin.action(description=_("Disconnect the selected people"), permissions=["disconnect"])
    def disconnect(self, request: HttpRequest, people: QuerySet[User]) -> HttpResponse | None:
        """End all their sessions, after a question; one's own go on, and a superuser's end by a superuser only."""
        chosen = [
            person for person in people if is_within_reach(request.user, person) and person != request.user
        ]
        if len(chosen) < len(people):
            text = gettext("You may disconnect neither yourself nor, without being one, a superuser.")
            self.message_user(request, text, messages.WARNING)
        if not chosen:
            return None
        if not is_confirmed(request):
            return ask(
                self,
                request,
                title=ngettext("Disconnect this person?", "Disconnect these people?", len(chosen)),
                consequence=gettext(
                    "They are logged out on all their devices, and may log in again. "
                    "Rooms that live as long as their creator is here close with them."
                ),
                button=gettext("Disconnect"),
                chosen=chosen,
            )
        for person in chosen:
            disconnect_person(person)
            self.log_change(request, person, ENDED_ALL_SESSIONS)
        text = ngettext("%(count)d person disconnected.", "%(count)d people disconnected.", len(chosen))
        self.message_user(request, text % {"count": len(chosen)}, messages.SUCCESS)
        return None

    def _about(self, request: HttpRequest, person: User) -> dict[str, Any]:
        here = LiveConnection.objects.filter(user_id=person.pk).select_related("room").order_by("-joined_at")
        may_touch = is_within_reach(request.user, person) and person != request.user
        may_see = request.user.has_perm("rooms.view_liveconnection")
        return {
            "connections": here[:SHOWN] if may_see else None,
            "connections_url": list_of(LiveConnection, user__pk__exact=person.pk),
            "sessions": open_sessions(person) if may_see else None,
            "log_url": list_of(Message, author=person.username)
            if request.user.has_perm("rooms.view_message")
            else None,
            "may_disconnect": may_touch and self.has_disconnect_permission(request),
            "may_close": may_touch and self.has_change_permission(request, person),
        }
