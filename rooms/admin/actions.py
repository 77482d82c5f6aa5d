"""Django's log of actions: who did what here, and who read whose messages. For all to see who may, for none to edit."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from .links import link_to, moment
from .readonly import ReadOnly
from .wording import READING, deed_of, subject_of


class SortFilter(admin.SimpleListFilter):
    """Whether somebody did something, or read what others said."""

    title = _("sort")
    parameter_name = "sort"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """List the sorts. Any: a lazy text."""
        return [("done", _("done")), ("read", _("read"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[LogEntry]) -> QuerySet[LogEntry]:
        """Keep the entries of that sort."""
        match self.value():
            case "done":
                return queryset.exclude(action_flag=READING)
            case "read":
                return queryset.filter(action_flag=READING)
        return queryset


@admin.register(LogEntry)
class ActionAdmin(ReadOnly):
    """What administrators have done."""

    list_display = ("when", "who", "what")
    list_display_links = None
    list_select_related = ("user", "content_type")
    list_filter = (SortFilter, "action_time")
    search_fields = ("user__username", "object_repr", "change_message")
    ordering = ("-pk",)

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Whoever may look at it."""
        return self.has_view_permission(request)

    @admin.display(description=_("time"), ordering="action_time")
    def when(self, entry: LogEntry) -> str | None:
        """When it was done."""
        return moment(entry.action_time)

    @admin.display(description=_("administrator"), ordering="user__username")
    def who(self, entry: LogEntry) -> str:
        """Whoever did it."""
        return link_to(entry.user)

    @admin.display(description=_("action"))
    def what(self, entry: LogEntry) -> str:
        """What they did, and to what."""
        url, subject = entry.get_admin_url(), subject_of(entry)
        named = format_html('<a href="{}">{}</a>', url, subject) if url else subject
        return format_html("{} · {}", named, deed_of(entry))
