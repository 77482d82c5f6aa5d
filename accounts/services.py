"""What happens to an account: sign-up's profile, erasure."""

from __future__ import annotations

from collections.abc import Collection

from allauth.account.models import EmailAddress
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from .models import Profile, User
from .sessions import session_hash


@transaction.atomic
def erase_user(user: User) -> None:
    """Empty the account: names, login, e-mail, profile and sessions are gone; the row stays as an author of the log.

    Idempotent. The login becomes free at once.
    """
    EmailAddress.objects.filter(user=user).delete()
    Profile.objects.filter(user=user).delete()
    user.groups.clear()
    user.user_permissions.clear()
    user.username = f"deleted-{user.pk}"
    user.first_name = user.last_name = user.email = ""
    user.is_active = user.is_staff = user.is_superuser = False
    user.last_login = None
    user.erased_at = user.erased_at or timezone.now()
    user.set_unusable_password()
    user.save()
    end_sessions(user)
    # What was done stays in the administrators' log, under the name that is left.
    about = LogEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(User), object_id=str(user.pk)
    )
    about.update(object_repr=user.username)


def end_sessions(user: User) -> None:
    """Delete the person's sessions."""
    delete_sessions(session_keys_of(user))


def delete_sessions(keys: Collection[str]) -> None:
    """Delete sessions: whoever holds one is logged out with the next request."""
    Session.objects.filter(session_key__in=keys).delete()


def session_keys_of(user: User) -> list[str]:
    """List the person's sessions, found by decoding all that live: nothing else is sure to name them all."""
    return [
        session.session_key
        for session in _living_sessions().iterator()
        if str(session.get_decoded().get("_auth_user_id")) == str(user.pk)
    ]


def session_keys_hashed(hashed: str) -> list[str]:
    """List the sessions, one at most, for which `hashed` stands where others may read it."""
    keys = _living_sessions().values_list("session_key", flat=True)
    return [key for key in keys.iterator() if session_hash(key) == hashed]


def _living_sessions() -> QuerySet[Session]:
    return Session.objects.filter(expire_date__gt=timezone.now())
