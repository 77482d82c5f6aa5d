"""The log: who said what, where and when. Nothing is changed here, and who reads it is written down."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path

from rooms.models import Message
from rooms.services.log_leaves import Direction, read_leaf

from .log_form import LogForm
from .readonly import ReadOnly
from .wording import IN_PRIVATE, IN_ROOMS, READING

_DIRECTIONS: tuple[Direction, ...] = ("before", "upto", "after")
_DIGITS = 18
# A text of more lines has to be scrolled. So many of the widest letters surely go into one, on the narrowest phone.
_LINES_IN_SIGHT = 16
_LETTERS_OF_A_LINE = 16


@admin.register(Message)
class LogAdmin(ReadOnly):
    """One page: a form, and a leaf of the log."""

    def get_urls(self) -> list[URLPattern]:
        """Only the log as a whole has a page."""
        return [path("", self.admin_site.admin_view(self.changelist_view), name="rooms_message_changelist")]

    def has_private_permission(self, request: HttpRequest) -> bool:
        """Whether this administrator may read what others say in private: a right of its own."""
        return request.user.has_perm("rooms.read_private_messages")

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Show a leaf. Any: a template's context."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        form = LogForm(request.GET, may_read_private=self.has_private_permission(request))
        leaf = None
        if form.is_valid():
            leaf = read_leaf(form.question(), **_place(request))
            _write_down(request, form)
        context = {
            **self.admin_site.each_context(request),
            "title": self.opts.verbose_name_plural,
            "opts": self.opts,
            "media": self.media,
            "form": form,
            "leaf": leaf,
            "scrolled": {entry.pk for entry in leaf.entries if may_be_scrolled(entry.text)}
            if leaf
            else set(),
            "older_url": leaf and leaf.older and _turn(request, before=leaf.older),
            "newer_url": leaf and leaf.newer and _turn(request, after=leaf.newer),
            "newest_url": _turn(request) if any(name in request.GET for name in _DIRECTIONS) else None,
            "is_private": form.is_valid() and _is_private(form),
        }
        return TemplateResponse(request, "admin/rooms/message/log.html", context)


def may_be_scrolled(text: str) -> bool:
    """Whether the log may show only a part of `text`, so that it must be reached by key: True in case of doubt."""
    lines = (line.expandtabs(8) for line in text.splitlines())
    return sum(1 + len(line) // _LETTERS_OF_A_LINE for line in lines) > _LINES_IN_SIGHT


def _place(request: HttpRequest) -> dict[str, Any]:
    """Return where the leaf begins, as `read_leaf` takes it. Any: its arguments."""
    for direction in _DIRECTIONS:
        number = request.GET.get(direction, "")
        if number.isascii() and number.isdecimal() and len(number) <= _DIGITS:
            return {"direction": direction, "at": int(number)}
    return {}


def _turn(request: HttpRequest, **place: int) -> str:
    """Return the address of another leaf of the same."""
    kept = {name: value for name, value in request.GET.items() if value and name not in _DIRECTIONS}
    return f"?{urlencode({**kept, **place})}"


def _is_private(form: LogForm) -> bool:
    """Whether private messages are shown: asked for by somebody who may read them."""
    return bool(form.cleaned_data.get("kind") == "private")


def _write_down(request: HttpRequest, form: LogForm) -> None:
    """Put into Django's log of actions who reads what: one line for a leaf, before it is shown."""
    LogEntry.objects.create(
        user_id=request.user.pk or 0,  # staff, who have one
        content_type=ContentType.objects.get_for_model(Message),
        object_repr=IN_PRIVATE if _is_private(form) else IN_ROOMS,
        action_flag=READING,
        change_message=form.asked(),
    )
