"""The page between an action that cannot be taken back and its being done."""

from collections.abc import Sequence

from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import Model
from django.http import HttpRequest
from django.template.response import TemplateResponse


def is_confirmed(request: HttpRequest) -> bool:
    """Whether this request comes from the page that `ask` has shown."""
    return request.POST.get("confirmed") == "yes"


def ask(
    model_admin: admin.ModelAdmin,  # type: ignore[type-arg]  # not subscriptable at run time
    request: HttpRequest,
    *,
    title: str,
    consequence: str,
    button: str,
    chosen: Sequence[Model],
    carried: Sequence[tuple[str, str]] = (),
) -> TemplateResponse:
    """Show what is about to happen, and to whom, with a button that does it; `carried` are fields it sends along."""
    context = {
        **model_admin.admin_site.each_context(request),
        "title": title,
        "consequence": consequence,
        "button": button,
        "chosen": chosen,
        "carried": carried,
        "action": request.POST["action"],
        "checkbox_name": ACTION_CHECKBOX_NAME,
        "opts": model_admin.opts,
        "media": model_admin.media,
    }
    request.current_app = model_admin.admin_site.name
    return TemplateResponse(request, "admin/confirm_action.html", context)
