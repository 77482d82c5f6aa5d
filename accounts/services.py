"""What happens to an account: its person says something anew, its sessions end, it is erased."""

from __future__ import annotations

import json
from collections.abc import Collection
from string import ascii_lowercase
from typing import Any

from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.contrib.admin.models import ADDITION, CHANGE, DELETION, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Exists, OuterRef, Value
from django.db.models.functions import Replace
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import get_language

from .models import Profile, User
from .names import ERASED_LOGIN
from .sessions import LONGEST_LIST


@transaction.atomic
def change_profile(
    user: User, *, first_name: str, last_name: str, age: int, gender: str, shows_age: bool, shows_gender: bool
) -> None:
    """Keep what a person says anew about themselves. An age is stated today only if it is another one."""
    today = timezone.localdate()
    profile = Profile.objects.select_for_update().filter(user=user).first()
    if profile is None:
        profile = Profile(user=user, age=age, age_stated_on=today, language=get_language() or "")
    elif profile.age_on(today) != age:
        profile.age, profile.age_stated_on = age, today
    profile.gender, profile.shows_age, profile.shows_gender = gender, shows_age, shows_gender
    profile.save()
    user.first_name, user.last_name = first_name, last_name
    user.save(update_fields=["first_name", "last_name"])


@transaction.atomic
def erase_user(user: User) -> None:
    """Empty the account: names, login, e-mail, profile and sessions are gone; the row stays as an author of the log.

    Idempotent. The login becomes free at once.
    """
    login = user.username
    EmailAddress.objects.filter(user=user).delete()
    Profile.objects.filter(user=user).delete()
    user.groups.clear()
    user.user_permissions.clear()
    user.username = _emptied_login(user)
    user.first_name = user.last_name = user.email = ""
    user.is_active = user.is_staff = user.is_superuser = False
    user.last_login = None
    user.erased_at = user.erased_at or timezone.now()
    user.set_unusable_password()
    user.save()
    end_sessions(user)
    _rename_in_log_of_actions(user, login)


def end_sessions(user: User, *, keep: str = "") -> None:
    """End the person's sessions, but for the one with the key `keep`; the poll cuts their sockets."""
    delete_sessions([key for key in session_keys_of(user) if key != keep])


def end_session(user: User, number: int, *, keep: str) -> bool:
    """End one session out of the person's list, unless its key is `keep`; return whether there was such a one."""
    session = UserSession.objects.filter(user=user, pk=number).exclude(session_key=keep).first()
    if session is not None:
        delete_sessions([session.session_key])
    return session is not None


def note_session(request: HttpRequest, **_: Any) -> None:
    """Put the session that has just been opened into its person's list. Any: a signal's arguments."""
    UserSession.objects.create_from_request(request)


def forget_ended_sessions(user: User) -> None:
    """Delete what is left of the person's sessions that have run out."""
    living = Session.objects.filter(session_key=OuterRef("session_key"), expire_date__gt=timezone.now())
    ended = UserSession.objects.filter(~Exists(living), user=user)
    delete_sessions(list(ended.values_list("session_key", flat=True)))


def end_oldest_sessions(user: User) -> None:
    """End what is more than one can look through: a program that logs in again and again, and never out."""
    sessions = UserSession.objects.filter(user=user).order_by("-created_at", "-pk")
    delete_sessions(list(sessions.values_list("session_key", flat=True)[LONGEST_LIST:]))


def delete_sessions(keys: Collection[str]) -> None:
    """Delete sessions: whoever holds one is logged out with the next request."""
    if not keys:
        return
    with transaction.atomic():
        Session.objects.filter(session_key__in=keys).delete()
        UserSession.objects.filter(session_key__in=keys).delete()


def session_keys_of(user: User) -> list[str]:
    """List the person's sessions: every log-in notes its own, and `session_store` keeps the note right."""
    return list(UserSession.objects.filter(user=user).values_list("session_key", flat=True))


def _emptied_login(user: User) -> str:
    """Return what is left as a login: one by the number, and another where somebody has had that one all along."""
    login = f"{ERASED_LOGIN}{user.pk}"
    while User.objects.named(login).exclude(pk=user.pk).exists():
        login = f"{ERASED_LOGIN}{user.pk}-{get_random_string(8, ascii_lowercase)}"
    return login


def _rename_in_log_of_actions(user: User, login: str) -> None:
    """What was done stays in the administrators' log, and who read what they said, under the name that is left."""
    about = LogEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(User), object_id=str(user.pk)
    )
    about.update(object_repr=user.username, change_message=_renamed(login, user.username, ensure_ascii=True))
    reading = LogEntry.objects.exclude(action_flag__in=(ADDITION, CHANGE, DELETION))
    of_them = reading.filter(change_message__contains=_as_value(login, ensure_ascii=False))
    of_them.update(change_message=_renamed(login, user.username, ensure_ascii=False))


def _renamed(old: str, new: str, *, ensure_ascii: bool) -> Replace:
    """Replace a login where it is a value of JSON, as Django writes it and as who reads the log is noted."""
    before, after = (_as_value(login, ensure_ascii=ensure_ascii) for login in (old, new))
    return Replace("change_message", Value(before), Value(after))


def _as_value(login: str, *, ensure_ascii: bool) -> str:
    return f": {json.dumps(login, ensure_ascii=ensure_ascii)}"
