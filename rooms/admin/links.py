"""What stands in the cells of lists: ways to other pages, and times in short."""

from datetime import datetime
from urllib.parse import urlencode

from django.contrib import admin
from django.db.models import Model
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html

from accounts.models import User
from rooms.models import Room


def _name(model: Model | type[Model]) -> str:
    return f"admin:{model._meta.app_label}_{model._meta.model_name}"  # noqa: SLF001 - Django's, and documented


def page_of(thing: Model) -> str:
    """Return the address of the page about this person or room."""
    return reverse(f"{_name(thing)}_change", args=[thing.pk])


def list_of(model: type[Model], **wanted: object) -> str:
    """Return the address of a list, filtered."""
    query = f"?{urlencode(wanted)}" if wanted else ""
    return reverse(f"{_name(model)}_changelist") + query


def link_to(thing: User | Room | None) -> str:
    """Return a link with the name of what it leads to; a dash for nothing."""
    if thing is None:
        return admin.site.empty_value_display
    return format_html('<a href="{}">{}</a>', page_of(thing), thing)


def moment(time: datetime | None) -> str | None:
    """Return a time as short as a list wants it."""
    return date_format(timezone.localtime(time), "SHORT_DATETIME_FORMAT") if time else None
