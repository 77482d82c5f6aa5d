"""Django's log of actions: who did what here, and who read whose messages. For all to see who may, for none to edit."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from .links import link_to
from .readonly import ReadOnly


@admin.register(LogEntry)
class ActionAdmin(ReadOnly):
    """What administrators have done."""

    list_display = ("action_time", "who", "what", "subject", "kind")
    list_display_links = None
    list_select_related = ("user", "content_type")
    list_filter = ("action_flag", "action_time")
    search_fields = ("user__username", "object_repr", "change_message")
    ordering = ("-pk",)

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Whoever may look at it."""
        return self.has_view_permission(request)

    @admin.display(description=_("administrator"), ordering="user__username")
    def who(self, entry: LogEntry) -> str:
        """Whoever did it."""
        return link_to(entry.user)

    @admin.display(description=_("action"))
    def what(self, entry: LogEntry) -> Any:
        """What they did. Any: Django's own, lazy or not."""
        return entry.get_change_message() or entry.get_action_flag_display()

    @admin.display(description=_("about"))
    def subject(self, entry: LogEntry) -> str:
        """What it was done to."""
        url = entry.get_admin_url()
        return format_html('<a href="{}">{}</a>', url, entry.object_repr) if url else entry.object_repr

    @admin.display(description=_("kind"))
    def kind(self, entry: LogEntry) -> Any:
        """What sort of thing that is. Any: Django's own, lazy or not."""
        return entry.content_type.name if entry.content_type else None
