"""Django admin as a whole: how the chat is stands above the lists, and they stand in the order of their use."""

from __future__ import annotations

from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.admin.models import LogEntry
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _

from rooms.services.overview import look_around

LAST_ACTIONS = 10
_APPS = ("rooms", "accounts", "admin")
_MODELS = ("Room", "LiveConnection", "Message", "Participant", "User", "Group")
_DONE = (1, 2, 3)  # added, changed, deleted: not that somebody read something


class Administration(AdminSite):
    """For those who look after the chat."""

    index_template = "admin/overview.html"
    index_title = _("Overview")

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        """Show the overview, the lists and the last actions: those of all for whoever may see them."""
        actions = LogEntry.objects.filter(action_flag__in=_DONE).select_related("user", "content_type")
        may_see_all = request.user.has_perm("admin.view_logentry")
        if not may_see_all:
            actions = actions.filter(user=request.user.pk)
        more = {
            "overview": look_around(),
            "last_actions": actions.order_by("-pk")[:LAST_ACTIONS],
            "may_see_all_actions": may_see_all,
        }
        return super().index(request, {**more, **(extra_context or {})})

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[dict[str, Any]]:
        """Put the groups beside the people, and first what is looked at most."""
        found = {app["app_label"]: app for app in super().get_app_list(request, app_label)}
        if "accounts" in found and "auth" in found:
            found["accounts"]["models"] += found.pop("auth")["models"]
        for app in found.values():
            app["models"].sort(key=lambda model: _place(model["object_name"], _MODELS))
        return sorted(found.values(), key=lambda app: _place(app["app_label"], _APPS))


def _place(name: str, order: tuple[str, ...]) -> int:
    return order.index(name) if name in order else len(order)
