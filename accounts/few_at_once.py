"""How many things an action of the administration is done to at once."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest
from django.utils.translation import gettext

# A question about them is a page that can be read, its answer a form that Django takes, and a request's time suffices.
MOST = 500


class FewAtOnce(admin.ModelAdmin):  # type: ignore[type-arg]  # not subscriptable at run time
    """A list in which "all" are no more than can be answered for."""

    def response_action(self, request: HttpRequest, queryset: Any) -> Any:  # type: ignore[override]  # newer stubs
        """Refuse what was chosen for being everything. Any: as Django's own loose types."""
        if request.POST.get("select_across") == "1" and queryset[: MOST + 1].count() > MOST:
            text = gettext("Choose at most %(count)d at once, for instance by searching first.")
            self.message_user(request, text % {"count": MOST}, messages.WARNING)
            return None
        return super().response_action(request, queryset)
