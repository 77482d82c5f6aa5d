"""What can be given to those who look after the chat, and in which words."""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce
from operator import or_
from typing import Any

from django import forms
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser, Permission
from django.db.models import Case, Q, QuerySet, Value, When
from django.utils.translation import gettext_lazy as _

from .models import User

# In the order in which they are offered. Django makes more, for each model four; they mean nothing here.
PERMISSIONS = {
    "accounts.view_user": _("see people"),
    "accounts.view_profile": _("see ages, genders and languages"),
    "accounts.add_user": _("make accounts"),
    "accounts.change_user": _("change names, give new passwords, close and open accounts"),
    "accounts.change_profile": _("change ages, genders and languages"),
    "accounts.delete_user": _("erase people"),
    "rooms.view_room": _("see rooms"),
    "rooms.close_room": _("close rooms"),
    "rooms.view_participant": _("see who has been in rooms"),
    "rooms.view_liveconnection": _("see who is connected"),
    "rooms.disconnect_people": _("disconnect people"),
    "rooms.view_message": _("read messages in rooms"),
    "rooms.read_private_messages": _("read private messages as well"),
    "admin.view_logentry": _("see the log of actions"),
}


def may_do_more(person: User, than: AbstractBaseUser | AnonymousUser) -> bool:
    """Whether somebody of the staff has a right that the other has not; whoever is closed may be opened again."""
    if getattr(than, "is_superuser", False) or not person.is_staff:
        return False
    return person.is_superuser or not _rights_of(person.pk) <= _rights_of(than.pk)


def _rights_of(user_id: int | None) -> set[int]:
    own = Q(user=user_id) | Q(group__user=user_id)
    return set(Permission.objects.filter(own).values_list("pk", flat=True))


class RightsField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]  # not subscriptable at run time
    """Boxes to tick, as wide as a phone, in words that say what one may do."""

    def __init__(self, permissions: Mapping[str, Any]) -> None:
        """Offer these. Any: lazy texts."""
        super().__init__(
            _named(list(permissions)),
            label=_("Permissions"),
            required=False,
            widget=forms.CheckboxSelectMultiple,
        )

    def label_from_instance(self, obj: Any) -> str:
        """Say what a permission lets one do. Any: Django's own."""
        return str(PERMISSIONS[f"{obj.content_type.app_label}.{obj.codename}"])


def _named(names: list[str]) -> QuerySet[Permission]:
    pairs = [name.split(".") for name in names]
    wanted = [Q(content_type__app_label=app, codename=codename) for app, codename in pairs]
    order = Case(*(When(one, then=Value(place)) for place, one in enumerate(wanted)))
    return Permission.objects.select_related("content_type").filter(reduce(or_, wanted)).order_by(order)
